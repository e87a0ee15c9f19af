#!/usr/bin/env python3
"""`vobemusic chat`: what the operator learns of the providers behind the assistant, and of its use."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
from upstream import DONE, HEAD, Upstream, chunk, status, words

upstream = Upstream(words("Yes."))
database, server = live.migrated(["chat.provider=openai", f"chat.url={upstream.url}", "chat.model=scripted", "chat.first_byte_timeout=1s",
                                  "chat.gap_timeout=1s", "chat.api_key=secret-of-upstream"])


def check(settings=()):
    done = live.Server(database, [*server.settings, *settings]).command("--json", "chat", "providers", "check")
    assert "secret-of-upstream" not in done.stdout + done.stderr
    return done.returncode, {line["provider"]: line for line in map(json.loads, done.stdout.splitlines())}


def what_answers_is_asked_and_timed():
    code, found = check()
    assert code == 0 and found["builtin"]["answers"] and found["builtin"]["model"] == "builtin", found
    assert found["openai"]["answers"] and found["openai"]["model"] == "scripted" and found["openai"]["first_ms"] >= 0, found
    assert found["openai"]["remark"] == "" and found["openai"]["total_ms"] >= found["openai"]["first_ms"], found
    head, body = upstream.requests[-1]
    assert body["stream"] and body["messages"][-1]["role"] == "user" and "Bearer secret-of-upstream" in head
    line = server.command("chat", "providers", "check").stdout
    assert "openai   scripted" in line and "answers: first word after" in line, line


def what_fails_says_what_to_look_at():
    for script, wanted in [(status(401), "look at chat.api_key"), (status(404), "look at chat.url"), (["HOLD"], "in time"),
                           ([HEAD, 'data: {"error":{"message":"overloaded"}}\n\n'], "overloaded"), ([HEAD, chunk("Y")], "without saying"),
                           ([HEAD, "RESET"], "broke off"), ([HEAD, "data: {nonsense\n\n"], "nonsense")]:
        upstream.play(script)
        code, found = check()
        assert code == 65 and not found["openai"]["answers"] and wanted in found["openai"]["fault"], (script, found)
        assert found["builtin"]["answers"]
    code, found = check([f"chat.url=http://127.0.0.1:{live.free_port()}/v1"])
    assert code == 65 and "No connection" in found["openai"]["fault"], found


def what_works_in_part_is_remarked():
    upstream.play([HEAD, chunk("Yes", finish="stop"), DONE])
    code, found = check()
    assert code == 0 and "does not count its tokens" in found["openai"]["remark"], found
    upstream.play([HEAD, chunk(finish="stop"), DONE])
    assert check()[1]["openai"]["remark"] == "it said nothing"


def who_uses_it_is_told_by_day():
    assert server.command("chat", "usage").stdout == "Nobody has asked the assistant anything.\n"
    server.start()
    for name, times in (("ann", 2), ("bob", 1)):
        one = live.Client(server.port).register(name)
        upstream.play(words("An answer."))
        session = one.post("/chat/sessions", {}).json["id"]
        for _ in range(times):
            assert one.post(f"/chat/sessions/{session}/messages", {"content": "Question?"}).status == 201
    rows = [json.loads(line) for line in server.command("--json", "chat", "usage").stdout.splitlines()]
    ann = database.sql("SELECT id FROM auth.users WHERE username = 'ann'")[0][0]
    assert len(rows) == 1 and rows[0]["accounts"] == 2 and rows[0]["tokens"] == 48 and rows[0]["most"] == 32 and rows[0]["most_id"] == ann, rows
    done = server.command("chat", "usage", "--days", "3")
    assert "most 32 by ann" in done.stdout, done
    database.sql("UPDATE chat.chat_usage SET day = day - 1 WHERE used = 16")
    assert len(server.command("chat", "usage").stdout.splitlines()) == 2
    assert len(server.command("chat", "usage", "--days", "1").stdout.splitlines()) == 1
    for words_ in (["usage", "--days", "0"], ["providers"], ["usage", "check"], []):
        assert server.command("chat", *words_).returncode == 64, words_


code = live.run([what_answers_is_asked_and_timed, what_fails_says_what_to_look_at, what_works_in_part_is_remarked, who_uses_it_is_told_by_day])
server.close()
database.close()
sys.exit(code)
