#!/usr/bin/env python3
"""What a profile counts is what the lists beside it show, to whoever looks, at once."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world

w = world.World()
writer = w.person("writer")
VIEWERS = {"guest": w.guest, "writer": writer, "owner": w.owner, "moderator": w.moderator}


def listed(who, path):
    items, cursor = 0, ""
    while cursor is not None:
        answer = who.get(f"{path}?limit=2{cursor and '&cursor=' + cursor}")
        assert answer.status == 200, answer
        items, cursor = items + len(answer.json["items"]), answer.json["next_cursor"]
    return items


def counts():
    """{who looks: how many comments of the writer the profile counts}, which the list and GET /users?ids= agree with."""
    found = {}
    for name, who in VIEWERS.items():
        found[name] = who.get(f"/users/{writer.user_id}").json["comments_count"]
        assert found[name] == listed(who, f"/users/{writer.user_id}/comments"), (name, found)
        both = who.get(f"/users?ids={w.other.user_id},{writer.user_id}").json["items"]
        assert [user["comments_count"] for user in both] == [0, found[name]], (name, both)
    return found


def seen(guest, owner=None, moderator=None):
    return {"guest": guest, "writer": guest, "owner": owner or guest, "moderator": moderator or owner or guest}


def comments_count_where_their_posts_are_seen():
    posts = [w.make_post("published")["id"] for _ in range(3)]
    for post in posts:
        for n in range(2):
            w.made(f"/posts/{post}/comments", {"content": f"Words {n}"}, who=writer)
    assert counts() == seen(6)
    w.done("PATCH", f"/posts/{posts[0]}", {"status": "draft"})
    assert counts() == seen(4, owner=6)
    w.done("DELETE", f"/posts/{posts[1]}")
    assert counts() == seen(2, owner=4)
    w.done("PATCH", f"/posts/{posts[2]}", {"status": "archived"})
    assert counts() == seen(2, owner=4)
    w.done("POST", f"/posts/{posts[1]}/restore")
    w.done("PATCH", f"/posts/{posts[0]}", {"status": "published"})
    assert counts() == seen(6)
    comment = writer.get("/users/me/comments").json["items"][0]["id"]
    w.done("DELETE", f"/comments/{comment}", who=writer)
    assert counts() == seen(5)
    w.database.sql(f"DELETE FROM content.post_slugs WHERE post_id = '{posts[0]}'; DELETE FROM content.posts WHERE id = '{posts[0]}'")
    assert w.guest.get(f"/users/{writer.user_id}").json["comments_count"] == 3  # as when the trash is emptied


def posts_count_where_they_are_listed():
    author = w.person("author")
    for state in ("published", "draft", "archived", "deleted"):
        w.owner, kept = author, w.owner
        w.make_post(state)
        w.owner = kept
    for who in VIEWERS.values():
        shown = who.get(f"/users/{author.user_id}").json["posts_count"]
        assert shown == 1 == listed(who, f"/users/{author.user_id}/posts"), shown


def counters_agree():
    done = w.server.command("counters", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


code = live.run([posts_count_where_they_are_listed, comments_count_where_their_posts_are_seen, counters_agree])
w.close()
sys.exit(code)
