#!/usr/bin/env python3
"""The assistant through the real binary: the builtin answerer on the site's own posts, an upstream that plays every dialect and fault, streams
cut anywhere, limits, privacy, and an instance that dies in the middle of an answer."""
import concurrent.futures
import http.client
import json
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
from upstream import DONE, HEAD, Upstream, chunk, status, words

upstream = Upstream(words("Hello from upstream."))
database, server = live.migrated(["chat.provider=openai", f"chat.url={upstream.url}", "chat.model=scripted", "chat.first_byte_timeout=3s",
                                  "chat.gap_timeout=4s", "chat.running_per_user=3", "chat.running_max=64", "chat.daily_tokens=100000000"])
server.start()
ann = live.Client(server.port, timeout=30).register("ann")
bob = live.Client(server.port, timeout=30).register("bob")
TEXT = "Группа «Кино» [1] — ёлки, ☃ and 🎸. " * 40


def eventually(look, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = look()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def restart():
    """Keep-alive connections of the clients died with the instance before."""
    server.start()
    ann.connection = bob.connection = None


def session(client=ann):
    answer = client.post("/chat/sessions", {})
    assert answer.status == 201, answer
    return answer.json["id"]


def ask(content="Who are you?", client=ann, chat=None, **more):
    return client.post(f"/chat/sessions/{chat or session(client)}/messages", {"content": content}, **more)


class Stream:
    """A raw event stream that can be cut at any byte."""

    def __init__(self, path, client=ann, body=None, last=None):
        self.socket = socket.create_connection(("127.0.0.1", client.port), timeout=30)
        payload = json.dumps(body).encode() if body else b""
        head = [f"{'POST' if body else 'GET'} /api/v1{path} HTTP/1.1", "Host: x", f"Authorization: Bearer {client.token}", "Accept: text/event-stream"]
        head += ["Content-Type: application/json", f"Content-Length: {len(payload)}"] if body else []
        head += [f"Last-Event-ID: {last}"] if last is not None else []
        self.socket.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + payload)
        self.bytes = b""

    def read(self, most=None):
        """Reads to the end, or until so many bytes have come."""
        while most is None or len(self.bytes) < most:
            piece = self.socket.recv(4096 if most is None else min(4096, most - len(self.bytes)))
            if not piece:
                break
            self.bytes += piece
        return self

    def until(self, word):
        while word not in self.bytes:
            piece = self.socket.recv(4096)
            assert piece, self.bytes
            self.bytes += piece
        return self

    def close(self):
        self.socket.close()
        return self

    def events(self):
        """(id, event, data) of whole events."""
        _, _, body = self.bytes.partition(b"\r\n\r\n")
        found = []
        for block in body.split(b"\n\n")[:-1]:
            fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line)
            if b"data" in fields:
                found.append((fields.get(b"id"), fields[b"event"].decode(), json.loads(fields[b"data"])))
        return found

    def text(self):
        return "".join(data["content"] for _, event, data in self.events() if event == "delta")

    def last_id(self):
        ids = [int(i) for i, _, _ in self.events() if i]
        return ids[-1] if ids else None

    def of(self, wanted):
        return next(data for _, event, data in self.events() if event == wanted)


def asked(content="Tell me.", client=ann):
    return Stream(f"/chat/sessions/{session(client)}/messages", client, {"content": content})


def message(stream_or_id, client=ann):
    if isinstance(stream_or_id, Stream):
        stream_or_id = stream_or_id.of("meta")["message_id"]
    answer = client.get(f"/chat/messages/{stream_or_id}")
    assert answer.status == 200, answer
    return answer.json


# --- answers ---

def an_answer_comes_whole_or_as_a_stream():
    upstream.play(words(TEXT))
    answer = ask()
    assert answer.status == 201 and answer.json["status"] == "completed", answer
    assert answer.json["content"] == TEXT.replace("[1]", "") and answer.json["tokens_used"] == 16, answer.json
    assert not answer.json["tokens_estimated"] and answer.json["finish_reason"] == "stop"
    stream = asked().read()
    assert stream.text() == answer.json["content"] and stream.of("done")["status"] == "completed"
    assert [e for _, e, _ in stream.events()][:2] == ["meta", "sources"]
    assert message(stream)["content"] == stream.text()


def what_is_asked_holds_rules_history_and_the_question():
    upstream.play(words("First."))
    chat = session()
    ask("one?", chat=chat)
    ask("two?", chat=chat)
    head, body = upstream.requests[-1]
    roles = [(m["role"], m["content"]) for m in body["messages"]]
    assert [r for r, _ in roles] == ["system", "user", "assistant", "user"] and roles[1][1] == "one?" and roles[3][1] == "two?", roles
    assert body["stream"] and body["stream_options"]["include_usage"] and body["model"] == "scripted"
    assert ann.get(f"/chat/sessions/{chat}").json["title"] == "one?"


