#!/usr/bin/env python3
"""What is too old goes soon after a start, so that it also goes on a server that is restarted every hour; what is not stays."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world

w = world.World()
sql = w.database.sql

# Each leaves rows; then how they are made old, and what counts them.
OLD = {
    "posts in the trash": ("UPDATE content.posts SET deleted_at = now() - interval '31 days' WHERE is_deleted",
                           "SELECT count(*) FROM content.posts WHERE is_deleted"),
    "former slugs": ("UPDATE content.post_slugs SET created_at = now() - interval '731 days'",
                     "SELECT count(*) FROM content.post_slugs s JOIN content.posts p ON p.id = s.post_id WHERE p.slug <> s.slug"),
    "the audit log": ("UPDATE auth.audit_log SET created_at = now() - interval '731 days'", "SELECT count(*) FROM auth.audit_log"),
    "answers": ("UPDATE content.idempotency_keys SET created_at = now() - interval '25 hours'", "SELECT count(*) FROM content.idempotency_keys"),
    "dead letters": ("UPDATE search.dead_letter SET died_at = now() - interval '400 days'", "SELECT count(*) FROM search.dead_letter"),
    "sessions": ("UPDATE auth.sessions SET ended_at = now() - interval '31 days', expires_at = now() - interval '31 days' WHERE ended_at IS NOT NULL",
                 "SELECT count(*) FROM auth.sessions WHERE ended_at IS NOT NULL"),
    "names that were": ("UPDATE auth.retired_names SET retired_at = now() - interval '91 days'", "SELECT count(*) FROM auth.retired_names"),
    "links": ("UPDATE auth.links SET expires_at = now() - interval '8 days'", "SELECT count(*) FROM auth.links"),
    "erased chats": ("UPDATE chat.erased_sessions SET erased_at = now() - interval '31 days'", "SELECT count(*) FROM chat.erased_sessions"),
    "days of tokens": ("UPDATE chat.chat_usage SET day = day - 120", "SELECT count(*) FROM chat.chat_usage"),
    "stamps of what is gone": ("UPDATE search.sweep SET swept_at = now() - interval '2 days'",
                               "SELECT count(*) FROM search.stamps WHERE id NOT IN (SELECT post_id FROM search.posts_index UNION ALL"
                               " SELECT artist_id FROM search.artists_index UNION ALL SELECT album_id FROM search.albums_index UNION ALL"
                               " SELECT track_id FROM search.tracks_index UNION ALL SELECT user_id FROM search.users_index)"),
    "words of what is gone": ("SELECT", "SELECT count(*) FROM search.vocabulary WHERE word = 'qwyjibo'"),
}


def counted():
    return {name: int(sql(count)[0][0]) for name, (_, count) in OLD.items()}


def awaited(wanted, seconds):
    """The counts, once `wanted` holds for them; or as they are when time is up."""
    until = time.monotonic() + seconds
    while not wanted(found := counted()) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def leave_something_of_each():
    owner = w.owner
    post = w.made("/posts", {"title": "Qwyjibo", "content": "Words", "status": "published"})
    w.done("PATCH", f"/posts/{post['id']}", {"slug": world.unique("another-")})
    gone = w.made("/posts", {"title": "Qwyjibo again", "content": "Words", "status": "published"})
    assert owner.post("/posts", {"title": "Kept", "content": "Words"}, headers={"Idempotency-Key": "one"}).status == 201
    w.done("PATCH", "/users/me", {"username": world.unique("renamed")}, who=w.person("before"))
    w.make_dead_letter(None)
    w.done("DELETE", f"/auth/sessions/{w.make_session(None)['id']}")
    chat = w.make_chat(None)
    w.made(f"/chat/sessions/{chat['id']}/messages", {"content": "Words?"})
    w.done("DELETE", f"/chat/sessions/{chat['id']}")
    sql("INSERT INTO auth.links (id, user_id, kind, address, created_at, expires_at)"
        f" VALUES (gen_random_uuid(), '{w.other.user_id}', 'reset', 'someone@example.org', now(), now() + interval '1 h')")
    assert awaited(lambda found: found["words of what is gone"], 20)["words of what is gone"], "the index has not got the words"
    for one in (post, gone):
        w.done("DELETE", f"/posts/{one['id']}")
    awaited(lambda found: found["stamps of what is gone"], 20)


def what_is_old_goes_soon_after_a_start():
    leave_something_of_each()
    young = counted()
    w.server.stop()
    w.server.start()
    time.sleep(12)  # the jobs have run by then
    assert {name: n for name, n in counted().items() if n < young[name] and name != "words of what is gone"} == {}
    w.server.stop()
    before = counted()
    assert all(n or name == "words of what is gone" for name, n in before.items()), before
    for age, _ in OLD.values():
        sql(age)
    w.server.start()
    left = awaited(lambda found: not any(found.values()), 30)
    assert not any(left.values()), left


def what_refers_to_it_is_whole():
    done = w.server.command("counters", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


code = live.run([what_is_old_goes_soon_after_a_start, what_refers_to_it_is_whole])
w.close()
sys.exit(code)
