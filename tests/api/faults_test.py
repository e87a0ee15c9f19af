#!/usr/bin/env python3
"""All faults of a body in one answer, each with its pointer and code: those of the schema and those that only the database or another module
can find. CASES has a row for each route that can find such (`vobemusic routes --json` says which); a route without one fails.

A row is a function that makes what is needed and returns who asks, the path, a body that is fine, and faults: what makes the body faulty, where,
with which code, and what the answer is when it is the only one. A fault whose code is in ALONE is looked for when all else is as it must be."""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world
from world import ABSENT, PASSWORD, unique

GONE = ...  # takes a member out of the body
ALONE = {"wrong_password"}  # a guess at a secret, which counts as one
INVALID = (422, "validation_failed")
UNKNOWN = {"nonsense": 1}, "/nonsense", "unknown_field"

w = world.World(["auth.login_attempts=1000000"])


def taken():
    """Somebody whose name is long enough to be a password."""
    return w.person("takenperson")


def case_of_registration():
    one = taken()
    fresh = unique("freshperson")
    body = {"email": f"{fresh}@example.org", "username": fresh, "password": PASSWORD}
    return w.guest, "/auth/register", body, [
        ({"email": f"{one.name}@example.org"}, "/email", "email_taken", (409, "email_taken")),
        ({"username": one.name}, "/username", "username_taken", (409, "username_taken")),
        ({"password": lambda b: b["username"]}, "/password", "invalid", INVALID)]


def case_of_me():
    other = taken()
    return w.person("editor"), "/users/me", {"locale": "ru"}, [
        ({"username": other.name}, "/username", "username_taken", (409, "username_taken")),
        ({"email": f"{other.name}@example.org", "current_password": PASSWORD}, "/email", "email_taken", (409, "email_taken")),
        ({"email": "somewhere-else@example.org"}, "/current_password", "required", INVALID),
        ({"email": "somewhere-else@example.org", "current_password": "not it"}, "/current_password", "wrong_password", INVALID)]


def case_of_password():
    one = w.person("passworded")
    return one, "/auth/password/change", {"current_password": PASSWORD, "new_password": "another long passphrase"}, [
        ({"new_password": one.name}, "/new_password", "invalid", INVALID),
        ({"new_password": PASSWORD}, "/new_password", "unchanged", INVALID),
        ({"current_password": "not it"}, "/current_password", "wrong_password", INVALID)]


def case_of_reset():
    one = taken()
    printed = w.server.command("user", "reset-link", one.name).stdout
    token = json.loads(printed[printed.index("{"):])["token"]
    return w.guest, "/auth/password/reset", {"token": token, "new_password": "another long passphrase"}, [
        ({"new_password": one.name, "token": token}, "/new_password", "invalid", INVALID),  # whose it is, the link says
        ({"token": "no-such-token"}, "/token", "link_invalid", (422, "link_invalid"))]


def case_of_proof():
    return w.guest, "/auth/email/verify", {"token": "no-such-token"}, [({}, "/token", "link_invalid", (422, "link_invalid"))]


def case_of_leaving():
    return w.person("leaver"), "/users/me", {"current_password": PASSWORD}, [
        ({"current_password": GONE}, "/current_password", "required", INVALID),
        ({"current_password": "not it"}, "/current_password", "wrong_password", INVALID)]


def case_of_logout():
    return w.person("outgoing"), "/auth/logout?scope=others", {}, [({"scope": "all"}, "/scope", "contradiction", INVALID)]


def faults_of_artists():
    ids = ["nonsense", w.artist["id"], ABSENT]
    return [({"primary_artist_id": ABSENT}, "/primary_artist_id", "artist_unknown", (422, "artist_unknown")),
            ({"featured_artist_ids": ids[1:]}, "/featured_artist_ids/1", "artist_unknown", (422, "artist_unknown"))]


def case_of_new_post():
    slug = w.make_post("draft")["slug"]
    return w.owner, "/posts", {"title": unique("Post "), "content": "Words"}, [
        *faults_of_artists(),
        ({"slug": slug}, "/slug", "slug_taken", (409, "slug_taken")),
        ({"status": "archived"}, "/status", "not_allowed", INVALID)]


def case_of_post():
    slug = w.make_post("draft")["slug"]
    return w.owner, f"/posts/{w.make_post('draft')['id']}", {"title": unique("Post ")}, [
        *faults_of_artists(),
        ({"slug": slug}, "/slug", "slug_taken", (409, "slug_taken")),
        ({"status": "archived"}, "/status", "invalid_transition", (409, "invalid_transition"))]


