#!/usr/bin/env python3
"""The same act again, and by eight clients at the same moment: one answer for all, whatever the kind of thing."""
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world

w = world.World()
CLIENTS, ROUNDS = 8, 3
KINDS = ("post", "comment", "artist", "album", "track")


def at_once(requests, who):
    """The answers to these (method, path, body), sent at the same moment over connections that stand."""
    answers, start = [None] * len(requests), threading.Barrier(len(requests))

    def ask(i):
        client = w.client(who.token)
        client.get("//livez")
        start.wait()
        answers[i] = client.request(*requests[i])

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def all_are(status, requests, who=w.owner):
    answers = at_once(requests, who)
    assert {answer.status for answer in answers} == {status}, (requests[0], answers)


def live_one(kind):
    return f"/{kind}s/{w.make(kind, 'published' if kind == 'post' else 'live')['id']}"


def what_is_deleted_is_deleted_for_all_who_ask():
    for kind in KINDS:
        for _ in range(ROUNDS):
            path = live_one(kind)
            all_are(204, [("DELETE", path)] * CLIENTS)
            assert w.owner.delete(path).status == 204
            all_are(200, [("POST", path + "/restore")] * CLIENTS)
            assert w.owner.post(path + "/restore").status == 200


def who_deletes_and_who_restores_are_answered():
    for kind in KINDS:
        path = live_one(kind)
        mixed = [("DELETE", path), ("POST", path + "/restore")] * (CLIENTS // 2)
        for (method, _), answer in zip(mixed, at_once(mixed, w.owner)):
            assert answer.status == (204 if method == "DELETE" else 200), (kind, method, answer)


def a_stale_if_match_is_told():
    for kind in KINDS:
        path = live_one(kind)
        tag = w.owner.get(path).headers["ETag"]
        edits = [("PATCH", path, {"content" if kind in ("post", "comment") else "name" if kind == "artist" else "title": f"Text {i}"}, {"If-Match": tag})
                 for i in range(CLIENTS)]
        statuses = sorted(answer.status for answer in at_once(edits, w.owner))
        assert statuses == [200] + [412] * (CLIENTS - 1), (kind, statuses)
        assert w.owner.delete(path, headers={"If-Match": tag}).status == 412


def edits_at_the_same_moment_follow_one_another():
    album = w.make("album", "live")
    edits = {"/users/me": "locale", live_one("post"): "title", live_one("comment"): "content", live_one("artist"): "bio",
             f"/albums/{album['id']}": "title", f"/tracks/{album['track_id']}": "title",
             f"/chat/sessions/{w.make('chat', 'live')['id']}": "title"}
    for path, member in edits.items():
        words = ("en", "ru") if member == "locale" else ("one", "two")
        all_are(200, [("PATCH", path, {member: words[i % 2]}) for i in range(CLIENTS)])
    all_are(200, [("PUT", f"/albums/{album['id']}/tracks/order", {"track_ids": [album["track_id"]]})] * CLIENTS)


def followers_follow_once():
    path = live_one("artist")
    for method, count in (("PUT", 1), ("DELETE", 0)):
        all_are(204, [(method, path + "/follow")] * CLIENTS)
        assert w.guest.get(path).json["followers_count"] == count


def what_is_gone_for_good_is_gone_for_all_who_ask():
    for _ in range(ROUNDS):
        for path, who in ((f"/auth/sessions/{w.make('session', 'live')['id']}", w.owner), (f"/chat/sessions/{w.make('chat', 'live')['id']}", w.owner),
                          (f"/admin/users/{w.make('user', 'live')['id']}", w.superuser)):
            all_are(204, [("DELETE", path)] * CLIENTS, who)
            assert who.delete(path).status == 204, path
    chat = f"/chat/sessions/{w.make('chat', 'live')['id']}"
    w.done("DELETE", chat)
    assert w.other.delete(chat).status == 404 and w.owner.get(chat).status == 404


def an_account_is_deleted_by_whoever_asks_first():
    one = w.person("leaver")
    answers = at_once([("DELETE", "/users/me", {"current_password": world.PASSWORD})] * CLIENTS, one)
    assert {answer.status for answer in answers} <= {204, 401} and 204 in {answer.status for answer in answers}, answers


def counters_are_right_afterwards():
    done = w.server.command("counters", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


code = live.run([what_is_deleted_is_deleted_for_all_who_ask, who_deletes_and_who_restores_are_answered, a_stale_if_match_is_told,
                 edits_at_the_same_moment_follow_one_another, followers_follow_once, what_is_gone_for_good_is_gone_for_all_who_ask,
                 an_account_is_deleted_by_whoever_asks_first, counters_are_right_afterwards])
w.close()
sys.exit(code)
