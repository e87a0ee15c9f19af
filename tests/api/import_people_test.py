#!/usr/bin/env python3
"""Imports of threads in any order, of people of other systems, of catalogues as they are, and of corrections."""
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import imports
import live

database, server = live.migrated()
EX_DATAERR = 65
ARTIST, POST, OTHER = imports.artist(name="Root zq"), imports.post(title="Root zq"), imports.post(title="Other zq")
ALBUM = imports.album(ARTIST["id"], title="Root zq")


def rooted():
    """What lines of the tests refer to."""
    done = imports.load(server, {"artists": [ARTIST], "albums": [ALBUM], "posts": [POST, OTHER]})
    assert done.code == 0 and done["added"] == 4, done


def stored(table, rows):
    ids = ",".join(f"'{row['id']}'" for row in rows)
    found = {row["id"]: row for row in (json.loads(text) for (text,) in database.sql(f"SELECT to_jsonb(t) FROM {table} t WHERE id IN ({ids})"))}
    return [found.get(row["id"]) for row in rows]


def comments(rows):
    return stored("comment.comments", rows)


# --- kind 3: threads ---

def chain(length, post=POST):
    rows = [imports.comment(post["id"], content=f"c{i}") for i in range(length)]
    for above, row in zip(rows, rows[1:]):
        row["parent_id"] = above["id"]
    return rows


def threads_are_kept_in_whatever_order_they_stand():
    for mix in (lambda rows: rows, lambda rows: rows[::-1], lambda rows: random.Random(7).sample(rows, len(rows))):
        rows = chain(30)
        done = imports.load(server, {"comments": mix(rows)})
        assert done.code == 0 and (done["added"], done["lines"]) == (30, 30), done
        kept = comments(rows)
        assert [row["depth"] for row in kept] == list(range(30)), kept
        assert [row["parent_id"] for row in kept] == [row.get("parent_id") for row in rows], kept
        assert [row["replies_count"] for row in kept] == [1] * 29 + [0], kept


def a_parent_may_be_beyond_its_batch_and_in_another_file():
    parents, replies = chain(600), []
    for row in parents:
        row.pop("parent_id", None)
        replies.append(imports.comment(POST["id"], parent_id=row["id"], content="reply"))
    done = imports.load(server, {"comments.jsonl": replies, "comments.ndjson.gz": parents})
    assert done.code == 0 and (done["added"], done["lines"], done["refused"]) == (1200, 1200, 0), done
    assert all(row["depth"] == 1 for row in comments(replies)) and done.told.count("comments ") == 1, done
    again = imports.load(server, {"comments.jsonl": replies, "comments.ndjson.gz": parents})
    assert again.code == 0 and (again["added"], again["present"]) == (0, 1200), again


def a_parent_that_is_none_is_a_fault_of_its_line():
    above, elsewhere = imports.comment(POST["id"]), imports.comment(OTHER["id"])
    one, two = chain(2)
    one["parent_id"] = two["id"]  # a circle
    bad = imports.comment(None)
    own = imports.comment(POST["id"])
    rows = [imports.comment(POST["id"], parent_id=imports.new_id()), imports.comment(POST["id"], parent_id=elsewhere["id"]), one, two,
            {**own, "parent_id": own["id"]}, bad, imports.comment(POST["id"], parent_id=bad["id"]), imports.comment(POST["id"], parent_id="x"),
            above, elsewhere, imports.comment(POST["id"], parent_id=above["id"])]
    done = imports.load(server, {"comments": rows})
    assert done.code == EX_DATAERR and (done["lines"], done["added"], done["refused"]) == (11, 3, 8), done
    for line in (1, 2, 3, 4, 5, 7, 8):
        assert f"comments.jsonl:{line}: /parent_id: " in done.told, (line, done)
    assert done.told.count("left out") == 8, done
    deep = imports.load(server, {"comments": chain(53)[::-1]})
    assert deep.code == EX_DATAERR and (deep["added"], deep["refused"]) == (51, 2) and "50 levels" in deep.told, deep


# --- kind 5: people ---

def account_of(comment):
    return database.sql(f"SELECT username FROM auth.users WHERE id = '{comments([comment])[0]['user_id']}'")[0][0]


