#!/usr/bin/env python3
"""The operator's room: numbers, counters that somebody has put wrong, dead letters, replays; by the API and by commands, all audited."""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated()
COUNTERS = {"tags.posts_count": "content.tags", "discussed_posts.comments_count": "content.discussed_posts", "viewed_posts.views_count": "content.viewed_posts", "artists.followers_count": "artist.artists",
            "comment_counts.visible_count": "comment.comment_counts", "comments.replies_count": "comment.comments",
            "feedback_tickets.messages_count": "feedback.feedback_tickets"}
operator, member = None, None


def settled():
    until = time.monotonic() + 10
    while any(s["behind"] for s in operator.get("/admin/events").json["items"]):
        assert time.monotonic() < until, operator.get("/admin/events").json
        time.sleep(0.02)


def fill():
    """A post with a tag and a comment with an answer, by somebody who follows its artist."""
    global operator, member
    server.start()
    member = live.Client(server.port).register("member")
    live.Client(server.port).register("operator")
    done = server.command("user", "promote", "operator", "superuser")
    assert done.returncode == 0, done.stderr
    answer = live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "operator",
                                                            "password": "a long enough passphrase"})
    operator = live.Client(server.port, token=answer.json["access_token"])
    artist = member.post("/artists", {"name": "Kino"}).json
    assert member.put(f"/artists/{artist['id']}/follow").status in (200, 204)
    post = member.post("/posts", {"title": "One", "content": "Text", "tags": ["rock"], "status": "published",
                                  "primary_artist_id": artist["id"]}).json
    comment = member.post(f"/posts/{post['id']}/comments", {"content": "First"}).json
    member.post(f"/posts/{post['id']}/comments", {"content": "Second", "parent_id": comment["id"]})
    assert member.post("/feedback/tickets", {"subject": "Sound", "message": "There is none"}).status == 201
    settled()


def figures_are_counted():
    fill()
    answer = operator.get("/admin/stats")
    assert answer.status == 200, answer.body
    figures = {f"{i['module']}.{i['name']}": i["value"] for i in answer.json["items"]}
    for name, value in {"auth.users": 2, "auth.staff": 1, "content.posts": 1, "content.tags": 1, "comment.comments": 2,
                        "artist.artists": 1, "artist.follows": 1}.items():
        assert figures[name] == value, (name, figures)
    assert figures["platform.memory_bytes"] > 1 << 20 and figures["platform.requests"] > 5, figures
    assert all(i["description"] for i in answer.json["items"])


def strangers_see_nothing_of_it():
    for client, status in ((member, 403), (live.Client(server.port), 401)):
        for path in ("stats", "counters", "events", "events/dead-letters", "config"):
            assert client.get(f"/admin/{path}").status == status, path
        assert client.post("/admin/counters/mend").status == status
        assert client.post("/admin/events/replay", {"subscription": "search.posts", "since": "2026-01-01T00:00:00Z"}).status == status


def differing():
    return {line["name"]: line["differing"] for line in operator.get("/admin/counters").json["items"]}


def break_all():
    for number, (counter, table) in enumerate(COUNTERS.items(), 77):
        database.sql(f"UPDATE {table} SET {counter.split('.')[1]} = {number}")


def counters_agree_and_are_set_right():
    assert set(differing()) == set(COUNTERS), differing()
    assert not any(differing().values()), differing()
    done = server.command("counters", "verify")
    assert done.returncode == 0 and done.stdout.count(" 0 rows differ") == len(COUNTERS), done
    break_all()
    assert all(differing().values()), differing()
    mended = operator.post("/admin/counters/mend")
    assert mended.status == 200 and all(line["differing"] for line in mended.json["items"]), mended.body
    assert not any(differing().values()), differing()
    break_all()
    done = server.command("counters", "verify")
    assert done.returncode == 65 and "--fix" in done.stderr, done
    done = server.command("--json", "counters", "verify", "--fix")
    assert done.returncode == 0 and all(json.loads(line)["differing"] for line in done.stdout.splitlines()), done
    assert not any(differing().values()), differing()
    assert server.command("counters", "verify", "--fi").returncode == 64


def bury(subscription):
    """A dead letter of content's own event in the index, as a failing hearer leaves it."""
    database.sql("INSERT INTO search.dead_letter (subscription, source, part, off, event_id, topic, agg_id, agg_version, schema_version, payload,"
                 f" created_at, fault, tries, died_at) VALUES ('{subscription}', 'content', 0, 0, gen_random_uuid(), 'post.updated',"
                 " gen_random_uuid(), 1, 1, '{}', now(), 'it does not fit', 8, now())")
    return operator.get("/admin/events/dead-letters?module=search").json["items"][-1]


def dead_letters_say_what_was_refused_and_no_words():
    payload = {"title": 'Мой "секрет" \U0001f3b8', "author_id": "01890a5d-ac96-774b-bcce-b302099a8057", "tags": ["a word"], "views": 7, "draft": None,
               "published_at": "2026-01-02T03:04:05.678Z", "": "x"}
    database.sql("INSERT INTO search.dead_letter (subscription, source, part, off, event_id, topic, agg_id, agg_version, schema_version, payload,"
                 " created_at, fault, tries, died_at) VALUES ('search.posts', 'content', 0, 0, gen_random_uuid(), 'post.updated', gen_random_uuid(),"
                 f" 1, 1, '{json.dumps(payload)}', now(), 'internal: search.document_write: new row violates (SQLSTATE 23514, constraint posts_index_title)', 8, now())")
    letter = operator.get("/admin/events/dead-letters").json["items"][0]
    assert letter["constraint"] == "posts_index_title" and "SQLSTATE 23514" in letter["fault"], letter
    assert letter["payload"] == {**payload, "title": "(14 characters)", "tags": ["(6 characters)"], "": "(1 characters)"}, letter
    assert "секрет" in server.command("events", "dead").stdout, "whoever is at the machine sees all"
    assert operator.post(f"/admin/events/dead-letters/search/{letter['id']}/discard").status == 204