def faults_of_dates():
    return [({"release_date": None, "release_date_precision": "day"}, "/release_date_precision", "without_date", INVALID),
            ({"release_date": "1999", "release_date_precision": "day"}, "/release_date_precision", "too_precise", INVALID)]


def case_of_new_album():
    return w.owner, "/albums", {"artist_id": w.make_artist("live")["id"], "title": unique("Album ")}, [
        ({"artist_id": ABSENT}, "/artist_id", "artist_unknown", INVALID), *faults_of_dates()]


def case_of_album():
    return w.owner, f"/albums/{w.make_album('live')['id']}", {"title": unique("Album ")}, [
        ({"artist_id": w.artist["id"]}, "/artist_id", "immutable", INVALID), *faults_of_dates()]


def case_of_order():
    album = w.make_album("live")
    return w.owner, f"/albums/{album['id']}/tracks/order", {"track_ids": [album["track_id"]]}, [
        ({"track_ids": [ABSENT]}, "/track_ids", "incomplete", INVALID)]


NUMBER_TAKEN = "track_number_taken", (409, "track_number_taken")


def case_of_new_track():
    return w.owner, f"/albums/{w.make_album('live')['id']}/tracks", {"title": unique("Track ")}, [
        ({"track_number": 1}, "/track_number", *NUMBER_TAKEN)]


def case_of_new_tracks():
    return w.owner, f"/albums/{w.make_album('live')['id']}/tracks/bulk", {"tracks": [{"title": "Two"}]}, [
        ({"tracks": [{"title": "Two", "track_number": 2}, {"title": "One", "track_number": 1}]}, "/tracks/1/track_number", *NUMBER_TAKEN),
        ({"tracks": [{"title": "Two", "track_number": 7}, {"title": "Again", "track_number": 7}]}, "/tracks/1/track_number", *NUMBER_TAKEN)]


def case_of_track():
    album = w.make_album("live")
    track = w.made(f"/albums/{album['id']}/tracks", {"title": "Two"})
    return w.owner, f"/tracks/{track['id']}", {"title": unique("Track ")}, [({"track_number": 1}, "/track_number", *NUMBER_TAKEN)]


def case_of_artist():
    artist = w.make_artist("live")
    links = {f"site{i}": f"https://example.org/{i}" for i in range(20)}
    w.done("PATCH", f"/artists/{artist['id']}", {"social_links": links})
    return w.owner, f"/artists/{artist['id']}", {"bio": unique("Words ")}, [
        ({"social_links": {"more": "https://example.org/more"}}, "/social_links", "too_many", INVALID)]


def case_of_new_comment():
    elsewhere, deleted = w.make_comment("live"), w.make_comment("deleted")
    return w.owner, f"/posts/{deleted['post_id']}/comments", {"content": "Words"}, [
        ({"parent_id": ABSENT}, "/parent_id", "parent_unknown", (422, "parent_unknown")),
        ({"parent_id": elsewhere["id"]}, "/parent_id", "wrong_post", (422, "wrong_post")),
        ({"parent_id": deleted["id"]}, "/parent_id", "comment_deleted", (409, "comment_deleted")),
        ({"content": None}, "/content", "null_not_allowed", INVALID)]


def case_of_comment():
    return w.owner, f"/comments/{w.make_comment('live')['id']}", {"content": unique("Words ")}, [
        ({"parent_id": ABSENT}, "/parent_id", "immutable", INVALID), ({"content": None}, "/content", "null_not_allowed", INVALID)]


NOT_STAFF = {"assignee_id": ABSENT}, "/assignee_id", "not_staff", INVALID


def case_of_new_ticket():
    return w.moderator, "/feedback/tickets", {"subject": unique("Ticket "), "message": "Words"}, [
        NOT_STAFF, ({"status": "closed"}, "/status", "not_allowed", INVALID)]


def case_of_ticket():
    ticket = w.make_ticket("open")
    w.done("PATCH", f"/feedback/tickets/{ticket['id']}", {"status": "in_progress"}, w.moderator)
    return w.moderator, f"/feedback/tickets/{ticket['id']}", {"category": "bug"}, [
        NOT_STAFF, ({"status": "open"}, "/status", "invalid_transition", (409, "invalid_transition"))]


def case_of_tickets():
    return w.moderator, "/feedback/tickets/bulk", {"ids": [w.make_ticket("open")["id"]], "category": "bug"}, [
        NOT_STAFF, ({"category": GONE, "assignee_id": GONE}, "", "required", INVALID)]


def case_of_question():
    return w.owner, f"/chat/sessions/{w.make_chat('live')['id']}/messages", {"content": "Words?"}, [
        ({"model": "no-such-model"}, "/model", "model_unknown", INVALID)]


