#!/usr/bin/env python3
"""What staff do by right of role to what is another's stands in the audit log, by whatever route. Which routes these are, the policy says:
those that answer staff where they refuse somebody else, and that no role is asked for beforehand (staff_acts_test.py holds those). A new one is
held to it by its line there. What owners do to what is theirs, and staff to what is theirs or nobody's, leaves no entry."""
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import asking
import imports
import live
import world

# Route: why it leaves no entry.
RECORDED_ELSEWHERE = {
    ("PATCH", "/feedback/tickets/{id}"): "a ticket has a history of its own, with who did what (ticket_events)",
    ("POST", "/feedback/tickets/{id}/messages"): "the answer of staff is a message, which says whose it is",
}
ADDS_TO_THE_WORLDS_ARTIST = ("POST", "/albums")


def lines():
    """method, path, kind, and what somebody else, the owner, a moderator and a superuser are answered in each state."""
    for line in (HERE / "policy.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            method, path, who, kind, _, *answers, _ = line.split("\t")
            if method != "GET" and who == "user":
                yield (method, path), kind, [[int(n) for n in cells.split(",")] for cells in answers]


def acts():
    """[(route, kind, state)] of what staff may do where somebody else may not."""
    found = []
    for route, kind, (other, _, moderator, superuser) in lines():
        found += [(route, kind, state) for state, others, theirs, highest in zip(world.STATES[kind], other, moderator, superuser)
                  if others in (403, 404) and theirs < 300 and highest < 300]
    return found


def rows():
    return {row[0]: row[1:] for row in w.database.sql(
        "SELECT id, coalesce(actor_id::text, ''), coalesce(target_id::text, ''), coalesce(ip, ''), coalesce(request_id, ''), action, details->>'id'"
        " FROM auth.audit_log")}


def settled(seconds=30):
    """Until auth has heard all that was told."""
    until = time.monotonic() + seconds
    while any(line["behind"] for line in w.superuser.get("/admin/events").json["items"] if line["subscription"].startswith("auth.")):
        assert time.monotonic() < until, w.superuser.get("/admin/events").json
        time.sleep(0.02)


def added_by(acts):
    """The answers, and for each the rows that were added by its request."""
    settled()
    before = rows()
    answers = [act() for act in acts]
    settled()
    added = [row for id, row in rows().items() if id not in before]
    assert {row[3] for row in added} <= {answer.headers["X-Request-Id"] for answer in answers}, added
    return [(answer, [row for row in added if row[3] == answer.headers["X-Request-Id"]]) for answer in answers]


def asked(route, who, thing):
    return lambda: asking.ask(w, route, who, thing)


def changes(kind, state, route):
    """Whether there is anything to do: what is live is not restored, what is deleted is not deleted again."""
    verb = route[1].rsplit("/", 1)[1] if route[0] == "POST" else route[0]
    return not (verb == "restore" and state != "deleted" or verb == "DELETE" and state == "deleted")


def each_act_leaves_an_entry():
    cases = [(route, kind, state, who, w.make(kind, state)) for route, kind, state in acts() for who in (w.moderator, w.superuser)]
    outcomes = added_by([asked(route, who, thing) for route, _, _, who, thing in cases])
    for (route, kind, state, who, thing), (answer, added) in zip(cases, outcomes):
        assert answer.status < 300, (route, state, answer)
        if route in RECORDED_ELSEWHERE or not changes(kind, state, route):
            assert not added, (route, state, added)
            continue
        assert len(added) == 1, (route, state, added)
        actor, owner, address, _, action, what = added[0]
        assert (actor, owner, address) == (who.user_id, w.owner.user_id, "127.0.0.1"), (route, added)
        assert "." in action and what == (thing.get("id") or answer.json["id"]), (route, thing, added)


def ones_own_leaves_none():
    cases = [(route, w.owner, w.make(kind, state)) for route, kind, state in acts()]
    cases.append((("DELETE", "/posts/{id}"), w.moderator, w.made("/posts", {"title": "A moderator's", "content": "Words"}, w.moderator)))
    for (route, *_), (answer, added) in zip(cases, added_by([asked(*case) for case in cases])):
        assert answer.status < 300 and not added, (route, answer, added)


def what_is_refused_leaves_none():
    cases = [(route, w.other, w.make(kind, state)) for route, kind, state in acts()]
    for (route, *_), (answer, added) in zip(cases, added_by([asked(*case) for case in cases])):
        assert answer.status in (403, 404) and not added, (route, answer, added)


def what_is_nobodys_is_ordinary_work():
    artist = imports.artist(name="Nobody's zq")
    assert imports.load(w.server, {"artists": [artist]}).code == 0
    [(answer, added)] = added_by([lambda: w.moderator.patch(f"/artists/{artist['id']}", {"bio": "Known to nobody."})])
    assert answer.status == 200 and answer.json["created_by"] is None and not added, (answer, added)


def an_act_that_is_heard_again_is_one_entry():
    post = w.make("post", "published")
    [(_, added)] = added_by([lambda: w.moderator.delete(f"/posts/{post['id']}")])
    assert [row[4] for row in added] == ["post.deleted"], added
    before = rows()
    assert w.server.command("events", "replay", "auth.posts", "2026-01-01T00:00:00Z").returncode == 0
    settled()
    assert {id: row for id, row in rows().items() if row[4] != "events.replayed"} == before


def the_list_shows_them():
    comment = w.make("comment", "live")
    added_by([lambda: w.moderator.delete(f"/comments/{comment['id']}")])
    items = w.superuser.get(f"/admin/audit-log?action=comment.deleted&target_id={w.owner.user_id}").json["items"]
    assert items[0]["details"] == {"id": comment["id"]} and items[0]["actor_id"] == w.moderator.user_id, items


def the_routes_are_known():
    known = {route for route, *_ in acts()}
    assert RECORDED_ELSEWHERE.keys() <= known, RECORDED_ELSEWHERE.keys() - known
    assert {("DELETE", "/posts/{id}"), ("POST", "/comments/{id}/restore"), ("PATCH", "/artists/{id}"), ADDS_TO_THE_WORLDS_ARTIST} <= known, known
    assert {route for route, *_ in lines()} == {route for route, who in asking.routes(w).items() if who == "user" and route[0] != "GET"}


w = world.World()
code = live.run([each_act_leaves_an_entry, ones_own_leaves_none, what_is_refused_leaves_none, what_is_nobodys_is_ordinary_work,
                 an_act_that_is_heard_again_is_one_entry, the_list_shows_them, the_routes_are_known])
w.close()
sys.exit(code)