def dead_letters_are_settled():
    assert operator.get("/admin/events/dead-letters").json["items"] == []
    assert operator.get("/admin/events/dead-letters?module=nobody").status == 404
    assert server.command("events", "dead").stdout == "No dead letters.\n"
    letter = bury("search.posts")
    assert letter["fault"] == "it does not fit" and letter["tries"] == 8 and letter["topic"] == "post.updated", letter
    where = f"/admin/events/dead-letters/search/{letter['id']}"
    assert operator.post(f"{where}/discard").status == 204
    assert operator.post(f"{where}/discard").status == 404
    assert operator.post("/admin/events/dead-letters/nobody/1/retry").status == 404
    letter = bury("search.posts")
    assert operator.post(f"/admin/events/dead-letters/search/{letter['id']}/retry").status == 204
    database.sql("INSERT INTO search.inbox_cursor (subscription, part, off) VALUES ('search.gone', 0, 0)")
    letter = bury("search.gone")
    answer = operator.post(f"/admin/events/dead-letters/search/{letter['id']}/retry")
    assert answer.status == 409 and answer.json["code"] == "conflict", answer.body
    done = server.command("events", "discard", "search", str(letter["id"]))
    assert done.returncode == 0 and str(letter["id"]) in done.stdout, done
    assert server.command("events", "retry", "search", "abc").returncode == 65


def subscriptions_hear_again():
    since = "2026-01-01T00:00:00Z"
    assert operator.post("/admin/events/replay", {"subscription": "search.posts", "since": since}).status == 204
    settled()
    assert operator.post("/admin/events/replay", {"subscription": "nobody", "since": since}).status == 404
    answer = operator.post("/admin/events/replay", {"subscription": "content.cache", "since": since})
    assert answer.status == 409 and answer.json["code"] == "not_durable", answer.body
    assert "hears again" in server.command("events", "replay", "search.posts", since).stdout
    settled()


def settings_are_listed_without_secrets():
    items = {i["name"]: i for i in operator.get("/admin/config").json["items"]}
    assert items["http.port"]["value"] == str(server.port) and items["http.port"]["source"] == "VOBE_HTTP_PORT", items["http.port"]
    assert items["auth.argon2_memory"]["value"] == "8m" and items["http.gzip_least"]["source"] == "default"
    assert items["auth.signing_key"]["value"] in ("", "***"), items["auth.signing_key"]
    assert all(i["description"] for i in items.values())


def all_of_it_is_audited():
    entries = operator.get("/admin/audit-log?limit=100").json["items"]
    by_api = [e["action"] for e in entries if e["actor_id"]]
    by_command = [e["action"] for e in entries if not e["actor_id"]]
    for action in ("counters.mended", "events.retried", "events.discarded", "events.replayed"):
        assert action in by_api, (action, by_api)
    assert "events.discarded" in by_command and "events.replayed" in by_command, by_command
    details = next(e["details"] for e in entries if e["action"] == "events.replayed" and e["actor_id"])
    assert details["subscription"] and details["since"].startswith("2026-01-01"), details
    assert all(e["ip"] == "127.0.0.1" for e in entries if e["action"].startswith("events.") and e["actor_id"])


def the_index_is_rebuilt_by_a_job():
    database.sql("DELETE FROM search.posts_index")
    answer = operator.post("/admin/search/reindex")
    assert answer.status == 202 and answer.json["status"] == "waiting", answer.body
    where = answer.headers["Location"].removeprefix("/api/v1")
    until = time.monotonic() + 20
    while operator.get(where).json["status"] != "completed":
        assert time.monotonic() < until, operator.get(where).json
        time.sleep(0.1)
    done = operator.get(where).json
    sources = int(database.sql("SELECT (SELECT count(*) FROM content.posts WHERE status = 'published' AND NOT is_deleted) + (SELECT count(*) FROM artist.artists "
                               "WHERE NOT is_deleted) + (SELECT count(*) FROM auth.users WHERE is_active AND deleted_at IS NULL)")[0][0])
    assert done["documents"] == sources and done["refused"] == 0 and done["finished_at"] >= done["started_at"], done
    assert database.sql("SELECT count(*) FROM search.posts_index") == [["1"]]
    told = json.loads(database.sql(f"SELECT payload FROM search.outbox WHERE agg_id = '{done['id']}'")[0][0])
    assert told["reindex_id"] == done["id"] and told["documents"] == sources, told
    assert member.post("/admin/search/reindex").status == 403 and operator.get("/admin/search/reindex/" + "0" * 32).status in (400, 404, 422)
    command = server.command("search", "reindex")
    assert command.returncode == 0 and "1 documents of" in command.stdout, command
    rows = database.sql("SELECT count(*) FROM auth.audit_log WHERE action = 'search.reindex_asked'")
    assert rows == [["2"]], rows


code = live.run([figures_are_counted, strangers_see_nothing_of_it, counters_agree_and_are_set_right,
                 dead_letters_say_what_was_refused_and_no_words, dead_letters_are_settled,
                 the_index_is_rebuilt_by_a_job,
                 subscriptions_hear_again, settings_are_listed_without_secrets, all_of_it_is_audited])
server.close()
database.close()
sys.exit(code)