# Each: the name, what upstream plays, how it ends, the error's code, the text that stays.
def part(*rest):
    return [HEAD, chunk("part"), *rest]


ENDINGS = [
    ("usage in every chunk", [HEAD, chunk("a", usage={"prompt_tokens": 1, "completion_tokens": 1}), chunk("b", finish="stop",
     usage={"prompt_tokens": 1, "completion_tokens": 2}), DONE], "completed", None, "ab"),
    ("usage never", [HEAD, chunk("ab", finish="stop"), DONE], "completed", None, "ab"),
    ("null choices", [HEAD, "data: {\"choices\":null}\n\n", chunk("ab", finish="stop"), DONE], "completed", None, "ab"),
    ("null content", [HEAD, 'data: {"choices":[{"delta":{"role":"assistant","content":null}}]}\n\n', chunk("ab", finish="stop"), DONE], "completed", None, "ab"),
    ("a finish_reason and no DONE", [HEAD, chunk("ab", finish="stop")], "completed", None, "ab"),
    ("DONE and no finish_reason", [HEAD, chunk("ab"), DONE], "completed", None, "ab"),
    ("the length", [HEAD, chunk("ab", finish="length"), DONE], "length", None, "ab"),
    ("CR lines, comments, unknown fields", [HEAD, ": hi\r\rfoo: bar\rdata: " + chunk("ab", finish="stop")[6:].replace("\n", "\r"), "data: [DONE]\r\r"], "completed", None, "ab"),
    ("split UTF-8", [HEAD, chunk("ёж🎸", finish="stop").encode()[:62], 0.05, chunk("ёж🎸", finish="stop").encode()[62:], DONE], "completed", None, "ёж🎸"),
    ("half a code point in a chunk", [HEAD, chunk("x").encode().replace(b'"x"', b'"a\xd1"'), chunk("y").encode().replace(b'"y"', b'"\x91b"'),
     chunk(finish="stop"), DONE], "completed", None, "aёb"),
    ("no whole code point ever", [HEAD, chunk("x").encode().replace(b'"x"', b'"a\xffb"'), chunk(finish="stop"), DONE], "completed", None, "a\ufffdb"),
    ("an error as data", part('data: {"error":{"message":"overloaded"}}\n\n'), "failed", "upstream_refused", "part"),
    ("an error line", part('error: {"message":"overloaded"}\n\n'), "failed", "upstream_refused", "part"),
    ("JSON instead of a stream", [HEAD.replace("text/event-stream", "application/json"), '{"error":{"message":"no"}}'], "failed", "upstream_refused", ""),
    ("no end", part(), "failed", "upstream_incomplete", "part"),
    ("a reset", part(0.1, "RESET"), "failed", "upstream_broken", "part"),
    ("a stall", part("HOLD"), "failed", "upstream_timeout", "part"),
    ("a slow first byte", ["HOLD"], "failed", "upstream_timeout", ""),
    ("a line of more than 1 MB", part("data: " + "x" * 1100000), "failed", "upstream_broken", "part"),
    ("nonsense as data", part("data: {nonsense\n\n"), "failed", "upstream_broken", "part"),
    ("deep nonsense", part("data: " + "[" * 5000 + "\n\n"), "failed", "upstream_broken", "part"),
    ("a refused key", status(401), "failed", "upstream_refused", ""),
    ("a status of its own", status(500), "failed", "upstream_refused", ""),
    ("busy for a minute", status(429, "Retry-After: 60\r\n"), "failed", "upstream_busy", ""),
]


def heal():
    """A good answer closes the breaker."""
    upstream.play(words("fine"))
    assert ask().status == 201


def every_dialect_ends_as_it_should():
    for name, script, wanted, code, text in ENDINGS:
        upstream.play(script)
        stream = asked().read()
        row = message(stream)
        assert (row["status"], row["error_code"], row["content"]) == (wanted, code, text), (name, row)
        assert stream.text() == text and stream.of("done")["status"] == wanted, (name, stream.bytes)
        assert (code is None) == (not [1 for _, e, _ in stream.events() if e == "error"]), name
        assert row["tokens_used"] is not None and (name != "usage never" or row["tokens_estimated"]), (name, row)
        if code:
            heal()


