"""Who is compared: how each is built, started and watched. All are given the same database over the same socket."""
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import live
import same_answers
from api import Api

HERE = pathlib.Path(__file__).resolve().parent
BUILT = live.ROOT / "build/peers"
CONNECTIONS = 32  # to PostgreSQL, of all processes of a peer together
PROCESSORS = len(os.sched_getaffinity(0))


class Running:
    """A server that listens on a port, and the processes it is made of."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def pids(self):
        return family(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in self.pids():
                os.kill(pid, signal.SIGKILL)
            self.process.wait()


def family(pid):
    """The process and all that descend from it."""
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def wait_for_answers(running, path, log, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if running.process.poll() is not None:
            raise RuntimeError(f"it ended with {running.process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        try:
            if live.Client(running.port, timeout=2).get(path).status == 200:
                return running
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"it gave no answer within {seconds} s: {log.read_text(errors='replace')[-2000:]}")


class Contestant:
    api = Api()
    what_differs = ""

    def prepare(self, rows):
        """Called once for each size, when the database is filled."""

    def answers(self, port):
        return same_answers.all_answers(port)

    def faults(self, wanted, got):
        return same_answers.faults(wanted, got)


class VobeMusic(Contestant):
    """The product. Limits are on and far away, so that what they cost is measured."""

    language, needs, is_peer = "C", (), False
    far = 1_000_000_000

    def __init__(self, caches):
        self.caches = caches
        self.name = "vobemusic" if caches else "vobemusic-bare"
        self.title = "VobeMusic, as shipped" if caches else "VobeMusic, caches off"

    def build(self):
        if not live.BINARY.exists():
            sys.exit(f"bench/compare: {os.path.relpath(live.BINARY)} is not built; run `make compare`, or `make all benches` and then bench/compare")

    def settings(self):
        limits = [f"http.{name}={self.far}" for name in ("address_limit", "guest_limit", "user_limit", "writes_limit", "login_limit")]
        return [*limits, "http.connections_per_address=20000", "auth.argon2_memory=19m", "auth.argon2_passes=2", "auth.login_attempts=1000000",
                "log.level=warn", f"db.caches={'true' if self.caches else 'false'}"]

    def start(self, database):
        server = live.Server(database)
        server.settings = self.settings()
        server.start()
        running = Running(server.process, server.port)
        running.server = server
        return running

    def stop(self, running, database):
        """When everything that was told has been applied."""
        until = time.monotonic() + 300
        while time.monotonic() < until and events_wait(running.server):
            time.sleep(1)
        running.stop()
        running.server.close()


def events_wait(server):
    """Whether a subscription has not applied all that was told."""
    said = server.command("events", "status").stdout.split("\n")
    return any(line.split()[3] != line.split()[5] for line in said if " head " in line)


class Peer(Contestant):
    """A server of bench/peers/<name>."""

    is_peer = True

    def __init__(self, name, title, language, needs, build, command):
        self.name, self.title, self.language, self.needs = name, title, language, needs
        self.steps, self.command = build, command

    def build(self):
        """Installs what its lock file names, and compiles; all of it below build/peers."""
        missing = [tool for tool in self.needs if not shutil.which(tool)]
        if missing:
            raise RuntimeError(f"{', '.join(missing)} is not on PATH")
        (BUILT / self.name).mkdir(parents=True, exist_ok=True)
        stamp, state = BUILT / self.name / ".built_of", self.state()
        if stamp.exists() and stamp.read_text() == state:
            return
        for step in self.steps:
            done = subprocess.run([word.format(built=BUILT / self.name, here=HERE / self.name) for word in step], cwd=HERE / self.name,
                                  env=dict(os.environ, CARGO_TARGET_DIR=str(BUILT / self.name)), capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(f"{' '.join(step)}: {(done.stdout + done.stderr)[-3000:]}")
        stamp.write_text(state)

    def state(self):
        """Of what it is built: another is built anew."""
        digest = hashlib.sha256(repr([self.steps, *(os.path.realpath(shutil.which(tool)) for tool in self.needs)]).encode())
        for path in sorted(path for path in (HERE / self.name).rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(str(path.relative_to(HERE)).encode() + path.read_bytes())
        return digest.hexdigest()

    def start(self, database):
        words, port = dict(word.split("=", 1) for word in database.conninfo.split()), live.free_port()
        environment = dict(os.environ, PGHOST=words["host"], PGUSER="peer", PGDATABASE=words["dbname"], PORT=str(port), PEER_SQL=str(HERE / "sql"),
                           PEER_CONNECTIONS=str(CONNECTIONS), PEER_PROCESSES=str(PROCESSORS), PEER_SECRET="a secret of 32 bytes for the peers", NODE_ENV="production")
        log = pathlib.Path(tempfile.mkstemp(prefix=f"vobe-{self.name}.", suffix=".log")[1])
        command = [word.format(built=BUILT / self.name, here=HERE / self.name, port=port, processes=PROCESSORS) for word in self.command]
        with log.open("w") as out:
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=HERE / self.name)
        running = Running(process, port)
        running.log = log
        try:
            return wait_for_answers(running, self.api.probe, log)
        except RuntimeError:
            if process.poll() is None:
                running.stop()
            raise

    def stop(self, running, database):
        running.stop()
        said = running.log.read_text(errors="replace")
        running.log.unlink()
        if "rror" in said:
            print(f"  {self.name} said: {said[-1000:]}")
