#!/usr/bin/env python3
"""The set-up of docs/operations.md as it stands there, pasted into a shell on a PostgreSQL of its own; then every way out is tried.

Of the system only this is another: the service's user is `nobody`, `sudo` is a script, PostgreSQL's socket lies elsewhere.
"""
import os
import pathlib
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
    print("skipped: the commands of docs/operations.md are root's")
    sys.exit(0)

SUDO = """#!/bin/bash
user=$2; shift 2
[ "$user" != vobemusic ] || user=nobody
exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
"""


class Production:
    """A cluster as a distribution makes it: peer for everybody; the binary and its settings where anybody may read them."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="vobe-production."))
        self.directory.chmod(0o755)
        self.port = live.free_port()
        data, sockets = self.directory / "data", self.directory / "s"
        for folder in (data, sockets):
            folder.mkdir()
            shutil.chown(folder, "postgres", "postgres")
        programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
        shutil.copy(live.BINARY, self.directory / "vobemusic")
        (self.directory / "sudo").write_text(SUDO)
        for program in ("vobemusic", "sudo"):
            (self.directory / program).chmod(0o755)
        self.conf = self.directory / "vobemusic.conf"
        text = pathlib.Path(live.ROOT, "config/vobemusic.conf").read_text()
        assert "host=/var/run/postgresql" in text and "port = 8080" in text
        assert '"/etc/vobemusic/seal_key"' in text
        text = text.replace("/etc/vobemusic/seal_key", f"{self.directory}/seal_key")
        self.conf.write_text(text.replace("/var/run/postgresql", str(sockets)).replace("port = 8080", f"port = {self.port}"))
        self.environment = dict(os.environ, PATH=f"{self.directory}:{os.environ['PATH']}", PGHOST=str(sockets))
        self.become = [str(self.directory / "sudo"), "-u"]
        self.run([*self.become, "postgres", programs / "initdb", "-D", data, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "-N"])
        self.control = [*self.become, "postgres", programs / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o",
                        f"-k {sockets} -c listen_addresses= -c fsync=off -c dynamic_shared_memory_type=mmap"]
        self.run([*self.control, "start"])

    def run(self, command, **kw):
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=self.environment, **kw)
        assert done.returncode == 0, f"{command}: {done.stdout[-1000:]}{done.stderr[-2000:]}"
        return done.stdout

    def paste(self, text):
        """Into a shell that stops at the first failure; what is said of the service's user is said of `nobody`."""
        text = text.replace("/etc/vobemusic/vobemusic.conf", str(self.conf)).replace("/etc/vobemusic", str(self.directory))
        text = text.replace("chgrp vobemusic", "chgrp nogroup").replace("'vobemusic vobemusic '", "'vobemusic nobody '")
        return self.run(["bash", "-euo", "pipefail", "-c", text])

    def conninfo(self):
        return f"host={self.directory}/s dbname=vobemusic"

    def close(self):
        subprocess.run([*self.control, "-m", "immediate", "stop"], env=self.environment, capture_output=True, cwd="/")
        shutil.rmtree(self.directory, ignore_errors=True)


def documented():
    """From the key to `migrate up`: what comes before and behind it is about the system's users and systemd."""
    page = pathlib.Path(live.ROOT, "docs/operations.md").read_text()
    block = re.search(r"```sh\n(adduser.*?)```", page, re.S).group(1)
    begin, end = block.index("# What seals the signing keys"), block.index("migrate up\n") + len("migrate up\n")
    return block[begin:end]


production = Production()


def the_documented_commands_work():
    said = production.paste(documented())
    assert re.search(r"\d+ applied, 0 pending", said), said


def no_statement_leads_out():
    walls.assert_hold(production.conninfo(), [*production.become, "nobody"])


def the_service_cannot_become_the_owner():
    for user in ("vobemusic", "postgres", "root"):
        done = subprocess.run([*production.become, "nobody", "psql", "-X", "-d", f"{production.conninfo()} user={user}", "-c", "SELECT 1"],
                              env=production.environment, capture_output=True, text=True, cwd="/")
        assert done.returncode == 2 and "authentication failed" in done.stderr, (user, done)


def the_owner_may_make_no_roles():
    rows = production.run([*production.become, "postgres", "psql", "-X", "-At", "-c",
                           "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'vobemusic'"])
    assert rows == "f\n", rows


def migrating_again_changes_nothing_and_lacks_nothing():
    for word in ("up", "status"):
        said = production.run([production.directory / "vobemusic", "-c", production.conf, "migrate", word])
        assert said.splitlines()[-1] == "0 applied, 0 pending" and "role vobe_" not in said, said
    production.paste("vobemusic migrate roles | sudo -u postgres psql -q vobemusic")


def the_service_serves():
    server = subprocess.Popen([*production.become, "nobody", production.directory / "vobemusic", "-c", production.conf, "serve"],
                              env=production.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
    try:
        for _ in range(200):
            assert server.poll() is None, server.stdout.read()
            try:
                if live.Client(production.port).get("//readyz").status == 200:
                    break
            except OSError:
                pass
            time.sleep(0.05)
        client = live.Client(production.port).register("member")
        assert client.get("/users/me").status == 200
    finally:
        server.terminate()
        said = server.communicate(timeout=20)[0]
    assert server.returncode == 0 and '"event":"rights"' not in said and "keys_unsealed" not in said, said
    sealed = production.run([*production.become, "postgres", "psql", "-X", "-At", "-d", "vobemusic", "-c",
                             "SELECT DISTINCT octet_length(seed) FROM auth.signing_keys"])
    assert sealed == "72\n", sealed


code = live.run([the_documented_commands_work, no_statement_leads_out, the_service_cannot_become_the_owner, the_owner_may_make_no_roles,
                 migrating_again_changes_nothing_and_lacks_nothing, the_service_serves])
production.close()
sys.exit(code)
