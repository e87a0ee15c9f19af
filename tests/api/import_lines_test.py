#!/usr/bin/env python3
"""The lines of an import: the rules of the API, what is milder on purpose, and that nothing hidden is published."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import imports
import live

database, server = live.migrated()
EX_DATAERR = 65
ARTIST, ALBUM, POST = imports.artist(name="Root zq"), None, imports.post(title="Root zq")


def rooted():
    """What lines of the tests refer to."""
    global ALBUM
    ALBUM = imports.album(ARTIST["id"], title="Root zq")
    done = imports.load(server, {"artists": [ARTIST], "albums": [ALBUM], "posts": [POST]})
    assert done.code == 0 and done["added"] == 3, done


def rows_of(table, rows):
    """The rows as the database has them, in order; None for one that it has not."""
    ids = ",".join(f"'{row['id']}'" for row in rows)
    found = {row["id"]: row for row in (json.loads(text) for (text,) in database.sql(f"SELECT to_jsonb(t) FROM {table} t WHERE id IN ({ids})"))}
    return [found.get(row["id"]) for row in rows]


def one(kind, row, *words):
    return imports.load(server, {kind: [row]}, *words)


def refused(kind, *cases):
    """Each case is a row and texts of what is told of its line; all are refused, in one import."""
    done = imports.load(server, {kind: [case[0] for case in cases]})
    assert done.code == EX_DATAERR and done["refused"] == len(cases) and done["added"] == 0, done
    for number, (row, *texts) in enumerate(cases, 1):
        told = "\n".join(line for line in done.told.splitlines() if f"{kind}.jsonl:{number}: " in line)
        for text in ("left out", *texts):
            assert text in told, (text, row, told)


def taken(kind, table, rows, *texts):
    """All go in, in one import; the rows as they are stored."""
    done = imports.load(server, {kind: rows})
    assert done.code == 0 and done["added"] == len(rows), done
    for text in texts:
        assert text in done.told, (text, done)
    return rows_of(table, rows)


# --- all of a line is told at once, what only the database knows too ---

def all_of_a_line_is_told_at_once():
    nobody = imports.new_id()
    numbered = imports.track(ALBUM["id"], title="First of all", track_number=77)
    taken("tracks", "artist.tracks", [numbered])
    refused("albums", (imports.album(nobody, title=""), "/title: ", "/artist_id: There is no such artist"),
            (imports.album(nobody, release_date="1999", release_date_precision="day"), "/release_date_precision: ", "/artist_id: There is no such artist"))
    refused("tracks", (imports.track(nobody, title=""), "/title: ", "/album_id: There is no such album"),
            (imports.track(ALBUM["id"], title="", track_number=77), "/title: ", "/track_number: Another track"))
    refused("posts", (imports.post(title="", primary_artist_id=nobody), "/title: ", "/primary_artist_id: It names an artist"),
            (imports.post(content=7, featured_artist_ids=[nobody]), "/content: ", "/featured_artist_ids: It names an artist"))
    refused("comments", (imports.comment(nobody, content=7), "/content: ", "/post_id: There is no such post"),
            (imports.comment(nobody, user=None), "/user: ", "/post_id: There is no such post"))
    done = one("tracks", {**numbered, "title": ""})
    assert "/title: " in done.told and "/track_number" not in done.told, "its own number is no other's"


def who_is_refused_gets_no_account():
    assert one("comments", imports.comment(imports.new_id(), user="reader_zq_refused", content=7)).code == EX_DATAERR
    assert database.sql("SELECT count(*) FROM auth.users WHERE username LIKE 'reader_zq_refused%'") == [["0"]]


def what_cannot_be_written_over_names_its_member():
    post = imports.post(title="To be revised zq", status="draft")
    taken("posts", "content.posts", [post])
    for member, value in (("status", "archived"), ("primary_artist_id", imports.new_id())):
        done = one("posts", {**post, member: value, "title": f"Revised by {member}"}, "--update")
        assert done.code == EX_DATAERR and f"/{member}: " in done.told, done


# --- kind 1: what is read, what is told, what might hide ---

def a_draft_stays_one():
    draft, archived, unknown, tagged = taken("posts", "content.posts", [
        imports.post(status="draft"), imports.post(status="archived"), imports.post(published_at=None),
        imports.post(tags=["zq draft"], status="draft")], "posts.jsonl:3: published_at: null, so it becomes a draft")
    assert taken("posts", "content.posts", [imports.post(published_at="")], "published_at: null")[0]["status"] == "draft"
    assert draft["status"] == "draft" and draft["published_at"] is None, draft
    assert archived["status"] == "archived" and archived["published_at"], archived
    assert unknown["status"] == tagged["status"] == "draft", unknown
    assert database.sql("SELECT posts_count FROM content.tags WHERE slug = 'zq-draft'") == [["0"]]
    refused("posts", *((imports.post(status=status), "/status: ") for status in ("Draft", "private", "pending", "", None, 1, True, [], {})))


def what_may_hide_is_refused():
    hiding = [("visibility", "private"), ("visibility", "members"), ("published", False), ("draft", True), ("private", True), ("hidden", True),
              ("deleted", True), ("hidden", "yes"), ("draft", {}), ("published", "no"), ("isDraft", True), ("is_private", 1), ("Visibility", "paid"),
              ("unlisted", True), ("Status", "draft"), ("staus", "draft"), ("is_deletd", True), ("post_status", "draft"), ("postStatus", "trash"),
              ("removed", True), ("removed_by", "moderator"), ("spam", True), ("approved", False), ("access", "members"), ("members_only", True),
              ("password", "x"), ("scheduled_at", "2099-01-01T00:00:00Z"), ("publishDate", "2099-01-01"), ("publish_at", 4070908800),
              ("embargo", True), ("expires_at", "2001-01-01"), ("expiryDate", "2001-01-01T00:00:00Z"), ("listed", False)]
    # The same in the words of others: parts of names, words for "not for all", other names of the time of publication.
    hiding += [("hidden_at", "2020-01-01"), ("trashedAt", "2020-01-01T00:00:00Z"), ("deleted_on", "2020-01-01"), ("removal_reason", "rude"),
               ("unpublished_at", "2020-01-01"), ("restricted", True), ("confidential", 1), ("state", "draft"), ("workflow_state", "in_review"),
               ("access_level", "members"), ("tier", "paid"), ("scope", "private"), ("kind", "draft"), ("flags", ["pinned", "hidden"]),
               ("publication_status", "future"), ("visible_to", "me"), ("members", True), ("login_required", True), ("hasPassword", True),
               ("active", False), ("live", False), ("publish", False), ("under_embargo", True), ("embargoUntil", "2099-01-01"), ("is_scheduled", True),
               ("available_from", "2099-01-01"), ("expires", "2001-01-01"), ("publishedAt", None), ("published_on", ""),
               ("publishedAt", "2099-01-01T00:00:00Z"), ("published_date", "2099-01-01"), ("date", "2099-01-01"), ("DRAFT", "true"), ("черновик", True),
               ("Скрытый", 1), ("опубликован", False)]
    refused("posts", *((imports.post(**{name: value}), f"/{name}: ", "not everybody") for name, value in hiding))
    refused("posts", (imports.post(meta={"draft": True}), "/meta/draft: "), (imports.post(frontmatter={"tags": [], "status": "private"}), "/frontmatter/status: "))
    refused("artists", (imports.artist(hidden=True), "not everybody"), (imports.artist(hidden_at="2020-01-01"), "not everybody"),
            (imports.artist(state="pending"), "not everybody"))
    refused("albums", (imports.album(ARTIST["id"], private=True), "not everybody"))
    refused("tracks", (imports.track(ALBUM["id"], published=False), "not everybody"))
    refused("comments", (imports.comment(POST["id"], status="pending"), "not everybody"), (imports.comment(POST["id"], comment_approved="0"), "not everybody"),
            (imports.comment(POST["id"], isApproved=False), "not everybody"), (imports.comment(POST["id"], user_deleted=True), "not everybody"),
            (imports.comment(POST["id"], deleted_at="2020-01-01T00:00:00Z"), "not everybody"))
    shown = [("visibility", "public"), ("published", True), ("draft", False), ("private", None), ("hidden", 0), ("deleted", False),
             ("access", "public"), ("password", ""), ("post_status", "publish"), ("comment_status", "closed"), ("approved", True), ("removed_by", None),
             ("scheduled_at", "2020-01-01T00:00:00Z"), ("publishDate", "2020-01-01"), ("expires_at", "2999-01-01"), ("spam", 0), ("is_approved", "1"), ("draft", "no"),
             ("hidden_at", None), ("deleted_on", ""), ("removal_reason", None), ("state", "published"), ("state", "CA"), ("level", 3), ("flags", ["pinned"]),
             ("publishedAt", "2020-01-01T00:00:00Z"), ("published_on", "2020-01-01 10:00:00"), ("date", "2020-01-01"), ("date", None), ("embargo_until", "2020-01-01"),
             ("deleted_comments_count", 3), ("meta", {"draft": False, "status": "published"}), ("author", {"private": True}), ("nsfw", True), ("members", []),
             ("опубликован", True)]
    for post in taken("posts", "content.posts", [imports.post(**{name: value}) for name, value in shown]):
        assert post["status"] == "published", post
    for post in taken("posts", "content.posts", [imports.post(draft=True, status="draft"), imports.post(publishedAt=None, status="draft")]):
        assert post["status"] == "draft", post
    taken("artists", "artist.artists", [imports.artist(active=False, members=[{"name": "Ann"}], state="CA", kind="draft horse")])
    taken("tracks", "artist.tracks", [imports.track(ALBUM["id"], live=False, explicit=True)])


def what_is_unknown_is_told_once_with_the_nearest_name():
    rows = [imports.artist(genre=["rock"], website="x", **({"mood": "low"} if i == 1 else {})) for i in range(3)]
    done = imports.load(server, {"artists": rows})
    assert done.code == 0 and done["added"] == 3, done
    assert done.told.count("genre: not read in 3 lines; did you mean genres?") == 1, done
    assert done.told.count("mood: not read in 1 line") == done.told.count("website: not read in 3 lines") == 1, done
    assert {"file", "member", "lines"} <= set(done["remarks"][0]), done
    done = one("posts", imports.post(tag=["a"], author="Anna", feature_image="https://x.example/a.jpg"))
    for text in ("tag: not read in 1 line; did you mean tags?", "author: not read in 1 line; did you mean author_username?",
                 "feature_image: not read in 1 line; did you mean cover_image_url?"):
        assert text in done.told, (text, done)


def what_an_answer_of_the_api_shows_is_read():
    picture = "https://example.org/p.jpg"
    [post] = taken("posts", "content.posts", [imports.post(
        comments_enabled=False, cover_image_url=picture, created_at="2019-01-02T03:04:05Z", updated_at="2020-01-02T03:04:05Z",
        published_at="2019-06-02T03:04:05Z", author_username="zq_author", is_deleted=False, views_count=5,
        artists=[{"id": ARTIST["id"], "name": "Root", "slug": "root", "role": "primary"}])], "views_count: not read in 1 line; it is kept here")
    author = database.sql("SELECT id FROM auth.users WHERE username = 'zq_author'")[0][0]
    assert (post["comments_enabled"], post["cover_image_url"], post["author_id"], post["primary_artist_id"]) == (False, picture, author, ARTIST["id"]), post
    assert post["created_at"].startswith("2019-01-02T03:04:05") and post["updated_at"].startswith("2020-01-02") and post["published_at"].startswith("2019-06"), post
    [artist] = taken("artists", "artist.artists", [imports.artist(photo_url=picture, verified=True, created_at="2019-01-02T03:04:05Z")])
    assert artist["photo_url"] == picture and artist["verified"] and artist["created_at"].startswith("2019-01-02"), artist
    [album] = taken("albums", "artist.albums", [imports.album(ARTIST["id"], cover_url=picture)])
    assert album["cover_url"] == picture, album
    [track] = taken("tracks", "artist.tracks", [imports.track(ALBUM["id"], audio_url="https://example.org/a.ogg", lyrics="la")])
    assert track["lyrics"] == "la" and track["audio_url"].endswith(".ogg"), track
    [comment] = taken("comments", "comment.comments", [imports.comment(POST["id"], is_edited=True, created_at="2019-01-02T03:04:05Z")])
    assert comment["is_edited"] and comment["created_at"].startswith("2019"), comment


def what_is_deleted_stays_so():
    for kind, table, row in (("artists", "artist.artists", imports.artist()), ("albums", "artist.albums", imports.album(ARTIST["id"])),
                             ("tracks", "artist.tracks", imports.track(ALBUM["id"])), ("posts", "content.posts", imports.post(tags=["zq gone"]))):
        said, dated = taken(kind, table, [{**row, "is_deleted": True}, {**row, "id": imports.new_id(), "deleted_at": "2020-01-01T00:00:00Z"}])
        assert said["is_deleted"] and dated["is_deleted"] and dated["deleted_at"].startswith("2020"), (said, dated)
        refused(kind, ({**row, "id": imports.new_id(), "deleted_at": "2020-01-01T00:00:00Z", "is_deleted": False}, "/deleted_at: "))
    assert taken("comments", "comment.comments", [imports.comment(POST["id"], is_deleted=True)])[0]["is_deleted"]
    assert database.sql("SELECT posts_count FROM content.tags WHERE slug = 'zq-gone'") == [["0"]]


# --- kind 2: references ---

def no_reference_is_guessed():
    nobody, bucket = imports.new_id(), {"id": imports.new_id(), "post_bucket": "a", "user": "bob_1", "content": "x"}
    refused("comments", ({"id": imports.new_id(), "postId": POST["id"], "user": "bob_1", "content": "x"}, "/post_id: "),
            (imports.comment(None), "/post_id: "), (imports.comment(nobody), "/post_id: "), (bucket, "/post_id: "),
            ({"id": imports.new_id(), "post_id": POST["id"], "content": "x"}, "/user: "),
            ({"id": imports.new_id(), "post_id": POST["id"], "content": "x", "user_id": nobody}, "/user_id: "))
    assert "post_bucket: not read in 1 line" in one("comments", bucket).told
    closed = imports.post(id="00000000-0000-4000-8000-000000000000", comments_enabled=False)
    assert one("posts", closed).code == 0
    done = one("comments", bucket, "--buckets")  # goes under the first post by id whose comments are open
    assert done.code == 0, done
    refused("albums", *((row, "/artist_id: ") for row in (imports.album(nobody), imports.album(None), {"id": imports.new_id(), "artist": ARTIST["id"], "title": "x"})))
    refused("tracks", *((row, "/album_id: ") for row in (imports.track(nobody), imports.track(None), {"id": imports.new_id(), "albumId": ALBUM["id"], "title": "x"})))
    refused("posts", (imports.post(primary_artist_id=nobody), "/primary_artist_id: "),
            (imports.post(featured_artist_ids=[ARTIST["id"], nobody]), "/featured_artist_ids"), (imports.post(author_id=nobody), "/author_id: "))


# --- kinds 5 and 12 and faults ---

def all_faults_of_a_line_are_told():
    bad = {"id": "x", "name": "", "photo_url": "ftp://x", "genres": [1], "bio": 5}
    refused("artists", (bad, "/id: ", "/name: ", "/photo_url: ", "/genres/0: ", "/bio: "), ({"name": "\u200b"}, "/id: ", "/name: "))
    reasons = imports.load(server, {"tracks": [imports.track(ALBUM["id"], duration="x", title=" ") for _ in range(3)]})["reasons"]
    assert sorted((r["member"], r["lines"]) for r in reasons) == [("duration", 3), ("title", 3)], reasons


def links_that_are_no_object_are_a_fault_of_their_line():
    refused("artists", *((imports.artist(social_links=links), "/social_links: ") for links in
                         (["https://a.example/"], [{"name": "x", "url": "https://a.example/"}], "https://a.example", 1, True)))
    [kept] = taken("artists", "artist.artists", [imports.artist(social_links={"wikipedia": "enwiki:Kino", "bad": "no link", "list": ["x"]})],
                   "link bad left out", "link list left out")
    assert kept["social_links"] == {"wikipedia": "https://en.wikipedia.org/wiki/Kino"}, kept


def text_that_nobody_sees_is_refused_or_null():
    blanks = ("\u200b", "\u202e", " ", "\u2800", "\u3164")
    refused("artists", *((imports.artist(name=blank), "/name: ") for blank in blanks))
    refused("albums", *((imports.album(ARTIST["id"], title=blank), "/title: ") for blank in blanks))
    refused("tracks", *((imports.track(ALBUM["id"], title=blank), "/title: ") for blank in blanks))
    refused("posts", *((imports.post(**{name: blank}), f"/{name}: ") for blank in blanks for name in ("title", "content")))
    refused("comments", *((imports.comment(POST["id"], content=blank), "/content: ") for blank in blanks))
    for artist in taken("artists", "artist.artists", [imports.artist(bio=blank, country=blank) for blank in blanks]):
        assert artist["bio"] is None and artist["country"] is None, artist
    assert taken("posts", "content.posts", [imports.post(title="  Trimmed \t")])[0]["title"] == "Trimmed"


# --- kind 7 ---

def a_release_date_has_the_reader_of_the_api():
    cases = [("1999-01-01", "year", "1999-01-01", "year"), ("1999", None, "1999-01-01", "year"), ("1999-05", None, "1999-05-01", "month"),
             ("1999-05-06", None, "1999-05-06", "day"), ("1999-05-06", "month", "1999-05-01", "month"), ("1999-00-00", None, "1999-01-01", "year"),
             ("1999-03-00", None, "1999-03-01", "month"), ("1999-00", None, "1999-01-01", "year"), ("", None, None, None), (None, None, None, None),
             ("0000", None, None, None), ("0000-01-01", "year", None, None), ("0000-00-00", None, None, None)]
    rows = [imports.album(ARTIST["id"], release_date=sent, **({"release_date_precision": said} if said else {})) for sent, said, _, _ in cases]
    for case, album in zip(cases, taken("albums", "artist.albums", rows, "albums.jsonl:11: release_date 0000 left out: year 0")):
        assert (album["release_date"], album["release_date_precision"]) == case[2:], (case, album)
    refused("albums", *((imports.album(ARTIST["id"], release_date=sent), "/release_date: ") for sent in
                        ("99", "1999-13-01", "1999-02-30", "1999-1-1", "soon", 1999, True)),
            (imports.album(ARTIST["id"], release_date="1999", release_date_precision="day"), "/release_date_precision: "),
            (imports.album(ARTIST["id"], release_date_precision="day"), "/release_date_precision: "))


# --- kind 8 ---

def nothing_lies_in_the_future():
    later = "2099-01-01T00:00:00Z"
    for post in taken("posts", "content.posts", [imports.post(published_at=later), imports.post(published_at=later, status="published"),
                                                 imports.post(published_at=later, status="archived")], *(f"posts.jsonl:{n}: published_at: in the future" for n in (1, 2, 3))):
        assert post["status"] == "draft" and post["published_at"] is None and post["created_at"] < "2090", post
    for kind, table, row in (("artists", "artist.artists", imports.artist()), ("albums", "artist.albums", imports.album(ARTIST["id"])),
                             ("tracks", "artist.tracks", imports.track(ALBUM["id"])), ("posts", "content.posts", imports.post()),
                             ("comments", "comment.comments", imports.comment(POST["id"]))):
        [stored] = taken(kind, table, [{**row, "created_at": later, "updated_at": "2099-01-01"}], "jsonl:1: created_at: in the future")
        assert stored["created_at"] < "2090" and stored["updated_at"] < "2090", stored


def a_time_that_stands_for_none_is_none():
    """The zero of Go and .NET, of MySQL: nobody said when, so nothing is published that may not have been."""
    zeros = ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01 00:00:00+00:00", "0001-01-01T00:00:00.000Z", "0001-01-01", "0000-00-00 00:00:00", "0000-00-00", "")
    told = [f"posts.jsonl:{n}: published_at: null, so it becomes a draft" for n in range(1, len(zeros) + 1)]
    for post in taken("posts", "content.posts", [imports.post(published_at=zero) for zero in zeros], *told):
        assert post["status"] == "draft" and post["published_at"] is None and post["created_at"] > "2025", post
    for post in taken("posts", "content.posts", [imports.post(created_at=zero, updated_at=zero) for zero in zeros]):
        assert post["status"] == "published" and post["created_at"] > "2025" and post["updated_at"] > "2025", post
    refused("posts", (imports.post(published_at="0000-01-01T00:00:00Z"), "/published_at: "), (imports.post(created_at="0000-06-01"), "/created_at: "))
    [early] = taken("posts", "content.posts", [imports.post(published_at="0001-01-01T00:00:01Z")])
    assert early["status"] == "published", early


code = live.run([rooted, all_of_a_line_is_told_at_once, who_is_refused_gets_no_account, what_cannot_be_written_over_names_its_member,
                 a_draft_stays_one, what_may_hide_is_refused, what_is_unknown_is_told_once_with_the_nearest_name,
                 what_an_answer_of_the_api_shows_is_read, what_is_deleted_stays_so, no_reference_is_guessed, all_faults_of_a_line_are_told,
                 links_that_are_no_object_are_a_fault_of_their_line, text_that_nobody_sees_is_refused_or_null,
                 a_release_date_has_the_reader_of_the_api, nothing_lies_in_the_future, a_time_that_stands_for_none_is_none])
server.close()
database.close()
sys.exit(code)
