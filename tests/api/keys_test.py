#!/usr/bin/env python3
"""`vobemusic keys`: another key signs, nobody is signed out, running servers follow; a key of the settings is not ours to replace."""
import base64
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

PASSWORD = "a long enough passphrase"
database, server = live.migrated(["log.level=info"])
server.start()
ann = live.Client(server.port).register("ann")


def sign_in():
    return live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": "ann", "password": PASSWORD}).json


def kid_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


def keys(*words):
    done = server.command("--json", "keys", *words)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def another_key_signs_and_nobody_is_signed_out():
    old, refresh = kid_of(ann.token), sign_in()["refresh_token"]
    assert [key["kid"] for key in keys("list")[1]] == [old]
    done, both = keys("rotate")
    assert done.returncode == 0 and [key["signs"] for key in both] == [True, False] and both[1]["kid"] == old, done
    assert both[1]["verifies_until"] > time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 7200))
    assert ann.get("/users/me").status == 200, "a token of before"
    until = time.monotonic() + 40
    while kid_of(sign_in()["access_token"]) != both[0]["kid"]:
        assert time.monotonic() < until, "the running server has not followed"
        time.sleep(0.5)
    assert ann.get("/users/me").status == 200, "a token of before"
    assert live.Client(server.port, token=sign_in()["access_token"]).get("/users/me").status == 200
    renewed = live.Client(server.port).post("/auth/token", {"grant_type": "refresh_token", "refresh_token": refresh})
    assert renewed.status == 200 and kid_of(renewed.json["access_token"]) == both[0]["kid"]
    assert {key["kid"] for key in live.Client(server.port).get("//.well-known/jwks.json").json["keys"]} == {key["kid"] for key in both}
    assert any(json.loads(line)["event"] == "signing_keys" for line in server.log_text().splitlines() if line.startswith("{"))
    assert database.sql("SELECT action FROM auth.audit_log") == [["keys.rotated"]]


def keys_are_not_pushed_out_while_their_tokens_live():
    for _ in range(6):
        assert keys("rotate")[0].returncode == 0
    done, _ = keys("rotate")
    assert done.returncode != 0 and "wait until one has" in done.stderr, done
    assert len(keys("list")[1]) == 8
    until = time.monotonic() + 10
    while (answer := ann.get("/users/me")).status == 503:  # nobody is let in while news of who was sent away is late
        assert time.monotonic() < until, answer
        time.sleep(0.2)
    assert answer.status == 200, answer


def a_key_of_the_settings_stays():
    other = live.Server(database, [f"auth.signing_key={'5a' * 32}"])
    done = other.command("keys", "rotate")
    assert done.returncode != 0 and "auth.signing_key names the key" in done.stderr, done
    assert "signs" in other.command("keys", "list").stdout
    assert other.command("keys", "burn").returncode == 64
    other.close()


code = live.run([another_key_signs_and_nobody_is_signed_out, keys_are_not_pushed_out_while_their_tokens_live, a_key_of_the_settings_stays])
server.close()
database.close()
sys.exit(code)
