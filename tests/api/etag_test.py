#!/usr/bin/env python3
"""A thing has one representation and one ETag, whichever route shows it: to its maker and to a moderator."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world

w = world.World()


def things(who):
    """(how it is made, what PATCH changes, whether it can be deleted and restored) of each kind."""
    artist = w.made("/artists", {"name": world.unique("Artist "), "social_links": {"z": "https://z.example/", "a": "https://a.example/"}}, who=who)
    album = w.made("/albums", {"artist_id": artist["id"], "title": "Album"}, who=who)
    post = w.made("/posts", {"title": "Post", "content": "Words", "status": "published"}, who=who)
    return [("/artists", {"name": world.unique("Artist "), "genres": ["b", "a"]}, {"bio": "Words"}, True),
            ("/albums", {"artist_id": artist["id"], "title": "Album", "release_date": "1999"}, {"release_date": "2001-05"}, True),
            (f"/albums/{album['id']}/tracks", {"title": "Track", "lyrics": "La"}, {"lyrics": "La la"}, True),
            ("/posts", {"title": "Post", "content": "Words", "tags": ["b", "a"], "primary_artist_id": artist["id"]}, {"status": "published"}, True),
            (f"/posts/{post['id']}/comments", {"content": "Words"}, {"content": "Other words"}, True),
            ("/feedback/tickets", {"subject": "Subject", "message": "Words"}, {"category": "bug"}, False),
            ("/chat/sessions", {"title": "Chat"}, {"title": "Another"}, False)]


def agree(who, path, shown):
    """What a route has shown is what GET shows, with its tag."""
    read = who.get(path)
    assert read.headers["ETag"] and shown.headers["ETag"] == read.headers["ETag"], (path, shown, read)
    assert shown.json == read.json, (path, shown, read)
    assert who.get(path, headers={"If-None-Match": read.headers["ETag"]}).status == 304


def every_route_shows_the_same():
    for who in (w.owner, w.moderator):
        for collection, body, change, has_trash in things(who):
            key = {"Idempotency-Key": world.unique("key")}
            made = who.post(collection, body, headers=key)
            assert made.status == 201, made
            path = made.headers["Location"].removeprefix("/api/v1")
            agree(who, path, made)
            again = who.post(collection, body, headers=key)
            assert again.body == made.body and again.headers["ETag"] == made.headers["ETag"], (made, again)
            edited = who.patch(path, change, headers={"If-Match": made.headers["ETag"]})
            assert edited.status == 200, edited
            agree(who, path, edited)
            assert who.patch(path, change, headers={"If-Match": made.headers["ETag"]}).status == 412
            assert who.patch(path, change, headers={"If-Match": "W/" + edited.headers["ETag"]}).status == 412
            agree(who, path, who.patch(path, {}))
            if has_trash:
                w.done("DELETE", path, who=who)
                agree(who, path, w.done("POST", path + "/restore", who=who))
                agree(who, path, w.done("POST", path + "/restore", who=who))
        agree(who, "/users/me", who.patch("/users/me", {"locale": "ru"}))
    agree(w.superuser, f"/admin/users/{w.other.user_id}", w.superuser.patch(f"/admin/users/{w.other.user_id}", {"is_active": True}))


code = live.run([every_route_shows_the_same])
w.close()
sys.exit(code)