def a_failure_without_a_word_is_the_problem_of_who_waits():
    for script, wanted in [(["HOLD"], (504, "upstream_timeout")), (["RESET"], (502, "upstream_broken")), (status(401), (502, "upstream_refused")),
                           ([HEAD], (502, "upstream_incomplete")), (status(429, "Retry-After: 60\r\n"), (503, "upstream_busy"))]:
        upstream.play(script)
        answer = ask()
        assert (answer.status, answer.json["code"]) == wanted, answer
        heal()


def it_is_tried_again_only_before_the_first_word():
    for first in (status(429), status(429, "Retry-After: 1\r\n"), status(503), status(502), ["RESET"]):
        upstream.play(first, words("second try"))
        before = upstream.connections
        assert ask().json["content"] == "second try" and upstream.connections == before + 2
    upstream.play(part("RESET"), words("never"))
    before = upstream.connections
    assert ask().json["content"] == "part" and upstream.connections == before + 1
    heal()


def a_failing_upstream_is_left_alone():
    upstream.play(["RESET"])
    for _ in range(5):
        assert ask().status == 502
    before = upstream.connections
    answer = ask()
    assert (answer.status, answer.json["code"]) == (503, "upstream_down") and int(answer.headers["Retry-After"]) > 0, answer
    assert upstream.connections == before
    assert ask("who?", client=bob).status == 503
    assert bob.get("/chat/usage").status == 200


# --- watching ---

def a_stream_cut_at_200_random_bytes_is_put_together_byte_for_byte():
    seed = random.randrange(1 << 30)
    rng = random.Random(seed)
    upstream.play(words(TEXT, size=5, pause=0.002))
    for _ in range(20):
        stream, got, cuts = asked(), "", 0
        name = None
        stream.until(b"session_id")
        while True:
            stream.read(len(stream.bytes) + rng.randrange(1, 900)) if cuts < 10 else stream.read()
            ended = b"event: done" in stream.bytes and stream.bytes.endswith(b"\n\n")
            stream.close()
            got += stream.text()
            name = name or next((d["message_id"] for _, e, d in stream.events() if e == "meta"), None)
            if ended or not name:
                break
            cuts += 1
            stream = Stream(f"/chat/messages/{name}/stream", last=len(got.encode()))
        assert name, "cut before the first event: nothing to come back to"
        row = eventually(lambda: (m := message(name))["status"] == "completed" and m)
        assert got == row["content"] == TEXT.replace("[1]", ""), (seed, got, row)


def a_place_that_is_none_is_refused():
    upstream.play(words("ёлка"))
    name = ask().json["id"]
    for last in ("1", "9", "-2", "x", "99999999999999999999"):
        answer = ann.get(f"/chat/messages/{name}/stream", headers={"Last-Event-ID": last})
        assert answer.status == 400, (last, answer)
    assert Stream(f"/chat/messages/{name}/stream?offset=2").read().text() == "лка"
    question = message(name)["question_id"]
    assert ann.get(f"/chat/messages/{question}/stream").status == 404


def upstream_is_closed_within_50_ms_of_a_cancel():
    took = []
    for _ in range(10):
        upstream.play(part("HOLD"))
        upstream.left_at.clear()
        stream = asked().until(b"part")
        name = stream.of("meta")["message_id"]
        begun = time.monotonic()
        answer = ann.post(f"/chat/messages/{name}/cancel")
        assert answer.status == 200 and answer.json["status"] == "stopped" and answer.json["content"] == "part", answer
        took.append(eventually(lambda: upstream.left_at and upstream.left_at[0]) - begun)
        assert stream.read().of("done")["status"] == "stopped"
        assert ann.post(f"/chat/messages/{name}/cancel").json["status"] == "stopped"
    assert max(took) < live.crowded(0.05) or statistics.median(took) < 0.05, took


def an_answer_without_a_word_yet_is_cancelled_at_once():
    upstream.play(["HOLD"])
    stream = asked().until(b"event: sources")
    begun = time.monotonic()
    answer = ann.post(f"/chat/messages/{stream.of('meta')['message_id']}/cancel")
    assert answer.status == 200 and answer.json["status"] == "stopped" and time.monotonic() - begun < live.crowded(1), answer
    heal()


def operator():
    live.Client(server.port).register("operator")
    assert server.command("user", "promote", "operator", "superuser").returncode == 0
    answer = live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "operator", "password": "a long enough passphrase"})
    return live.Client(server.port, token=answer.json["access_token"])


