#!/usr/bin/env python3
"""`make run` for root: what it makes is open to nobody else, its database has the walls and sealed keys, and neither it nor `make stop`
nor `tools/run COMMAND` trusts a path that another user made. In a work tree of its own, with the binary that is built."""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import walls

if os.getuid() != 0:
    print("skipped: only root has something to lose here")
    sys.exit(0)

NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
tree = pathlib.Path(tempfile.mkdtemp(prefix="vobe-tree."))
tree.chmod(0o755)
for folder in ("tools", "config"):
    shutil.copytree(live.ROOT / folder, tree / folder)
(tree / "build/setjmp").mkdir(parents=True)
shutil.copy(live.BINARY, tree / "build/setjmp/vobemusic")
port = live.free_port()
environment = {k: v for k, v in os.environ.items() if not k.startswith("VOBE_") and k != "BUILD"} | {"MAKE": "true", "PORT": str(port)}
number = subprocess.run(["cksum"], input=str(tree).encode(), capture_output=True, check=True).stdout.split()[0].decode()
state = pathlib.Path(f"/var/tmp/vobemusic-{number}")
cluster = pathlib.Path(f"{state}-postgresql")


def tool(*words):
    return subprocess.run([tree / "tools/run", *words], env=environment, capture_output=True, text=True, timeout=120)


def as_nobody(script):
    subprocess.run([*NOBODY, "bash", "-ec", script], check=True, cwd="/")


def clear():
    for path in (state, cluster):
        if path.is_symlink():
            path.unlink()
        shutil.rmtree(path, ignore_errors=True)


def all_refuse(*path):
    for words in (("stop",), ("user", "list"), ()):
        done = tool(*words)
        assert done.returncode == 73 and str(path[0]) in done.stderr and done.stderr.count("\n") == 1, (words, done)


def nothing_of_another_user_is_trusted():
    victim = subprocess.Popen(["sleep", "600"])
    target = tree / "target"
    holder = None
    try:
        as_nobody(f"mkdir {state}; echo {victim.pid} >{state}/run.pid; echo {victim.pid} >{state}/server.pid; >{state}/run.lock")
        holder = subprocess.Popen([*NOBODY, "flock", f"{state}/run.lock", "sleep", "600"], cwd="/")
        time.sleep(0.3)
        all_refuse(state)
        holder.kill()
        as_nobody(f"rm {state}/run.lock; ln -s {target} {state}/run.lock")
        all_refuse(state)
        clear()
        as_nobody(f"mkdir -p /tmp/vobe-theirs-{number}; ln -s /tmp/vobe-theirs-{number} {state}")
        all_refuse(state)
        clear()
        state.mkdir()
        state.chmod(0o777)
        as_nobody(f"echo {victim.pid} >{state}/run.pid")
        all_refuse(state)
        clear()
        as_nobody(f"mkdir {cluster}; mkdir {cluster}/s")
        all_refuse(cluster)
        clear()
        as_nobody(f"ln -s /tmp/vobe-theirs-{number} {cluster}")
        all_refuse(cluster)
        assert victim.poll() is None and not target.exists()
        assert not list(pathlib.Path(f"/tmp/vobe-theirs-{number}").iterdir()), "something was made behind the link"
    finally:
        victim.kill()
        victim.wait()
        if holder:
            holder.kill()
            holder.wait()
        clear()
        shutil.rmtree(f"/tmp/vobe-theirs-{number}", ignore_errors=True)


class Run:
    """tools/run until it serves, through a pipe or on a terminal; `make` is left out."""

    def __init__(self, terminal=False):
        ours, theirs = pty.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen([tree / "tools/run"], env=environment, stdout=theirs, stderr=subprocess.STDOUT)
        os.close(theirs)
        self.output = os.fdopen(ours, "rb")
        self.said = ""
        while "stops server and database" not in self.said:
            line = self.output.readline().decode()
            assert line, self.said
            self.said += line
        self.conninfo = re.search(r'psql "(.*)"', self.said)[1]

    def stop(self):
        done = tool("stop")
        assert done.returncode == 0 and "Stopped" in done.stdout, done
        assert self.process.wait(60) == 0


def a_first_run_is_open_to_nobody_else():
    run = Run()
    try:
        for path, owner, mode in ((state, "root", 0o700), (cluster, "postgres", 0o700), (state / "seal_key", "root", 0o600)):
            assert (path.owner(), path.stat().st_mode & 0o777) == (owner, mode), (path, path.owner(), oct(path.stat().st_mode))
        for path in (state / "seal_key", cluster / "server.log", cluster / "s/.s.PGSQL.5432"):
            assert path.exists() and subprocess.run([*NOBODY, "cat", path], capture_output=True, cwd="/").returncode, path
        walls.assert_hold(run.conninfo)
        rows = subprocess.run(["psql", "-X", "-At", "-d", run.conninfo, "-c", "SELECT DISTINCT octet_length(seed) FROM auth.signing_keys"],
                              capture_output=True, text=True, check=True).stdout
        assert rows == "72\n", rows
        client = live.Client(port).register("logged")
        again = live.Client(port).post("/auth/register", {"email": "logged@example.org", "username": "other", "password": "a long enough passphrase"})
        assert client.token and again.status == 409, again
        assert "logged@example.org" not in (cluster / "server.log").read_text(), "an address in PostgreSQL's log"
        done = tool("user", "list")
        assert done.returncode == 0 and "curator" in done.stdout and "logged" in done.stdout, done
        name, password = (state / "superuser").read_text().split()
        assert password not in run.said and f"password in {state}/superuser" in run.said, "a pipe may lead into a log"
        assert (state / "superuser").stat().st_mode & 0o777 == 0o600
        assert live.Client(port).post("/auth/token", {"grant_type": "password", "username": name, "password": password}).status == 200
    finally:
        run.stop()


def a_second_run_finds_everything_and_so_does_one_of_before():
    """Root's database lay in the state directory once, open to everybody."""
    shutil.move(cluster / "data", state / "data")
    shutil.rmtree(cluster)
    state.chmod(0o755)
    password = (state / "superuser").read_text().split()[1]
    run = Run(terminal=True)
    try:
        assert "Loading the demo" not in run.said and f"password {password} (shown only now)" in run.said, run.said
        assert not (state / "superuser").exists()
        token = live.Client(port).post("/auth/token", {"grant_type": "password", "username": "logged", "password": "a long enough passphrase"})
        assert token.status == 200 and state.stat().st_mode & 0o777 == 0o700, token
    finally:
        run.stop()


code = live.run([nothing_of_another_user_is_trusted, a_first_run_is_open_to_nobody_else, a_second_run_finds_everything_and_so_does_one_of_before])
clear()
shutil.rmtree(tree, ignore_errors=True)
sys.exit(code)
