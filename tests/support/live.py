"""A live VobeMusic for tests in Python: a private PostgreSQL, servers on free ports, and a client. Standard library only."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", "build/setjmp"))
BINARY = ROOT / BUILD / "vobemusic"
KEPT_S = 20  # the server closes a connection after 60 s without a request, perhaps at the moment of the next


def proof(name, figure):
    """Keeps a figure for docs/proofs.md (tools/proofs)."""
    subprocess.run([ROOT / "tools/proofs", "record", name, figure], check=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Database:
    """A cluster of its own (`own=True`, may be stopped at will) or a database on the one of tests/run."""

    def __init__(self, own=False, fsync="on", conf=""):
        self.directory = None
        self.name = f"live_{uuid.uuid4().hex[:12]}"
        shared = os.environ.get("VOBE_TEST_PG")
        if own or not shared:
            self.directory = pathlib.Path(tempfile.mkdtemp(prefix="vobe-live."))
            self.directory.chmod(0o755)
            self.environment = dict(os.environ, PG_CONF=f"fsync={fsync};max_connections=400;dynamic_shared_memory_type=mmap;{conf}", PG_INITDB_FLAGS="-N")
            self.start()
            self.server = f"host={self.directory}/s user=vobemusic dbname=postgres"
        else:
            self.server = shared
        self.sql(f"CREATE DATABASE {self.name}", server=True)
        self.conninfo = self.server.replace("dbname=postgres", f"dbname={self.name}")

    def start(self):
        subprocess.run([ROOT / "tools/pg", "start", self.directory], env=self.environment, check=True)

    def stop(self, mode="immediate"):
        subprocess.run([ROOT / "tools/pg", "stop", self.directory, mode], env=self.environment, check=True)

    def sql(self, text, server=False):
        """Rows as lists of text."""
        out = subprocess.run(["psql", "-X", "-At", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", self.server if server else self.conninfo, "-c", text],
                             capture_output=True, text=True)
        if out.returncode:
            raise RuntimeError(out.stderr.strip())
        return [line.split("\x1f") for line in out.stdout.splitlines()]

    def close(self):
        if self.directory:
            self.stop()
            shutil.rmtree(self.directory, ignore_errors=True)
        else:
            self.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", server=True)


class Server:
    """One instance of the binary, or of another version's."""

    def __init__(self, database, settings=(), port=None, binary=BINARY):
        self.binary = binary
        self.port = port or free_port()
        self.database = database
        self.settings = ["http.limits=false", "auth.argon2_memory=8m", "auth.argon2_passes=1", *settings]
        self.process = None
        self.more_environment = {}
        self.prefix = []  # a command that runs the server in its own place: prlimit, setpriv
        self.log = tempfile.NamedTemporaryFile(prefix="vobe-server.", suffix=".log", delete=False)

    def environment(self):
        return dict(os.environ, VOBE_DB_CONNINFO=self.database.conninfo, VOBE_HTTP_PORT=str(self.port), VOBE_LOG_FORMAT="json",
                    VOBE_LOG_LEVEL="warn", **self.more_environment)

    def command(self, *words):
        arguments = [self.binary]
        for setting in self.settings:
            arguments += ["--set", setting]
        return subprocess.run([*arguments, *words], env=self.environment(), capture_output=True, text=True, errors="replace", cwd=ROOT)

    def start(self, wait=True):
        arguments = [*self.prefix, self.binary]
        for setting in self.settings:
            arguments += ["--set", setting]
        self.process = subprocess.Popen([*arguments, "serve"], env=self.environment(), stdout=self.log, stderr=self.log, cwd=ROOT)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {self.log_text()[-2000:]}")
            try:
                if Client(self.port, timeout=2).get("//readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise RuntimeError(f"not ready after {seconds} s: {self.log_text()[-2000:]}")

    def log_text(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=20):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(seconds)
        return self.process.returncode if self.process else None

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.unlink(self.log.name)


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


def record(method, path, answer):
    """Lines of the ledger that tests/support/answers.py reads when all tests have run."""
    directory = os.environ.get("VOBE_TEST_DIR")
    if not directory:
        return
    path, code = path.partition("?")[0], "-"
    if answer.status >= 400 and answer.body.startswith(b"{"):
        code = answer.json.get("code") or answer.json.get("error") or "-"
    with open(pathlib.Path(directory, "answers"), "a") as ledger:
        ledger.write(f"{method} {path} {answer.status} {code}\n")
    if "Content-Encoding" not in answer.headers and len(answer.body) < 256 * 1024:
        reply = {"method": method, "path": path, "status": answer.status, "headers": dict(answer.headers.items()),
                 "body": answer.body.decode(errors="replace")}
        with open(pathlib.Path(directory, f"replies.{os.getpid()}"), "a") as ledger:
            ledger.write(json.dumps(reply) + "\n")


class Client:
    """Keep-alive; paths are below /api/v1 unless they begin with //."""

    def __init__(self, port, token=None, timeout=10):
        self.port, self.token, self.timeout, self.refresh_token = port, token, timeout, None
        self.connection = None
        self.used = 0

    def request(self, method, path, body=None, headers=None):
        path = path[1:] if path.startswith("//") else "/api/v1" + path
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json")
        if self.connection and time.monotonic() - self.used > KEPT_S:
            self.connection.close()
            self.connection = None
        self.used = time.monotonic()
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
            answer = Answer(response, response.read())
            record(method, path, answer)
            return answer
        except (OSError, ValueError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", path, body, **kw)

    def patch(self, path, body=None, **kw):
        return self.request("PATCH", path, body, **kw)

    def put(self, path, body=None, **kw):
        return self.request("PUT", path, body, **kw)

    def delete(self, path, **kw):
        return self.request("DELETE", path, **kw)

    def register(self, name):
        """A new account; the client acts as it from now on."""
        answer = self.post("/auth/register", {"email": f"{name}@example.org", "username": name, "password": "a long enough passphrase"})
        assert answer.status == 201, answer
        self.token, self.refresh_token = answer.json["access_token"], answer.json["refresh_token"]
        self.user_id = answer.json["user"]["id"]
        return self


def migrated(settings=(), own=False, fsync="off", conf=""):
    """A migrated database and a server for it, not started."""
    database = Database(own=own, fsync=fsync, conf=conf)
    server = Server(database, settings)
    done = server.command("migrate", "up")
    assert done.returncode == 0, done.stderr
    return database, server


def crowded(seconds):
    """A limit of time on this machine as it is now: as many times longer as a tenth of a second of processor takes on the clock."""
    began, of_processor = time.monotonic(), time.thread_time()
    while time.thread_time() - of_processor < 0.1:
        pass
    return seconds * max(1, (time.monotonic() - began) / 0.1)


def run(cases):
    """Runs the functions, prints what failed, ends with the counts; returns the exit code."""
    passed = failed = 0
    for case in cases:
        try:
            case()
            passed += 1
        except Exception as fault:  # a test's failure, whatever it is, is told and counted
            import traceback
            failed += 1
            print(f"{case.__name__}: {fault}")
            traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
