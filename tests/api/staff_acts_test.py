#!/usr/bin/env python3
"""What staff does by the API stands in the audit log: every route of moderators and superusers that is no GET leaves one entry that says who,
from where and by which request, or stands below with the reason why it leaves none. A new route is held to it by the route table."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import asking
import live
import world

# Route: why it leaves no entry.
RECORDED_ELSEWHERE = {
    ("POST", "/feedback/tickets/bulk"): "each ticket has a history of its own, with who did what (ticket_events)",
}


def kinds():
    """{(method, path): the kind of thing that it names}"""
    lines = [line.split("\t") for line in (HERE / "policy.tsv").read_text().splitlines() if line and not line.startswith("#")]
    return {(method, path): kind for method, path, _, kind, *_ in lines}


def acts():
    return sorted(route for route, who in asking.routes(w).items() if who in ("moderator", "superuser") and route[0] != "GET")


def entries():
    return {row[0]: row[1:] for row in w.database.sql("SELECT id, coalesce(actor_id::text, ''), coalesce(ip, ''), coalesce(request_id, ''), action FROM auth.audit_log")}


def added_by(act):
    before = entries()
    answer = act()
    return answer, [row for id, row in entries().items() if id not in before]


def each_act_leaves_an_entry():
    kind_of = kinds()
    for route in acts():
        thing = w.make(kind_of[route], world.STATES[kind_of[route]][0])
        answer, added = added_by(lambda: asking.ask(w, route, w.superuser, thing))
        assert answer.status < 300, (route, answer)
        if route in RECORDED_ELSEWHERE:
            assert not added, (route, "it is audited; take it from the list", added)
            continue
        assert len(added) == 1, (route, added)
        actor, address, request, action = added[0]
        assert (actor, address, request) == (w.superuser.user_id, "127.0.0.1", answer.headers["X-Request-Id"]), (route, added)
        assert "." in action, added


def what_is_refused_leaves_none():
    kind_of = kinds()
    for route in acts():
        thing = w.make(kind_of[route], world.STATES[kind_of[route]][0])
        for who in (w.guest, w.other):
            answer, added = added_by(lambda: asking.ask(w, route, who, thing))
            assert answer.status in (401, 403) and not added, (route, answer, added)


def what_was_not_done_leaves_none():
    kind_of = kinds()
    missed = [route for route in acts() if "absent" in world.STATES[kind_of[route]]]
    assert len(missed) >= 5, missed
    for route in missed:
        answer, added = added_by(lambda: asking.ask(w, route, w.superuser, w.make(kind_of[route], "absent")))
        assert answer.status == 404 and not added, (route, answer, added)
    for body, status in (({"subscription": "search.nothing"}, 404), ({"subscription": "content.cache"}, 409)):
        answer, added = added_by(lambda: w.superuser.post("/admin/events/replay", {"since": "2040-01-01T00:00:00Z", **body}))
        assert answer.status == status and not added, (body, answer, added)


def the_list_names_routes_that_are():
    assert RECORDED_ELSEWHERE.keys() <= set(acts()), RECORDED_ELSEWHERE.keys() - set(acts())
    assert len(acts()) >= 10, acts()


w = world.World()
code = live.run([each_act_leaves_an_entry, what_is_refused_leaves_none, what_was_not_done_leaves_none, the_list_names_routes_that_are])
w.close()
sys.exit(code)
