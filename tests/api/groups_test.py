#!/usr/bin/env python3
"""Requests that come at once and are committed or read together: each keeps its own answer, its Idempotency-Key and its events."""
import json
import pathlib
import socket
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

MANY = 60
database, server = live.migrated()
member, operator = None, None


def open_house():
    global member, operator
    server.start()
    member = live.Client(server.port).register("member")
    live.Client(server.port).register("operator")
    assert server.command("user", "promote", "operator", "superuser").returncode == 0
    answer = live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "operator", "password": "a long enough passphrase"})
    operator = live.Client(server.port, token=answer.json["access_token"])


def figure(module, name):
    return next(i["value"] for i in operator.get("/admin/stats").json["items"] if (i["module"], i["name"]) == (module, name))


def all_at_once(requests):
    """(method, path, body, headers) each on a connection of its own, sent before the first answer is read: status and body of each."""
    sockets = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in requests]
    texts = []
    for method, path, body, headers in requests:
        data = json.dumps(body).encode() if body is not None else b""
        lines = {"Host": "localhost", "Authorization": f"Bearer {member.token}", "Content-Length": len(data), "Connection": "close", **headers}
        if data:
            lines["Content-Type"] = "application/json"
        texts.append(f"{method} /api/v1{path} HTTP/1.1\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in lines.items()) + b"\r\n" + data)
    for s, text in zip(sockets, texts):
        s.sendall(text)
    answers = []
    for s in sockets:
        raw = b"".join(iter(lambda: s.recv(65536), b""))
        s.close()
        head, _, body = raw.partition(b"\r\n\r\n")
        answers.append((int(head.split()[1]), body))
    return answers


def log_is_dense(module):
    holes = database.sql(f"SELECT count(*) FROM {module}.outbox_head h WHERE h.off <> (SELECT count(*) FROM {module}.outbox o WHERE o.part = h.part)")
    return holes == [["0"]]


def comments_committed_together_keep_their_keys():
    open_house()
    posts = [member.post("/posts", {"title": f"Post {i}", "content": "Text", "status": "published"}).json["id"] for i in range(MANY)]
    requests = [("POST", f"/posts/{post}/comments", {"content": f"On {i}"}, {"Idempotency-Key": uuid.uuid4().hex}) for i, post in enumerate(posts)]
    first = all_at_once(requests)
    assert [status for status, _ in first] == [201] * MANY, first
    assert sorted(json.loads(body)["content"] for _, body in first) == sorted(f"On {i}" for i in range(MANY))
    assert all(json.loads(body)["post_id"] == post for (_, body), post in zip(first, posts))
    assert all_at_once(requests) == first
    assert database.sql("SELECT count(*), count(DISTINCT post_id) FROM comment.comments") == [[str(MANY), str(MANY)]]
    assert figure("comment", "group_transactions") > 0
    assert figure("comment", "grouped_changes") > figure("comment", "group_transactions")
    assert figure("comment", "parted_changes") == 0
    assert database.sql("SELECT count(DISTINCT event_id) FROM comment.outbox") == [[str(MANY)]] and log_is_dense("comment")
    assert database.sql("SELECT count(*) FROM comment.outbox WHERE actor_id IS NULL") == [["0"]]


def those_that_fail_together_are_answered_one_by_one():
    artists = [member.post("/artists", {"name": f"Artist {i}"}).json["id"] for i in range(MANY)]
    for artist in artists[::2]:  # to follow again changes nothing: such a change is undone
        assert member.put(f"/artists/{artist}/follow").status == 204
    answers = all_at_once([("PUT", f"/artists/{artist}/follow", None, {}) for artist in artists])
    assert [status for status, _ in answers] == [204] * MANY, answers
    assert database.sql("SELECT count(*) FROM artist.artist_followers") == [[str(MANY)]]
    assert database.sql("SELECT count(*) FROM artist.artists WHERE followers_count <> 1") == [["0"]]
    assert database.sql("SELECT count(*) FROM artist.outbox WHERE topic = 'artist.followed'") == [[str(MANY)]] and log_is_dense("artist")
    assert figure("artist", "parted_changes") > 0


def threads_read_at_once_are_those_read_alone():
    posts = [member.post("/posts", {"title": f"Read {i}", "content": "Text", "status": "published"}).json["id"] for i in range(MANY // 4)]
    for i, post in enumerate(posts):  # of the first there is none, under the last there is more than a page
        comments = [member.post(f"/posts/{post}/comments", {"content": f"{i} {j}"}).json["id"] for j in range(2 * i)]
        for parent in comments[::3]:
            assert member.post(f"/posts/{post}/comments", {"content": "Answer", "parent_id": parent}).status == 201
        assert not comments or member.delete(f"/comments/{comments[0]}").status == 204
    paths = [f"/posts/{post}/comments?{words}" for post in posts for words in ("", "sort=new", "limit=3", "sort=new&limit=4", "view=flat")]
    pages = [member.get(path) for path in paths]
    paths += [f"{path}&cursor={page.json['next_cursor']}" for path, page in zip(paths, pages) if page.json["next_cursor"]]
    alone = [(answer.status, answer.body) for answer in map(member.get, paths)]
    before = figure("comment", "gathered_reads")
    assert all_at_once([("GET", path, None, {}) for path in paths]) == alone
    assert len(paths) > 100 and figure("comment", "gathered_reads") - before > 10


def the_same_key_at_once_is_done_once():
    post = member.post("/posts", {"title": "Once", "content": "Text", "status": "published"}).json["id"]
    before = int(database.sql("SELECT count(*) FROM comment.comments")[0][0])
    answers = all_at_once([("POST", f"/posts/{post}/comments", {"content": "Once"}, {"Idempotency-Key": "the-same-key-for-all"})] * 20)
    assert {status for status, _ in answers} <= {201, 409}, answers
    assert len({body for status, body in answers if status == 201}) == 1
    assert int(database.sql("SELECT count(*) FROM comment.comments")[0][0]) == before + 1


def counters_agree_when_all_is_heard():
    until = time.monotonic() + 20
    while any(s["behind"] for s in operator.get("/admin/events").json["items"]):
        assert time.monotonic() < until
        time.sleep(0.02)
    wrong = [c for c in operator.get("/admin/counters").json["items"] if c["differing"]]
    assert not wrong, wrong
    assert database.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [["0"]]


code = live.run([comments_committed_together_keep_their_keys, those_that_fail_together_are_answered_one_by_one,
                 threads_read_at_once_are_those_read_alone, the_same_key_at_once_is_done_once, counters_agree_when_all_is_heard])
server.close()
database.close()
sys.exit(code)