def two_hundred_watchers_see_the_same():
    everybody_watches = threading.Event()
    upstream.play([HEAD, chunk("one "), everybody_watches, chunk("two"), chunk(finish="stop"), DONE])
    first = asked().until(b"one ")
    name = first.of("meta")["message_id"]
    watchers = [Stream(f"/chat/messages/{name}/stream") for _ in range(200)]
    for w in watchers:
        w.until(b"one ")
    root = operator()

    def figures():
        return {f"{i['module']}.{i['name']}": i["value"] for i in root.get("/admin/stats").json["items"]}

    try:
        assert figures()["platform.connections"] > 200
        eventually(lambda: figures()["platform.tasks"] < 10)  # the house's own come and go
        threads = len(list(pathlib.Path(f"/proc/{server.process.pid}/task").iterdir()))
        assert threads < 20, threads
    finally:
        everybody_watches.set()
    assert all(w.read().text() == "one two" for w in [first, *watchers])


def the_same_key_is_the_same_answer():
    upstream.play(words("once"))
    chat, key = session(), {"Idempotency-Key": "k1"}
    first, again = ask(chat=chat, headers=key), ask(chat=chat, headers=key)
    assert again.json == first.json, (first, again)
    answer = ask("other?", chat=chat, headers=key)
    assert (answer.status, answer.json["code"]) == (422, "idempotency_mismatch"), answer
    assert len(ann.get(f"/chat/sessions/{chat}/messages").json["items"]) == 2
    for key in ("", "k" * 256, "a key", "ключ".encode()):
        answer = ask(chat=chat, headers={"Idempotency-Key": key})
        assert (answer.status, answer.json["code"]) == (400, "invalid_idempotency_key"), (key, answer)


# --- limits ---

def one_answer_a_session_and_three_an_account():
    upstream.play(part("HOLD"))
    chats = [session() for _ in range(4)]
    streams = [Stream(f"/chat/sessions/{c}/messages", body={"content": "x"}).until(b"part") for c in chats[:3]]
    answer = ask(chat=chats[0])
    assert answer.status in (409, 429), answer
    answer = ask(chat=chats[3])
    assert (answer.status, answer.json["code"]) == (429, "too_many_answers"), answer
    ann.post(f"/chat/messages/{streams[1].of('meta')['message_id']}/cancel")
    ann.post(f"/chat/messages/{streams[2].of('meta')['message_id']}/cancel")
    answer = ask(chat=chats[0])
    assert (answer.status, answer.json["code"]) == (409, "answer_running"), answer
    ann.post(f"/chat/messages/{streams[0].of('meta')['message_id']}/cancel")


def a_question_that_does_not_fit_is_refused_whole():
    answer = ask("слово " * 5300)
    assert (answer.status, answer.json["code"]) == (413, "context_exceeded"), answer
    assert ask("x" * 32001).status == 422 and ask("").status == 422
    assert ann.post(f"/chat/sessions/{session()}/messages", {"content": "x", "model": "none"}).status == 422


def history_is_trimmed_in_whole_pairs():
    chat = session()
    for i in range(6):
        upstream.play(words(f"answer {i} " + "слово " * 700, size=400))
        assert ask(f"question {i}", chat=chat).status == 201
    messages = upstream.requests[-1][1]["messages"]
    assert messages[0]["role"] == "system" and messages[-1]["content"] == "question 5" and len(messages) % 2 == 0, [m["role"] for m in messages]
    kept = [m["content"] for m in messages[1:-1] if m["role"] == "user"]
    assert kept == [f"question {i}" for i in range(5 - len(kept), 5)] and 0 < len(kept) < 5, kept


# --- privacy ---

def chats_are_private_and_erased_for_good():
    upstream.play(words("secret"))
    chat = session()
    name = ask(chat=chat).json["id"]
    root = live.Client(server.port, timeout=30).register(f"keeper{random.randrange(10**6)}")
    paths = [f"/chat/sessions/{chat}", f"/chat/sessions/{chat}/messages", f"/chat/sessions/{chat}/export", f"/chat/messages/{name}", f"/chat/messages/{name}/stream"]
    for other in (bob, root):
        assert [other.get(p).status for p in paths] == [404] * 5
        assert other.post(f"/chat/messages/{name}/cancel").status == 404 and other.delete(f"/chat/sessions/{chat}").status == 404
        assert ask(client=other, chat=chat).status == 404
    assert live.Client(server.port).get(paths[0]).status == 401
    assert ann.patch(paths[0], {"title": "New"}).json["title"] == "New"
    export = ann.get(paths[2])
    assert export.status == 200 and b"secret" in export.body and export.headers["Content-Type"].startswith("text/markdown")
    assert ann.get(paths[2] + "?format=json").json["messages"][1]["content"] == "secret"
    assert ann.delete(paths[0]).status == 204 and [ann.get(p).status for p in paths] == [404] * 5
    assert database.sql(f"SELECT count(*) FROM chat.chat_messages WHERE session_id = '{chat}'") == [["0"]]
    payloads = database.sql("SELECT payload::text FROM chat.outbox")
    assert payloads and "secret" not in str(payloads) and "Who are you" not in str(payloads)