def names_of_other_systems_become_names_of_ours():
    names = ["Ann Smith", "José Ñandú", "al", "x", "admin", "Moderator", "user", "Борис и Ann", "山田太郎", "a@b.example", "-", "🎸", "O'Brien", "..",
             "Ann\tSmith", " Ann Smith ", "ann\u0301e", "μουσική", "n" * 80, "DROP TABLE users;--", "a\u202eb", "1", "none\u200b"]
    rows = [imports.comment(POST["id"], user=name) for name in names]
    done = imports.load(server, {"comments": rows})
    assert done.code == 0 and done["added"] == len(names), done
    made = [account_of(row) for row in rows]
    assert made[0].startswith("Ann_Smith") and f'comments.jsonl:1: user: the account of "Ann Smith" is {made[0]}' in done.told, done
    assert len(set(name.lower() for name in made)) == len(made), made
    for name in made:
        assert 3 <= len(name) <= 50 and "admin" != name.lower(), made
    again = imports.load(server, {"comments": [{**row, "id": imports.new_id()} for row in rows]})
    assert again.code == 0, again
    accounts = int(database.sql("SELECT count(*) FROM auth.users")[0][0])
    imports.load(server, {"comments": [{**row, "id": imports.new_id()} for row in rows]})
    assert int(database.sql("SELECT count(*) FROM auth.users")[0][0]) == accounts, "each name has one account, whatever it was made of"


def nobody_speaks_with_a_members_name():
    server.start()
    live.Client(server.port).register("Zq_Member")
    server.stop()
    member = database.sql("SELECT id FROM auth.users WHERE username = 'Zq_Member'")[0][0]
    own, foreign, alike, address = (imports.comment(POST["id"], user=name) for name in ("Zq_Member", "Zq Member", "Zq_Mernber", "Zq_Member@example.org"))
    done = imports.load(server, {"comments": [own, foreign, alike, address]})
    assert done.code == 0, done
    writers = [row["user_id"] for row in comments([own, foreign, alike, address])]
    assert writers[0] == member and member not in writers[1:] and len(set(writers)) == 4, (writers, done)


def a_name_that_cannot_be_is_a_fault_of_its_line_alone():
    rows = [imports.comment(POST["id"], user=name) for name in ("", "  ", "\u200b", None, 5, True, [], {}, "n" * 2000, "good_zq")]
    done = imports.load(server, {"comments": rows})
    assert done.code == EX_DATAERR and (done["added"], done["refused"]) == (1, 9), done
    posts = [imports.post(author_username=name) for name in ("", None, "Ann Smith", 5)]
    done = imports.load(server, {"posts": posts})
    assert done.code == EX_DATAERR and (done["added"], done["refused"]) == (3, 1) and "posts.jsonl:4: /author_username" in done.told, done


# --- kind 10: corrections ---

def what_differs_is_counted_and_written_when_that_is_wished():
    rows = {"artists": [imports.artist(name=f"Corrected zq {i}", social_links={"b": "https://b.example", "a": "https://a.example"}) for i in range(3)],
            "posts": [imports.post(title="Corrected zq", tags=["one"]) for _ in range(3)], "comments": [imports.comment(POST["id"])]}
    assert imports.load(server, rows).code == 0
    same = imports.load(server, rows)
    assert (same["present"], same["differ"], same["updated"]) == (7, 0, 0), same
    rows["artists"][0]["bio"] = "Now with a life"
    rows["posts"][1]["title"] = "Corrected zq, twice"
    counted = imports.load(server, rows)
    assert counted.code == 0 and (counted["present"], counted["differ"], counted["updated"]) == (7, 2, 0), counted
    text = server.command("import", "--help").stdout
    assert "--update" in text
    written = imports.load(server, rows, "--update")
    assert written.code == 0 and (written["present"], written["differ"], written["updated"]) == (7, 0, 2), written
    assert stored("artist.artists", rows["artists"])[0]["bio"] == "Now with a life"
    assert stored("content.posts", rows["posts"])[1]["title"] == "Corrected zq, twice"
    again = imports.load(server, rows, "--update")
    assert (again["present"], again["differ"], again["updated"]) == (7, 0, 0), again
    verified = server.command("search", "verify")
    assert verified.returncode == 0 and "0 differences" in verified.stdout, verified.stdout


def what_was_deleted_here_is_told_and_comes_back_when_the_line_says_so():
    """By its owner as an update, by staff only when that is asked for; the report says which."""
    rows = [imports.artist(name=f"Gone zq {i}") for i in range(2)]
    assert imports.load(server, {"artists": rows}).code == 0
    database.sql(f"UPDATE artist.artists SET is_deleted = true, deleted_at = now() WHERE id = '{rows[0]['id']}'")
    database.sql(f"UPDATE artist.artists SET is_deleted = true, deleted_at = now(), deleted_by = gen_random_uuid() WHERE id = '{rows[1]['id']}'")
    done = imports.load(server, {"artists": rows}, "--update")
    assert done.code == 0 and (done["present"], done["deleted"], done["restored"], done["updated"]) == (2, 2, 0, 0), done
    assert "is_deleted: deleted here, and left so, in 1 line;" in done.told and "deleted here by staff, and left so, in 1 line; --restore" in done.told, done
    live = [{**row, "is_deleted": False} for row in rows]
    done = imports.load(server, {"artists": live})
    assert (done["differ"], done["deleted"], done["restored"]) == (1, 1, 0), done
    done = imports.load(server, {"artists": live}, "--update")
    assert done.code == 0 and (done["restored"], done["deleted"]) == (1, 1) and "artists.jsonl:1: was deleted here; brought back" in done.told, done
    done = imports.load(server, {"artists": live}, "--restore")
    assert done.code == 0 and (done["restored"], done["deleted"]) == (1, 0) and "artists.jsonl:2: was deleted here; brought back" in done.told, done
    assert not any(row["is_deleted"] for row in stored("artist.artists", rows))
    audited = [row[0] for row in database.sql("SELECT details FROM auth.audit_log WHERE action = 'import.begun' ORDER BY created_at DESC LIMIT 2")]
    assert '"restore": true' in audited[0] and '"restore": false' in audited[1], audited


