#!/usr/bin/env python3
"""The security log: who knocked, who was let in, what became of accounts, in lines that machines read and that name nobody."""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

PASSWORD, NEXT = "a long enough passphrase", "another long passphrase"
database, server = live.migrated(["log.level=info", "auth.login_attempts=3", "auth.login_window=60"])
server.start()
ann, boss = (live.Client(server.port).register(name) for name in ("ann", "boss"))
assert server.command("user", "promote", "boss", "superuser").returncode == 0
until = time.monotonic() + 10
while boss.get("/admin/users").status != 200 and time.monotonic() < until:  # the server hears of it within a sweep
    time.sleep(0.05)
ids = {name: id for name, id in database.sql("SELECT username, id FROM auth.users")}


def sign_in(name, password):
    return live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": name, "password": password})


def told(event):
    lines = [json.loads(line) for line in server.log_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event and line.get("log") == "security"]


def sign_ins_are_told_by_account_and_address():
    assert sign_in("ann", PASSWORD).status == 200
    assert sign_in("ann", "tr0ub4dor and 3").status == 400 and sign_in("nobody", "tr0ub4dor and 3").status == 400
    right, wrong = told("signed_in"), told("sign_in_failed")
    assert [line["user"] for line in right] == [ids["ann"]] and right[0]["address"] == "127.0.0.1" and right[0]["request_id"], right
    assert [line["user"] for line in wrong] == [ids["ann"], ""] and wrong[0]["level"] == "warn", wrong


def who_guesses_too_often_is_told():
    while sign_in("ann", "tr0ub4dor and 3").status == 400:
        pass
    slowed = told("sign_in_slowed")
    assert slowed[0]["user"] == ids["ann"] and slowed[0]["wait_s"] > 0, slowed


def what_becomes_of_accounts_is_told_once_it_has():
    path = f"/admin/users/{ids['ann']}"
    promoted, off = boss.patch(path, {"is_moderator": True}), boss.patch(path, {"is_active": False})
    assert promoted.status == 200 and off.status == 200, (promoted, off)
    role, off = told("user.role_changed"), told("user.deactivated")
    assert (role[-1]["user"], role[-1]["actor"]) == (ids["ann"], ids["boss"]) and '"moderator"' in role[-1]["msg"], role
    assert off[0]["user"] == ids["ann"]
    assert boss.post("/auth/password/change", {"current_password": PASSWORD, "new_password": NEXT}).status == 204
    assert [line["actor"] for line in told("user.password_changed")] == [ids["boss"]]
    assert boss.patch(f"/admin/users/{ids['boss']}", {"is_active": False}).status == 409, "the last superuser"
    assert [line["user"] for line in told("user.deactivated")] == [ids["ann"]], "what was refused is not told"


def a_right_password_of_a_disabled_account_is_told():
    carl = live.Client(server.port).register("carl")
    id = carl.get("/users/me").json["id"]
    off = boss.patch(f"/admin/users/{id}", {"is_active": False})
    assert off.status == 200, off
    assert sign_in("carl", PASSWORD).status == 400
    assert told("sign_in_disabled")[0]["user"] == id


def no_line_names_anybody():
    text = "\n".join(line for line in server.log_text().splitlines() if '"security"' in line)
    assert not [word for word in ("tr0ub4dor", PASSWORD, NEXT, "example.org", '"ann', "boss", "carl", ann.token) if word in text]


code = live.run([sign_ins_are_told_by_account_and_address, who_guesses_too_often_is_told, what_becomes_of_accounts_is_told_once_it_has,
                 a_right_password_of_a_disabled_account_is_told, no_line_names_anybody])
server.close()
database.close()
sys.exit(code)