def an_account_that_ends_takes_its_chats_and_answers_along():
    eve = live.Client(server.port, timeout=30).register(f"eve{random.randrange(10**6)}")
    upstream.play(part("HOLD"))
    upstream.left_at.clear()
    stream = asked(client=eve).until(b"part")
    answer = eve.delete("/users/me")
    if answer.status >= 400:  # where the password is asked for
        answer = eve.delete("/users/me", body={"current_password": "a long enough passphrase"})
    assert answer.status in (200, 204), answer
    eventually(lambda: upstream.left_at)
    eventually(lambda: database.sql(f"SELECT count(*) FROM chat.chat_sessions WHERE user_id = '{eve.user_id}'") == [["0"]])
    stream.read().close()


def all_sessions_go_at_once_and_lists_have_pages():
    upstream.play(words("x"))
    kim = live.Client(server.port, timeout=30).register(f"kim{random.randrange(10**6)}")
    made = [session(kim) for _ in range(5)]
    page = kim.get("/chat/sessions?limit=3").json
    rest = kim.get(f"/chat/sessions?limit=3&cursor={page['next_cursor']}").json
    assert [s["id"] for s in page["items"] + rest["items"]] == made[::-1] and rest["next_cursor"] is None
    for i in range(3):
        ask(str(i), client=kim, chat=made[0])
    page = kim.get(f"/chat/sessions/{made[0]}/messages?limit=4").json
    rest = kim.get(f"/chat/sessions/{made[0]}/messages?limit=4&cursor={page['next_cursor']}").json
    assert [m["content"] for m in page["items"] + rest["items"] if m["role"] == "user"] == ["0", "1", "2"]
    newest = kim.get(f"/chat/sessions/{made[0]}/messages?sort=new").json["items"]
    assert [m["id"] for m in newest] == [m["id"] for m in page["items"] + rest["items"]][::-1]
    assert kim.delete("/chat/sessions").status == 204 and kim.get("/chat/sessions").json["items"] == []


# --- the last: the instance ends ---

def a_server_that_stops_says_so_and_one_that_dies_leaves_the_part():
    upstream.play(part(2.5, chunk(" more"), "HOLD"))
    stream = asked().until(b" more")
    name = stream.of("meta")["message_id"]
    assert server.stop() == 0
    restart()
    row = message(name)
    assert (row["status"], row["error_code"], row["content"]) == ("interrupted", "server_stopped", "part more"), row
    upstream.play([HEAD, chunk("x" * 1500), "HOLD"])
    stream = asked().until(b"xxx")
    name = stream.of("meta")["message_id"]
    eventually(lambda: len(message(name)["content"]) == 1500)
    server.kill()
    restart()
    row = eventually(lambda: (m := message(name))["status"] == "failed" and m, 30)
    assert row["content"] == "x" * 1500 and row["error_code"] == "interrupted" and row["tokens_estimated"], row
    upstream.play(words("again"))
    assert ask().json["content"] == "again"


CASES = [
    an_answer_comes_whole_or_as_a_stream, what_is_asked_holds_rules_history_and_the_question, every_dialect_ends_as_it_should,
    a_failure_without_a_word_is_the_problem_of_who_waits, it_is_tried_again_only_before_the_first_word,
    a_stream_cut_at_200_random_bytes_is_put_together_byte_for_byte, a_place_that_is_none_is_refused,
    upstream_is_closed_within_50_ms_of_a_cancel, an_answer_without_a_word_yet_is_cancelled_at_once, two_hundred_watchers_see_the_same, the_same_key_is_the_same_answer,
    one_answer_a_session_and_three_an_account, a_question_that_does_not_fit_is_refused_whole, history_is_trimmed_in_whole_pairs,
    chats_are_private_and_erased_for_good, an_account_that_ends_takes_its_chats_and_answers_along,
    all_sessions_go_at_once_and_lists_have_pages, a_server_that_stops_says_so_and_one_that_dies_leaves_the_part,
    a_failing_upstream_is_left_alone,
]
wanted = [c for c in CASES if not sys.argv[1:] or c.__name__ in sys.argv[1:]]
code = live.run(wanted)
server.close()
database.close()
sys.exit(code)