# --- kind 11: catalogues as they are ---

def places_of_tracks_are_read_as_catalogues_write_them():
    cases = [("A1", 1, 1), ("A2", 2, 1), ("B1", 3, 1), ("C1", 1, 2), ("D1", 2, 2), ("3-04", 4, 3), ("CD4-3", 3, 4), ("5.07", 7, 5), ("6-12", 12, 6), ("Video", None, 1),
             ("A1a", None, 1), ("", None, 1), ("0", None, 1), (None, None, 1), ("AA", None, 1), ("100-1", None, 1)]
    rows = [imports.track(ALBUM["id"], track_number=text) for text, _, _ in cases]
    done = imports.load(server, {"tracks": rows})
    assert done.code == 0 and done["added"] == len(cases), done
    for (text, number, disc), row in zip(cases, stored("artist.tracks", rows)):
        assert (row["track_number"], row["disc_number"]) == (number, disc), (text, row)
    assert "tracks.jsonl:1: " in done.told and "tracks.jsonl:10: " in done.told, done
    again = imports.load(server, {"tracks": rows})
    assert (again["present"], again["differ"]) == (len(cases), 0), again
    taken = imports.load(server, {"tracks": [imports.track(ALBUM["id"], track_number=12, disc_number=6)]})
    assert taken.code == EX_DATAERR and taken["reasons"][0]["member"] == "track_number", taken


def words_that_are_objects_or_unknown_or_null():
    albums = [imports.album(ARTIST["id"], album_type=kind) for kind in ("LP", "12\" Single Sided", "Single", "ep", None)]
    done = imports.load(server, {"albums": albums})
    assert done.code == 0 and [row["album_type"] for row in stored("artist.albums", albums)] == ["album", "album", "single", "EP", "album"], done
    assert "LP" in done.told and "albums.jsonl:1: " in done.told, done
    artists = [imports.artist(genres=[{"name": "Rock", "id": 1}, "Jazz"]), imports.artist(genres=None, social_links=None), imports.artist(genres=[{"title": "x"}])]
    posts = [imports.post(tags=[{"id": 1, "name": "Zq object"}]), imports.post(tags=None, featured_artist_ids=None, artists=None)]
    done = imports.load(server, {"artists": artists, "posts": posts})
    assert done.code == EX_DATAERR and (done["added"], done["refused"]) == (4, 1) and "artists.jsonl:3: /genres/0: " in done.told, done
    assert stored("artist.artists", artists)[0]["genres"] == ["Rock", "Jazz"] and stored("artist.artists", artists)[1]["genres"] == []
    assert stored("content.posts", posts)[0]["tags"] == ["zq-object"]


def a_file_in_milliseconds_is_told_once():
    rows = [imports.track(ALBUM["id"], duration=180000 + i) for i in range(5)] + [imports.track(ALBUM["id"], duration=200)]
    done = imports.load(server, {"tracks": rows})
    assert done.code == 0 and done.told.count("milliseconds") == 1, done
    assert [row["duration"] for row in stored("artist.tracks", rows)] == [None] * 5 + [200]
    assert "milliseconds" not in imports.load(server, {"tracks": [imports.track(ALBUM["id"], duration=200), imports.track(ALBUM["id"], duration=11000)]}).told


code = live.run([rooted, threads_are_kept_in_whatever_order_they_stand, a_parent_may_be_beyond_its_batch_and_in_another_file,
                 a_parent_that_is_none_is_a_fault_of_its_line, names_of_other_systems_become_names_of_ours, nobody_speaks_with_a_members_name,
                 a_name_that_cannot_be_is_a_fault_of_its_line_alone, what_differs_is_counted_and_written_when_that_is_wished, what_was_deleted_here_is_told_and_comes_back_when_the_line_says_so,
                 places_of_tracks_are_read_as_catalogues_write_them, words_that_are_objects_or_unknown_or_null, a_file_in_milliseconds_is_told_once])
server.close()
database.close()
sys.exit(code)
