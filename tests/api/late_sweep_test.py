#!/usr/bin/env python3
"""What hangs is told by name, and lets nobody in who has been sent away: an instance whose database does not answer takes no token that it cannot
know to be good."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, first = live.migrated(["db.slow_statement_ms=200"], own=True)
first.start()
second = live.Server(database, first.settings)


def backends():
    return {int(pid) for pid, in database.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'vobe_auth'")}


def signalled(pids, number):
    for pid in pids:
        os.kill(pid, number)


def an_ended_session_ends_beside_a_hanging_database():
    of_first = backends()
    second.start()
    ann, bob = (live.Client(first.port).register(name) for name in ("ann", "bob"))
    there, other = (live.Client(second.port, token=one.token) for one in (ann, bob))
    assert there.get("/artists").status == 200
    hanging = backends() - of_first
    assert hanging
    signalled(hanging, signal.SIGSTOP)
    try:
        assert ann.post("/auth/logout").status == 204
        gone_at, last_in, answers = time.monotonic(), 0.0, set()
        while time.monotonic() < gone_at + 6:
            began = time.monotonic()
            answer = there.get("/artists")
            answers.add(answer.status)
            if answer.status == 200:
                last_in = began - gone_at
            time.sleep(0.1)
        assert 503 in answers and last_in < 3.5, (answers, last_in)
        assert live.Client(second.port).get("/artists").status == 200, "guests need nobody to be known"
    finally:
        signalled(hanging, signal.SIGCONT)
    until = time.monotonic() + 20
    while other.get("/artists").status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert there.get("/artists").status == 401


def slow_statements_are_told_by_name():
    ann = live.Client(first.port).register("carl")
    post = ann.post("/posts", {"title": "One", "content": "Text", "status": "published"}).json
    lock = subprocess.Popen(["psql", "-qAt", database.conninfo, "-c", "BEGIN; SELECT 1 FROM content.posts FOR UPDATE; SELECT pg_sleep(0.7)"],
                            stdout=subprocess.PIPE, text=True)
    until = time.monotonic() + 10
    while not database.sql("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.7)%' AND wait_event = 'PgSleep'"):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert ann.patch(f"/posts/{post['id']}", {"title": "Two"}).status == 200
    lock.wait(10)
    lines = [json.loads(line) for line in first.log_text().splitlines() if '"slow_statement"' in line]
    assert any(line["module"] == "content" and "update" in line["statement"] and 200 <= line["ms"] < 5000 for line in lines), lines
    assert "Two" not in str(lines)


code = live.run([an_ended_session_ends_beside_a_hanging_database, slow_statements_are_told_by_name])
first.close()
second.close()
database.close()
sys.exit(code)