CASES = {
    ("POST", "/auth/register"): case_of_registration,
    ("PATCH", "/users/me"): case_of_me,
    ("DELETE", "/users/me"): case_of_leaving,
    ("POST", "/auth/password/change"): case_of_password,
    ("POST", "/auth/password/reset"): case_of_reset,
    ("POST", "/auth/email/verify"): case_of_proof,
    ("POST", "/auth/logout"): case_of_logout,
    ("POST", "/posts"): case_of_new_post,
    ("PATCH", "/posts/{id}"): case_of_post,
    ("PATCH", "/artists/{id}"): case_of_artist,
    ("POST", "/albums"): case_of_new_album,
    ("PATCH", "/albums/{id}"): case_of_album,
    ("PUT", "/albums/{id}/tracks/order"): case_of_order,
    ("POST", "/albums/{id}/tracks"): case_of_new_track,
    ("POST", "/albums/{id}/tracks/bulk"): case_of_new_tracks,
    ("PATCH", "/tracks/{id}"): case_of_track,
    ("POST", "/posts/{post_id}/comments"): case_of_new_comment,
    ("PATCH", "/comments/{id}"): case_of_comment,
    ("POST", "/feedback/tickets"): case_of_new_ticket,
    ("PATCH", "/feedback/tickets/{id}"): case_of_ticket,
    ("POST", "/feedback/tickets/bulk"): case_of_tickets,
    ("POST", "/chat/sessions/{id}/messages"): case_of_question,
}


def body_with(sound, *changes):
    body = dict(sound)
    for change in changes:
        body.update(change)
    body = {name: value for name, value in body.items() if value is not GONE}
    return {name: value(body) if callable(value) else value for name, value in body.items()}


def told(answer):
    return sorted((error["pointer"], error["code"]) for error in answer.json.get("errors", []))


def expect(route, asked, changes, faults, outcome):
    who, path, sound, _ = asked
    answer = who.request(route[0], path, body_with(sound, *changes))
    got = answer.status, answer.json["code"], told(answer)
    assert got == (*outcome, sorted(faults)), f"{route} {changes}:\n  {got}\n  wanted {(*outcome, sorted(faults))}"


def of_all(faults):
    """What they are together: of one kind, of the first conflict if all are conflicts, invalid otherwise."""
    kinds = [kind for *_, kind in faults]
    return kinds[0] if len(set(kinds)) == 1 or all(status == 409 for status, _ in kinds) else INVALID


def one_of_each_place(faults):
    """They do not exclude one another."""
    places, members = {}, set()
    for fault in faults:
        if fault[1] not in places and not members & set(fault[0]) and fault[2] not in ALONE:
            places[fault[1]] = fault
            members |= set(fault[0])
    return list(places.values())


def try_route(route, case):
    asked = case()
    faults = asked[3]
    for change, pointer, code, kind in faults:
        expect(route, asked, [change], [(pointer, code)], kind)
        if code not in ALONE:
            expect(route, asked, [change, UNKNOWN[0]], [(pointer, code), UNKNOWN[1:]], INVALID)
    together = one_of_each_place(faults)
    changes, places = [fault[0] for fault in together], [fault[1:3] for fault in together]
    if len(together) > 1:
        answer = asked[0].request(route[0], asked[1], body_with(asked[2], *changes))
        assert told(answer) == sorted(places), (route, answer)
        assert (answer.status, answer.json["code"]) in {of_all(together), of_all(together[::-1])}, (route, answer)
    expect(route, asked, [*changes, UNKNOWN[0]], [*places, UNKNOWN[1:]], INVALID)


# --- the tests ---

def routes_that_find():
    listed = json.loads(w.server.command("routes", "--json").stdout)
    return {(r["method"], r["path"].removeprefix("/api/v1")) for r in listed if r["finds"]}


def every_route_that_finds_has_a_case():
    assert routes_that_find() == set(CASES), routes_that_find() ^ set(CASES)


def every_fault_comes_with_the_others():
    for route, case in CASES.items():
        try_route(route, case)


def elements_are_told_each_in_its_place():
    """Of a list of ids, and of objects, the sound ones are looked at though others are not."""
    ids = ["nonsense", w.artist["id"], ABSENT]
    answer = w.owner.post("/posts", {"title": "", "content": "c", "featured_artist_ids": ids})
    assert told(answer) == [("/featured_artist_ids/0", "invalid_format"), ("/featured_artist_ids/2", "artist_unknown"), ("/title", "too_short")], answer
    album = w.make_album("live")
    tracks = [{"title": "", "track_number": 1}, {"track_number": 5}, {"title": "Five", "track_number": 5}, {"title": "Six", "track_number": "6"}]
    answer = w.owner.post(f"/albums/{album['id']}/tracks/bulk", {"tracks": tracks})
    assert told(answer) == [("/tracks/0/title", "too_short"), ("/tracks/0/track_number", "track_number_taken"), ("/tracks/1/title", "required"),
                            ("/tracks/2/track_number", "track_number_taken"), ("/tracks/3/track_number", "wrong_type")], answer


