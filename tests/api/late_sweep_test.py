#!/usr/bin/env python3
"""What hangs is told by name, and lets nobody in who has been sent away: an instance whose database does not answer takes no token that it cannot
know to be good, and lets nobody follow an answer whose session may have ended."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
from upstream import HEAD, Upstream, chunk

upstream = Upstream([HEAD, *[step for i in range(300) for step in (chunk(f"{i} "), 0.1)]])
database, first = live.migrated(["db.slow_statement_ms=200", "chat.provider=openai", f"chat.url={upstream.url}", "chat.model=scripted"], own=True)
first.start()
second = live.Server(database, first.settings)


of_first = set()


def backends():
    return {int(pid) for pid, in database.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'vobe_auth'")}


def signalled(pids, number):
    for pid in pids:
        os.kill(pid, number)


@contextlib.contextmanager
def hanging_but(living):
    """The backends of the second instance's auth do not answer, nor those that it connects to instead."""
    stopped, over = set(), threading.Event()

    def stop_new():
        while not over.is_set():
            new = backends() - living - stopped
            signalled(new, signal.SIGSTOP)
            stopped.update(new)
            over.wait(0.05)

    thread = threading.Thread(target=stop_new)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        signalled(stopped, signal.SIGCONT)


def stream(client, path, body=None):
    """The answer of a request that is answered as an event stream, its head read."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=20)
    connection.request("POST" if body else "GET", f"/api/v1{path}", json.dumps(body) if body else None,
                       {"Authorization": f"Bearer {client.token}", "Accept": "text/event-stream", "Content-Type": "application/json"})
    return connection.getresponse()


def a_stream_ends_when_nobody_knows_who_was_sent_away():
    ann, bob = (live.Client(first.port).register(name) for name in ("anna", "boris"))
    there, other = (live.Client(second.port, token=one.token) for one in (ann, bob))
    chat = there.post("/chat/sessions", {}).json["id"]
    hanging = backends() - of_first
    following = stream(there, f"/chat/sessions/{chat}/messages", {"content": "Count."})
    name = next(json.loads(line[6:])["message_id"] for line in following if line.startswith(b"data: {\"message_id\""))
    for line in following:
        if line.startswith(b"event: delta"):
            break
    signalled(hanging, signal.SIGSTOP)
    assert ann.post("/auth/logout").status == 204
    gone_at = time.monotonic()
    with hanging_but(backends() - hanging):
        rest = following.read()
        took = time.monotonic() - gone_at
        assert took < live.crowded(8) and b"event: done" not in rest, (took, rest[-300:])
        answer = there.get(f"/chat/messages/{name}/stream")
        assert answer.status == 503 and answer.headers["Retry-After"], answer
    until = time.monotonic() + 20
    while other.get("/artists").status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert there.get(f"/chat/messages/{name}/stream").status == 401


def a_stream_goes_on_until_its_session_ends_elsewhere():
    ann = live.Client(first.port).register("arthur")
    there = live.Client(second.port, token=ann.token)
    following = stream(there, f"/chat/sessions/{there.post('/chat/sessions', {}).json['id']}/messages", {"content": "Count."})
    until, seen = time.monotonic() + 6, b""
    while time.monotonic() < until:
        seen += following.read1(4096)
    assert b"event: done" not in seen and seen.count(b"event: delta") > 20, seen
    assert ann.post("/auth/logout").status == 204
    gone_at = time.monotonic()
    following.read()
    took = time.monotonic() - gone_at
    assert took < live.crowded(5), took


def an_ended_session_ends_beside_a_hanging_database():
    of_first.update(backends())
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
        assert 503 in answers and last_in < live.crowded(3.5), (answers, last_in)
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
    assert any(line["module"] == "content" and "update" in line["statement"] and line["ms"] >= 200 for line in lines), lines
    assert "Two" not in str(lines)


code = live.run([an_ended_session_ends_beside_a_hanging_database, a_stream_ends_when_nobody_knows_who_was_sent_away,
                 a_stream_goes_on_until_its_session_ends_elsewhere, slow_statements_are_told_by_name])
first.close()
second.close()
database.close()
sys.exit(code)
