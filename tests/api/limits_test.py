#!/usr/bin/env python3
"""Limits as they are shipped on: what is refused costs no registration but of a limit of its own, and refreshing is limited by session."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

PASSWORD = "a long enough passphrase"
database, server = live.migrated(["http.trust_forwarded=true", "http.register_limit=2", "http.refusals_limit=3", "http.refresh_limit=3",
                                  "http.login_limit=1000"])
server.settings.remove("http.limits=false")
server.start()


def ask(method, path, body, address, token=None):
    return live.Client(server.port, token=token).request(method, path, body, headers={"X-Forwarded-For": address})


def register(name, address, email=None):
    return ask("POST", "/auth/register", {"email": email or f"{name}@example.org", "username": name, "password": PASSWORD}, address)


def sign_in(name, address):
    answer = ask("POST", "/auth/token", {"grant_type": "password", "username": name, "password": PASSWORD}, address)
    assert answer.status == 200, answer
    return answer.json


def what_is_refused_costs_no_registration():
    assert register("ann", "10.0.0.1").status == 201
    assert register("ann", "10.0.0.2").status == 409 and register("x", "10.0.0.2").status == 422
    assert [register(name, "10.0.0.2").status for name in ("bob", "carl")] == [201, 201], "both registrations are still there"
    late = register("dave", "10.0.0.2")
    assert late.status == 429 and int(late.headers["Retry-After"]) > 60, late


def refusals_have_a_limit_of_their_own():
    assert [register("ann", "10.0.0.3").status for _ in range(3)] == [409] * 3
    late = register("eve", "10.0.0.3")
    assert late.status == 429 and int(late.headers["Retry-After"]) > 60, late
    assert register("eve", "10.0.0.4").status == 201, "by address"


def changes_of_an_account_that_are_refused_pay_there_too():
    token = sign_in("ann", "10.0.0.5")["access_token"]
    assert [ask("PATCH", "/users/me", {"username": "bob"}, "10.0.0.5", token).status for _ in range(3)] == [409] * 3
    assert ask("PATCH", "/users/me", {"username": "anna"}, "10.0.0.5", token).status == 429
    assert ask("GET", "/users/me", None, "10.0.0.5", token).status == 200, "reading goes on"
    assert ask("PATCH", "/users/me", {"username": "anna"}, "10.0.0.6", token).status == 429, "the account waits wherever it goes"
    other = sign_in("carl", "10.0.0.6")["access_token"]
    assert ask("PATCH", "/users/me", {"username": "carla"}, "10.0.0.6", other).status == 200
    assert ask("PATCH", "/users/me", {"username": "carl"}, "10.0.0.5", other).status == 429, "and so does the address"


def refreshing_is_limited_by_session_and_not_by_address():
    here, there = sign_in("bob", "10.0.0.7"), sign_in("bob", "10.0.0.7")

    def refresh(tokens, address="10.0.0.7"):
        answer = ask("POST", "/auth/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, address)
        if answer.status == 200:
            tokens.update(answer.json)
        return answer

    assert [refresh(here).status for _ in range(3)] == [200] * 3
    late = refresh(here)
    assert late.status == 429 and 0 < int(late.headers["Retry-After"]) <= 60, late
    assert refresh(here, "10.0.0.8").status == 429, "another address is the same session"
    assert refresh(there).status == 200, "another session of the same account and address"


code = live.run([what_is_refused_costs_no_registration, refusals_have_a_limit_of_their_own, changes_of_an_account_that_are_refused_pay_there_too,
                 refreshing_is_limited_by_session_and_not_by_address])
server.close()
database.close()
sys.exit(code)
