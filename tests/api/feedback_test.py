#!/usr/bin/env python3
"""A ticket's whole life through the real binary: asked by a member, answered by staff, closed; and what becomes of it when people leave."""
import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import world


def written(subject="No sound", **fields):
    return w.made("/feedback/tickets", {"subject": subject, "message": "Since this morning.", **fields})


def read(ticket, who):
    answer = who.get(f"/feedback/tickets/{ticket['id']}")
    assert answer.status == 200, answer
    return answer.json


def eventually(look, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if look():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def a_ticket_is_asked_answered_and_closed():
    ticket = written("Нет звука", category="bug")
    queue = w.moderator.get("/feedback/tickets?status=open&unassigned=true&sort=created_at").json["items"]
    assert ticket["id"] in [it["id"] for it in queue], queue
    path = f"/feedback/tickets/{ticket['id']}"
    assert w.moderator.patch(path, {"assignee_id": w.moderator.user_id, "admin_notes": "Seen before"}).status == 200
    assert w.moderator.get("/feedback/tickets?mine=true").json["items"][0]["id"] == ticket["id"]
    w.made(f"{path}/messages", {"content": "Which track?"}, w.moderator)
    w.made(f"{path}/messages", {"content": "Ask the cutter", "is_internal": True}, w.moderator)
    w.made(f"{path}/messages", {"content": "The third"})
    seen = read(ticket, w.owner)
    assert seen["status"] == "in_progress" and seen["first_response_at"] and seen["messages_count"] == 2, seen
    assert not {"admin_notes", "assignee_id"} & seen.keys(), seen
    assert [m["content"] for m in w.owner.get(f"{path}/messages").json["items"]] == ["Which track?", "The third"]
    assert w.moderator.patch(path, {"status": "resolved"}).json["resolved_at"]
    assert w.owner.patch(path, {"status": "closed"}).status == 200
    kinds = [e["kind"] for e in w.owner.get(f"{path}/events").json["items"]]
    assert kinds == ["created", "status_changed", "message_added", "message_added", "status_changed", "status_changed"], kinds
    refused = w.moderator.patch(path, {"status": "resolved"})
    assert refused.status == 409 and refused.json["allowed"] == ["open"], refused
    found = w.owner.get("/feedback/tickets?q=%D0%B7%D0%B2%D1%83%D0%BA%D0%BE%D0%B2").json["items"]
    assert [it["id"] for it in found] == [ticket["id"]], found
    assert w.other.get(path).status == 404 and w.guest.get(path).status == 401


def a_repeated_request_writes_one_ticket():
    key, body = {"Idempotency-Key": uuid.uuid4().hex}, {"subject": "Once", "message": "Only once."}
    answers = [w.owner.post("/feedback/tickets", body, headers=key) for _ in range(2)]
    assert [a.status for a in answers] == [201, 201] and answers[0].body == answers[1].body, answers
    assert answers[0].headers["Location"].endswith(answers[0].json["id"])


def many_are_closed_at_once():
    ids = [written(f"Spam {i}")["id"] for i in range(3)]
    answer = w.superuser.post("/feedback/tickets/bulk", {"ids": ids, "status": "closed"})
    assert answer.status == 200 and answer.json["changed_count"] == 3, answer


def who_loses_the_role_loses_the_tickets():
    """Through the event log: auth tells, feedback hears."""
    leaving, ticket = w.person("leaving", "moderator"), written("Taken")
    path = f"/feedback/tickets/{ticket['id']}"
    assert w.moderator.patch(path, {"assignee_id": leaving.user_id}).status == 200
    assert w.superuser.patch(f"/admin/users/{leaving.user_id}", {"is_moderator": False}).status == 200
    eventually(lambda: read(ticket, w.moderator)["assignee_id"] is None)
    refused = w.moderator.patch(path, {"assignee_id": leaving.user_id})
    assert refused.status == 422 and refused.json["errors"][0]["pointer"] == "/assignee_id", refused


def a_ticket_outlives_its_owners_account():
    passing = w.person("passing")
    ticket = w.made("/feedback/tickets", {"subject": "Last words", "message": "Farewell."}, passing)
    assert read(ticket, w.moderator)["username"] == passing.name
    w.done("DELETE", f"/admin/users/{passing.user_id}", None, w.superuser)
    eventually(lambda: read(ticket, w.moderator)["username"] is None)


def figure(name):
    """One of those that feedback counts for operators."""
    figures = {(f["module"], f["name"]): f["value"] for f in w.superuser.get("/admin/stats").json["items"]}
    return figures["feedback", name]


def operators_see_how_many_there_are():
    names = ("open", "in_progress", "resolved", "closed", "unassigned", "urgent")
    before = {name: figure(name) for name in names}
    written("Open")
    w.made("/feedback/tickets", {"subject": "Hot", "message": "m", "priority": "urgent", "assignee_id": w.moderator.user_id}, w.moderator)
    for status in ("in_progress", "resolved", "closed"):
        assert w.moderator.patch(f"/feedback/tickets/{written(status)['id']}", {"status": status}).status == 200
    after = {name: figure(name) - before[name] for name in names}
    assert after == {"open": 2, "in_progress": 1, "resolved": 1, "closed": 1, "unassigned": 2, "urgent": 1}, after


def wrong_numbers_are_set_right():
    ticket = written("Counted")
    w.made(f"/feedback/tickets/{ticket['id']}/messages", {"content": "One"})
    w.made(f"/feedback/tickets/{ticket['id']}/messages", {"content": "Not counted", "is_internal": True}, w.moderator)
    assert read(ticket, w.owner)["messages_count"] == 1
    w.database.sql(f"UPDATE feedback.feedback_tickets SET messages_count = 7 WHERE id = '{ticket['id']}'")
    done = w.server.command("counters", "verify")
    assert done.returncode == 65 and "messages_count" in done.stdout + done.stderr, done
    done = w.server.command("counters", "verify", "--fix")
    assert done.returncode == 0 and read(ticket, w.owner)["messages_count"] == 1, done


w = world.World()
code = live.run([a_ticket_is_asked_answered_and_closed, a_repeated_request_writes_one_ticket, many_are_closed_at_once,
                 who_loses_the_role_loses_the_tickets, operators_see_how_many_there_are, wrong_numbers_are_set_right, a_ticket_outlives_its_owners_account])
w.close()
sys.exit(code)
