#!/usr/bin/env python3
"""Commands as typed: help and version anywhere, words that nobody reads are refused, passwords come by any way but the command line."""
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated()
server.start()
PASSWORD = "нечто достаточно длинное 17"


def call(*words, **kw):
    return subprocess.run([live.BINARY, *words], env=server.environment(), capture_output=True, text=True, cwd=live.ROOT, timeout=60, **kw)


def names():
    return [line.split()[0] for line in call("help").stdout.splitlines() if line.startswith("  ")]


def every_command_tells_of_itself():
    assert {"serve", "migrate", "user", "import", "config"} <= set(names()), names()
    for name in names():
        for done in (call(name, "--help"), call(name, "-h"), call("help", name), call(name, "what", "-h")):
            assert done.returncode == 0 and f" {name} " in done.stdout and not done.stderr, (name, done)
        done = call(name, "--version")
        assert done.returncode == 0 and done.stdout == call("version").stdout, (name, done)
    for word in ("--help", "-h", "help"):
        assert call(word).stdout == call().stdout and call(word).returncode == 0
    assert call("--version").stdout.startswith("vobemusic ")


def words_that_nobody_reads_are_refused():
    for words in (["serve", "now"], ["serve", "--prot", "1"], ["migrate", "up", "content"], ["import", "a", "b"], ["openapi", "--yaml"],
                  ["config", "dump", "--all"], ["events", "tail", "content", "--limit"], ["no-such"], ["help", "no-such"], ["version", "2"],
                  ["user", "list", "x", "y", "z"], ["-c"], ["--set"], ["routes", "-v"]):
        done = call(*words)
        assert done.returncode == 64 and not done.stdout and words[-1] in done.stderr + " ".join(words[-2:]), (words, done)
        assert done.stderr.startswith("vobemusic: ") and done.stderr.count("\n") == 1, done.stderr


def user(name, *options):
    return ["user", "create", "--email", f"{name}@example.org", "--username", name, *options]


def signs_in(name, password):
    return live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": name, "password": password}).status == 200


def a_password_comes_from_a_file_or_standard_input():
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(PASSWORD + "\r\nnot this\n")
        file.flush()
        done = call(*user("filed", "--password-file", file.name))
    assert done.returncode == 0 and "password" not in done.stdout and signs_in("filed", PASSWORD), done
    done = call(*user("piped", "--password-file", "-"), input=PASSWORD)
    assert done.returncode == 0 and signs_in("piped", PASSWORD), done
    made = call("--json", *user("made"), stdin=subprocess.DEVNULL)
    assert made.returncode == 0 and signs_in("made", json.loads(made.stdout)["password"]), made


def what_holds_no_password_makes_no_account():
    for options, given in ((["--password-file", "-"], ""), (["--password-file", "-"], "\n"), (["--password-file", "/no/such"], None),
                           (["--password-file", "-"], "x" * 5000)):
        done = call(*user("nobody", *options), input=given)
        assert done.returncode == 66 and done.stderr.count("\n") == 1, (options, done)
    done = call(*user("nobody", "--password", "in sight of all"))
    assert done.returncode == 64 and "--password-file" in done.stderr, done
    assert "nobody" not in call("user", "list").stdout


def typed(words, lines):
    """On a terminal: what it showed, and the exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(live.ROOT)
        os.execve(live.BINARY, [str(live.BINARY), *words], server.environment())
    shown = b""
    while True:
        if not select.select([terminal], [], [], 30)[0]:
            os.kill(pid, signal.SIGKILL)
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        shown += part
        if part.rstrip(b" ").endswith(b":") and lines:
            os.write(terminal, lines.pop(0).encode() + b"\n")
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def a_terminal_is_asked_without_echo():
    shown, code = typed(user("typed"), [PASSWORD, PASSWORD])
    assert code == 0 and PASSWORD not in shown and signs_in("typed", PASSWORD), (shown, code)
    shown, code = typed(user("mistyped"), [PASSWORD, PASSWORD + "x"])
    assert code == 66 and "differ" in shown, (shown, code)
    shown, code = typed(user("untyped"), [""])
    assert code == 0 and signs_in("untyped", shown.split("password ")[1].split()[0]), (shown, code)


def the_dump_masks_passwords_in_connection_strings():
    for conninfo in ("host=/s user=u password='hu sh'", "postgresql://u:hush@h/db?sslpassword=hush"):
        for words in (["config", "dump"], ["--json", "config", "dump"]):
            done = call("--set", f"db.conninfo={conninfo}", "--set", f"databases.auth={conninfo}", *words)
            assert done.returncode == 0 and "hu" not in done.stdout.replace("***", "") and "***" in done.stdout, done.stdout


code = live.run([every_command_tells_of_itself, words_that_nobody_reads_are_refused, a_password_comes_from_a_file_or_standard_input,
                 what_holds_no_password_makes_no_account, a_terminal_is_asked_without_echo, the_dump_masks_passwords_in_connection_strings])
server.close()
database.close()
sys.exit(code)
