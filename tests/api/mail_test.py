#!/usr/bin/env python3
"""Lost passwords and proven addresses, with letters that a real SMTP server takes, refuses for now, refuses for good, or drops."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

PASSWORD = "a long enough passphrase"
NEXT = "another long passphrase"
smtp_port = live.free_port()
inbox = pathlib.Path(tempfile.mkdtemp(prefix="vobe-mail.")) / "inbox"
database, server = live.migrated(["mail.host=127.0.0.1", f"mail.port={smtp_port}", "mail.security=plain",
                                  "mail.from=Vobe <site@example.org>", "mail.site=The Community",
                                  "mail.reset_page=https://example.org/reset?t={token}&x=1"])
smtp = None


def start_smtp():
    global smtp
    smtp = subprocess.Popen([live.ROOT / "tests/support/mail_server.py", str(smtp_port), str(inbox)], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    assert smtp.stdout.readline() == "ready\n"


def letters():
    return [json.loads(line) for line in inbox.read_text().splitlines()] if inbox.exists() else []


def letter(to, kind, seconds=15):
    """The last letter to the address whose subject has the word."""
    until = time.monotonic() + seconds
    while True:
        found = [one for one in letters() if one["to"] == to and kind in one["subject"]]
        if found:
            return found[-1]
        assert time.monotonic() < until, (to, kind, letters(), outbox())
        time.sleep(0.05)


def outbox():
    return database.sql("SELECT recipient, kind, status, tries, fault, body IS NULL FROM mail.letters ORDER BY created_at")


def sign_in(name, password):
    return live.Client(server.port).post("/auth/token", {"grant_type": "password", "username": name, "password": password})


def hurry():
    """What waits for its next try is due now."""
    database.sql("UPDATE mail.letters SET next_at = now() WHERE status = 'waiting'")


def a_new_address_is_proven():
    start_smtp()
    server.start()
    client = live.Client(server.port).register("ann")
    assert client.get("/users/me").json["email_verified_at"] is None
    one = letter("ann@example.org", "Is this your address")
    assert one["from"] == "Vobe <site@example.org>" and "Hello ann" in one["text"] and one["lines"] <= 78, one
    token = re.search(r"Code: (\S+)", one["text"])[1]
    assert live.Client(server.port).post("/auth/email/verify", {"token": token + "x"}).json["code"] == "link_invalid"
    assert live.Client(server.port).post("/auth/email/verify", {"token": token}).status == 204
    assert client.get("/users/me").json["email_verified_at"]
    assert live.Client(server.port).post("/auth/email/verify", {"token": token}).status == 422, "once"
    assert client.post("/auth/email/verification").status == 202
    time.sleep(1)
    assert len([l for l in letters() if "Is this" in l["subject"]]) == 1, "proven already"


def a_lost_password_is_replaced():
    client = live.Client(server.port)
    assert sign_in("ann", PASSWORD).status == 200
    session = live.Client(server.port, token=sign_in("ann", PASSWORD).json["access_token"])
    assert client.post("/auth/password/forgot", {"email": "ANN@example.org"}).status == 202
    one = letter("ann@example.org", "New password for The Community")
    token = re.search(r"https://example.org/reset\?t=([\w-]+)&x=1", one["text"])[1]
    assert client.post("/auth/password/reset", {"token": token, "new_password": "short"}).status == 422
    assert client.post("/auth/password/reset", {"token": token, "new_password": NEXT}).status == 204
    assert client.post("/auth/password/reset", {"token": token, "new_password": NEXT}).json["code"] == "link_invalid"
    assert session.get("/users/me").status == 401, "sessions end"
    assert "was changed" in letter("ann@example.org", "Your password at The Community")["text"]
    assert sign_in("ann", PASSWORD).status in (400, 401) and sign_in("ann", NEXT).status == 200


def another_address_is_proven_before_it_counts():
    ann, elsewhere = (live.Client(server.port, token=sign_in("ann", NEXT).json["access_token"]) for _ in range(2))
    answer = ann.patch("/users/me", {"email": "ann@new.example", "current_password": NEXT})
    assert answer.json["email"] == "ann@example.org" and answer.json["new_email"] == "ann@new.example", answer.body
    assert "another e-mail address" in letter("ann@example.org", "Another address")["text"]
    token = re.search(r"Code: (\S+)", letter("ann@new.example", "Your new address")["text"])[1]
    assert elsewhere.get("/users/me").status == 200
    assert live.Client(server.port).post("/auth/email/verify", {"token": token}).status == 204
    me = ann.get("/users/me").json
    assert me["email"] == "ann@new.example" and me["new_email"] is None and me["email_verified_at"], me
    assert elsewhere.get("/users/me").status == 401, "other sessions end"
    letter("ann@example.org", "Your address at The Community was changed")


def what_becomes_of_an_account_is_told_its_owner():
    eve = live.Client(server.port).register("eve")
    answer = eve.post("/auth/password/change", {"current_password": PASSWORD, "new_password": NEXT})
    assert answer.status == 204 and "password of your account was changed" in letter("eve@example.org", "Your password")["text"]
    assert eve.delete("/users/me", body={"current_password": NEXT}).status == 204
    one = letter("eve@example.org", "was deleted")
    assert "Hello eve" in one["text"] and "last letter" in one["text"], one
    assert not database.sql("SELECT FROM auth.users WHERE username = 'eve' OR email LIKE 'eve@%'")


def nothing_is_told_of_who_has_an_account():
    client, times = live.Client(server.port), {}
    for address in ("ann@new.example", "nobody@example.org"):
        began = time.monotonic()
        answer = client.post("/auth/password/forgot", {"email": address})
        times[address] = time.monotonic() - began
        assert answer.status == 202 and not answer.body, answer
    assert min(times.values()) > 0.055, times
    time.sleep(1)
    assert not [one for one in letters() if one["to"].startswith("nobody")]


def russian_readers_get_russian():
    client = live.Client(server.port)
    body = {"email": "olga@example.org", "username": "olga", "password": PASSWORD}
    answer = client.post("/auth/register", body, headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"})
    assert answer.status == 201 and answer.json["user"]["locale"] == "ru", answer.body
    assert "Здравствуйте, olga!" in letter("olga@example.org", "Это ваш адрес")["text"]
    client.token = answer.json["access_token"]
    assert client.patch("/users/me", {"locale": "en"}).json["locale"] == "en"
    assert client.patch("/users/me", {"locale": "xx"}).status == 422
    live.Client(server.port).post("/auth/password/forgot", {"email": "olga@example.org"})
    assert "Hello olga" in letter("olga@example.org", "New password")["text"]


def what_is_refused_for_now_comes_later():
    for name in ("later1", "drop1"):
        live.Client(server.port).register(name)
    until = time.monotonic() + 30
    while not {"later1@example.org", "drop1@example.org"} <= {one["to"] for one in letters()}:
        assert time.monotonic() < until, outbox()
        time.sleep(0.3)
        hurry()
    rows = {row[0]: row for row in database.sql("SELECT recipient, status, tries, body IS NULL FROM mail.letters")}
    until = time.monotonic() + 5
    while rows["later1@example.org"][1] != "sent" and time.monotonic() < until:
        time.sleep(0.1)
        rows = {row[0]: row for row in database.sql("SELECT recipient, status, tries, body IS NULL FROM mail.letters")}
    assert rows["later1@example.org"][1:] == ["sent", "3", "t"], rows
    assert int(rows["drop1@example.org"][2]) >= 2, rows


def what_is_refused_for_good_is_given_up_and_said():
    live.Client(server.port).register("never1")
    until = time.monotonic() + 10
    while not [row for row in outbox() if row[0] == "never1@example.org" and row[2] == "failed"]:
        assert time.monotonic() < until, outbox()
        time.sleep(0.05)
    row = next(row for row in outbox() if row[0] == "never1@example.org")
    assert "550" in row[4] and row[5] == "t" and row[3] == "1", row
    assert "letter_failed" in server.log_text()


def operators_read_the_outbox():
    done = server.command("user", "promote", "olga", "superuser")
    assert done.returncode == 0, done
    operator = live.Client(server.port, token=sign_in("olga", PASSWORD).json["access_token"])
    items = operator.get("/admin/mails?limit=100").json["items"]
    assert {"reset", "verify"} <= {item["kind"] for item in items}
    failed = operator.get("/admin/mails?status=failed").json["items"]
    assert [item["recipient"] for item in failed] == ["never1@example.org"] and "550" in failed[0]["fault"], failed
    assert not any("Hello" in json.dumps(item) or "token" in item or "body" in item for item in items)
    assert operator.post(f"/admin/mails/{failed[0]['id']}/retry").status == 404, "it does not wait"
    page = operator.get("/admin/mails?limit=1").json
    assert page["next_cursor"] and operator.get(f"/admin/mails?limit=1&cursor={page['next_cursor']}").json["items"][0] != page["items"][0]


def a_mail_server_that_is_away_holds_nobody():
    smtp.stdin.close()
    smtp.wait(10)
    live.Client(server.port).register("bob")
    time.sleep(1.2)
    row = next(row for row in outbox() if row[0] == "bob@example.org")
    assert row[2] == "waiting" and "unreachable" in row[4], row
    operator = live.Client(server.port, token=sign_in("olga", PASSWORD).json["access_token"])
    start_smtp()
    waiting = next(i for i in operator.get("/admin/mails?status=waiting").json["items"] if i["recipient"] == "bob@example.org")
    assert operator.post(f"/admin/mails/{waiting['id']}/retry").status == 204
    letter("bob@example.org", "Is this your address")


def commands_help_who_has_no_mail():
    done = server.command("user", "reset-link", "bob")
    token = re.search(r"t=([\w-]+)&x=1", done.stdout)[1]
    assert live.Client(server.port).post("/auth/password/reset", {"token": token, "new_password": NEXT}).status == 204
    assert sign_in("bob", NEXT).status == 200
    assert server.command("user", "reset-link", "nobody").returncode != 0
    made = database.sql("SELECT count(*) FROM auth.audit_log a JOIN auth.users u ON a.target_id = u.id"
                        " WHERE a.action = 'user.reset_link_made' AND u.username = 'bob'")
    assert made == [["1"]], made
    done = server.command("user", "disable", "bob")
    assert done.returncode == 0 and sign_in("bob", NEXT).status in (400, 401), done
    assert server.command("user", "enable", "bob").returncode == 0 and sign_in("bob", NEXT).status == 200
    file = inbox.parent / "password"
    file.write_text("a third long passphrase")
    done = server.command("user", "passwd", "bob", "--password-file", str(file))
    assert done.returncode == 0 and sign_in("bob", "a third long passphrase").status == 200, done


def tokens_stand_nowhere_but_in_letters():
    tokens = {m for one in letters() for m in re.findall(r"(?:Code: |t=)([\w-]{43})", one["text"])}
    assert len(tokens) >= 4
    told = str(database.sql("SELECT payload FROM auth.outbox")) + str(database.sql("SELECT * FROM mail.letters WHERE status <> 'waiting'"))
    told += str(database.sql("SELECT * FROM auth.links")) + server.log_text()
    assert not [token for token in tokens if token in told]
    assert "example.org" not in str(database.sql("SELECT payload FROM auth.outbox WHERE topic = 'user.link_wanted'"))


code = live.run([a_new_address_is_proven, a_lost_password_is_replaced, another_address_is_proven_before_it_counts,
                 what_becomes_of_an_account_is_told_its_owner, nothing_is_told_of_who_has_an_account, russian_readers_get_russian,
                 what_is_refused_for_now_comes_later, what_is_refused_for_good_is_given_up_and_said, operators_read_the_outbox,
                 a_mail_server_that_is_away_holds_nobody, commands_help_who_has_no_mail, tokens_stand_nowhere_but_in_letters])
if smtp and smtp.poll() is None:
    smtp.kill()
server.close()
database.close()
sys.exit(code)
