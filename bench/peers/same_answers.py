"""Whether everybody answers alike: each answer of a contestant is compared member by member with VobeMusic's.

What peers do not have, and need not: headers beyond Content-Type (ETag, Link, rate limits, security), `errors`, `instance` and `request_id` of
problems, other languages' words in titles and details, replies to comments (parent_id), gzip, views, Idempotency-Keys, ended sessions, the limit on guesses.
"""
import json
import re

import live
from data import PASSWORD, odd_id, post_id

OPAQUE = {"next_cursor", "replies_next_cursor", "access_token", "refresh_token"}  # each its own: only whether there is one
MOVING = {"views_count"}  # reading moves it, at VobeMusic: only that it is a number
OWN = {"id", "created_at", "updated_at"}  # of what was just written
OF_PROBLEMS = ("status", "code", "error")  # what programs go by
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def differences(wanted, got, at, written=False):
    """Where `got` is not as `wanted`, as paths of members."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in sorted(wanted.keys() | got.keys()):
            if name not in wanted or name not in got:
                yield f"{at}.{name} is {'missing' if name in wanted else 'too much'}"
            elif name in OPAQUE:
                yield from [f"{at}.{name} is {got[name]!r}"] if (wanted[name] is None) != (got[name] is None) else []
            elif name in MOVING:
                yield from [] if type(got[name]) is int else [f"{at}.{name} is {got[name]!r}"]
            elif written and name in OWN:
                yield from [f"{at}.{name} is {got[name]!r}"] if name != "id" and not TIME.fullmatch(got[name]) else []
            else:
                yield from differences(wanted[name], got[name], f"{at}.{name}", written)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for i, (one, other) in enumerate(zip(wanted, got)):
            yield from differences(one, other, f"{at}[{i}]", written)
    elif wanted != got or type(wanted) is not type(got):
        yield f"{at} is {json.dumps(got)[:80]}, not {json.dumps(wanted)[:80]}"


class Asker(live.Client):
    """Each request on a connection of its own: a refusal may end it."""

    def request(self, method, path, body=None, headers=None):
        answer = super().request(method, path, body, headers)
        self.connection.close()
        self.connection = None
        return answer


def pages(client, path, most):
    """Follows next_cursor from page to page."""
    cursor = ""
    for number in range(most):
        answer = client.get(path + cursor)
        yield f"{path} page {number + 1}", answer
        after = answer.json.get("next_cursor") if answer.status == 200 else None
        if not after:
            return
        cursor = ("&" if "?" in path else "?") + f"cursor={after}"


def asked(port):
    """(what was asked, its answer, whether it was written) of everything that is compared, in order."""
    client = Asker(port, timeout=30)

    def get(path):
        return path, client.get(path), False

    yield from (get(f"/posts/{post_id(i)}") for i in (1, 2, 77, 4321, 9_999))
    yield from (get(f"/posts/{odd_id(n)}") for n in range(1, 10))
    yield from (get(f"/posts/{post_id(i)}/comments") for i in (1, 77, 4321))
    yield from (get(f"/posts/{odd_id(n)}/comments") for n in range(1, 10))
    yield get("/posts/nonsense")
    for path, most in (("/posts", 3), ("/posts?limit=7", 3), (f"/posts/{odd_id(8)}/comments", 5), (f"/posts/{odd_id(8)}/comments?limit=10", 6)):
        yield from ((name, answer, False) for name, answer in pages(client, path, most))
    yield get("/posts?limit=0")
    yield from signed_in(client)


def signed_in(client):
    words = {"grant_type": "password", "username": "Listener7", "password": PASSWORD}
    path = f"/posts/{post_id(5_000)}/comments"
    yield "a comment of nobody", client.post(path, {"content": "x"}), False
    for name, changed in (("a wrong password", {"password": "not that one"}), ("an unknown name", {"username": "nobody"})):
        yield name, client.post("/auth/token", {**words, **changed}), False
    by_address = client.post("/auth/token", {**words, "username": "u7@example.org"})
    yield "a token by address", by_address, False
    tokens = client.post("/auth/token", words)
    yield "a token", tokens, False
    client.token = "not.a.token"
    yield "a comment with no token of ours", client.post(path, {"content": "x"}), False
    client.token = tokens.json.get("access_token")
    yield "a comment", client.post(path, {"content": "Said by \"listener\" 7, \u2603 \U0001f3b8"}), True
    yield "its post", client.get(f"/posts/{post_id(5_000)}"), False
    yield "its thread", client.get(path), True
    for name, where, body in (("an empty comment", path, {"content": ""}), ("a comment without text", path, {}),
                              ("a comment too long", path, {"content": "x" * 10_001}),
                              ("a comment where they are closed", f"/posts/{odd_id(3)}/comments", {"content": "x"}),
                              ("a comment on an archived post", f"/posts/{odd_id(4)}/comments", {"content": "x"}),
                              ("a comment on a draft", f"/posts/{odd_id(5)}/comments", {"content": "x"}),
                              ("a comment on no post", f"/posts/{odd_id(99)}/comments", {"content": "x"})):
        yield name, client.post(where, body), False


def plain(answer):
    """Status, kind of content and body of an answer."""
    if not answer.headers.get_content_subtype().endswith("json"):
        body = answer.body.decode(errors="replace")
    else:
        body = answer.json
    if answer.status >= 400 and isinstance(body, dict):
        body = {name: body[name] for name in OF_PROBLEMS if name in body}
    return {"status": answer.status, "content_type": answer.headers.get_content_type(), "body": body}


def all_answers(port):
    return [(name, plain(answer), written) for name, answer, written in asked(port)]


def faults(wanted, got):
    """Lines that say where the answers `got` are not as `wanted`."""
    found = [f"{name}: {fault}" for (name, one, written), (_, other, _) in zip(wanted, got) for fault in differences(one, other, "answer", written)]
    if len(wanted) != len(got):
        found.append(f"{len(got)} answers, not {len(wanted)}")
    return found