def a_place_at_fault_is_told_once():
    album = w.make_album("live")
    for body in ({"track_ids": "none"}, {"track_ids": []}, {"track_ids": ["nonsense", album["track_id"]]}):
        answer = w.owner.request("PUT", f"/albums/{album['id']}/tracks/order", body)
        assert answer.status == 422 and len(told(answer)) == 1, answer
    answer = w.owner.post("/albums", {"artist_id": w.artist["id"], "title": "t", "release_date": "soon", "release_date_precision": "day"})
    assert told(answer) == [("/release_date", "invalid_format")], answer
    answer = w.owner.post("/posts", {"title": "t", "content": "c", "status": 5, "slug": "Not A Slug", "primary_artist_id": "x"})
    assert told(answer) == [("/primary_artist_id", "invalid_format"), ("/slug", "invalid_format"), ("/status", "wrong_type")], answer


def nothing_is_looked_up_for_who_may_not():
    """Who may not change a thing learns of the schema only, as before."""
    slug = w.make_post("draft")["slug"]
    unsound = {**UNKNOWN[0], "slug": slug, "primary_artist_id": ABSENT, "status": "archived"}
    for post in (w.make_post("published"), w.make_post("draft"), w.make("post", "absent")):
        answer = w.other.patch(f"/posts/{post['id']}", unsound)
        assert (answer.status, told(answer)) == (422, [UNKNOWN[1:]]), answer
    album = w.make_album("live")
    answer = w.other.post(f"/albums/{album['id']}/tracks", {"title": "t", "track_number": 1, **UNKNOWN[0]})
    assert told(answer) == [UNKNOWN[1:]], answer
    answer = w.other.patch(f"/comments/{w.make_comment('live')['id']}", {"parent_id": ABSENT, **UNKNOWN[0]})
    assert told(answer) == [UNKNOWN[1:]], answer
    answer = w.owner.post("/feedback/tickets", {"subject": "s", "message": "m", "assignee_id": ABSENT, **UNKNOWN[0]})
    assert told(answer) == [UNKNOWN[1:]], answer
    stale = w.owner.patch(f"/posts/{w.make_post('draft')['id']}", unsound, headers={"If-Match": '"v77-0000000000000000"'})
    assert (stale.status, told(stale)) == (422, [UNKNOWN[1:]]), stale


def what_is_refused_writes_nothing():
    counts = "SELECT (SELECT count(*) FROM content.posts), (SELECT count(*) FROM auth.users), (SELECT count(*) FROM auth.sessions)"
    before = w.database.sql(counts)
    w.owner.post("/posts", {"title": "t", "content": "c", "slug": "free-slug", **UNKNOWN[0]})
    name = unique("unmade")
    w.guest.post("/auth/register", {"email": f"{name}@example.org", "username": name, "password": PASSWORD, **UNKNOWN[0]})
    assert w.database.sql(counts) == before


def a_silent_database_does_not_hold_back_what_is_known():
    slug = w.make_post("draft")["slug"]
    lock = subprocess.Popen(["psql", "-X", "-d", w.database.conninfo, "-c",
                             "BEGIN; LOCK content.post_slugs IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60); COMMIT"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while w.database.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation ="
                             " 'content.post_slugs'::regclass") == [["0"]]:
            assert time.monotonic() < until
            time.sleep(0.05)
        begun = time.monotonic()
        answer = w.owner.post("/posts", {"title": "t", "content": "c", "slug": slug, "primary_artist_id": ABSENT, **UNKNOWN[0]})
        assert (answer.status, told(answer)) == (422, [UNKNOWN[1:], ("/primary_artist_id", "artist_unknown")]), answer
        assert time.monotonic() - begun < 8, time.monotonic() - begun
    finally:
        w.database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK content.post_slugs%'"
                       " AND pid <> pg_backend_pid()")
        lock.wait()


code = live.run([every_route_that_finds_has_a_case, every_fault_comes_with_the_others, elements_are_told_each_in_its_place,
                 a_place_at_fault_is_told_once, nothing_is_looked_up_for_who_may_not, what_is_refused_writes_nothing,
                 a_silent_database_does_not_hold_back_what_is_known])
w.close()
sys.exit(code)
