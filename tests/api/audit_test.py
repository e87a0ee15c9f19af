#!/usr/bin/env python3
"""What operators do by command stands in the audit log: each act of each command is here, by what the commands say of themselves."""
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated()
password = tempfile.NamedTemporaryFile("w")
password.write("a long enough passphrase\n")
password.flush()
catalogue = tempfile.TemporaryDirectory()
pathlib.Path(catalogue.name, "posts.jsonl").write_text(
    '{"id":"01890a5d-ac96-774b-bcce-b302099a8057","title":"One","content":"Text","author_username":"Somebody of before"}\n')
foreign = f"{catalogue.name}/caf\udce9"  # Latin-1
shutil.copytree(catalogue.name, foreign, ignore=lambda *_: ["caf\udce9"])
NEW = ["create", "--email", "ann@example.org", "--username", "ann", "--role", "moderator", "--password-file", password.name]
SINCE = "2026-01-01T00:00:00Z"

# Command and act, with the words that do it: the action that is written, whose account it is about, and a part of the details.
ACTS = [
    ("user", "ensure-admin", ["ensure-admin"], "user.registered", "curator", '"superuser"'),
    ("user", "create", NEW, "user.registered", "ann", '"moderator"'),
    ("user", "promote", ["promote", "ann", "superuser"], "user.role_changed", "ann", '"superuser"'),
    ("user", "disable", ["disable", "ann"], "user.deactivated", "ann", "is_active"),
    ("user", "enable", ["enable", "ann"], "user.reactivated", "ann", "is_active"),
    ("user", "passwd", ["passwd", "ann", "--password-file", password.name], "user.password_changed", "ann", ""),
    ("user", "reset-link", ["reset-link", "ann"], "user.reset_link_made", "ann", ""),
    ("keys", "rotate", ["rotate"], "keys.rotated", None, ""),
    ("import", "", [catalogue.name], "import.begun", None, catalogue.name),
    ("import", "--update", ["--update", catalogue.name], "import.begun", None, '"update": true'),
    ("import", "--restore", ["--restore", catalogue.name], "import.begun", None, '"restore": true'),
    ("import", "", [foreign], "import.begun", None, "(no UTF-8)"),
    ("demo", "", [], "import.begun", None, "config/demo"),
    ("search", "reindex", ["reindex"], "search.reindex_asked", None, ""),
    ("counters", "--fix", ["verify", "--fix"], "counters.mended", None, ""),
    ("events", "retry", ["retry", "search", "LETTER"], "events.retried", None, "search"),
    ("events", "discard", ["discard", "search", "LETTER"], "events.discarded", None, "search"),
    ("events", "replay", ["replay", "search.posts", SINCE], "events.replayed", None, "search.posts"),
]
# What only looks; `serve` and `migrate` stand in the log of the server and in the table of migrations.
LOOKS = {"user list", "keys list", "search status", "search verify", "counters verify", "events status", "events tail", "events dead",
         "chat providers check", "chat usage", "config example", "config check", "config dump", "migrate up", "migrate status", "migrate roles"}
ALONE = {"serve", "modules", "routes", "openapi", "statements", "healthcheck", "version", "help"}
NO_ACTS = {"import --allow-refused", "import --buckets", "import --json"}


def rows():
    return database.sql("SELECT a.id, a.action, coalesce(u.username, ''), a.details, a.actor_id IS NULL"
                        " FROM auth.audit_log a LEFT JOIN auth.users u ON u.id = a.target_id ORDER BY a.created_at, a.id")


def letter():
    """A dead letter, as a failing hearer leaves it; its number."""
    return database.sql("INSERT INTO search.dead_letter (subscription, source, part, off, event_id, topic, agg_id, agg_version, schema_version, payload,"
                        " created_at, fault, tries, died_at) VALUES ('search.posts', 'content', 0, 0, gen_random_uuid(), 'post.updated',"
                        " gen_random_uuid(), 1, 1, '{}', now(), 'it does not fit', 8, now()) RETURNING id")[0][0]


def each_act_leaves_one_entry():
    for command, act, words, action, target, detail in ACTS:
        before = {row[0] for row in rows()}
        done = server.command(command, *[letter() if word == "LETTER" else word for word in words])
        assert done.returncode == 0, (command, act, done)
        added = [row for row in rows() if row[0] not in before]
        assert len(added) == 1, (command, act, added)
        _, said, whose, details, is_operators = added[0]
        assert (said, whose, is_operators) == (action, target or "", "t") and detail in details, (command, act, added)


def what_was_refused_leaves_none():
    before = len(rows())
    for words in (NEW, ["promote", "ann", "superuser"], ["enable", "ann"], ["ensure-admin"], ["reset-link", "nobody"]):
        server.command("user", *words)
    assert server.command("import", "/no/such").returncode != 0
    for words in (["retry", "search", "999999"], ["discard", "search", "999999"], ["retry", "nobody", "1"], ["discard", "nobody", "1"],
                  ["replay", "search.nothing", SINCE], ["replay", "auth.accounts", SINCE]):
        assert server.command("events", *words).returncode != 0, words
    assert len(rows()) == before, rows()[before:]


def acts_said_of(command):
    """Those of the lines behind the empty one of its help: `disable|enable USERNAME` are two."""
    more = server.command("help", command).stdout.split("\n\n", 1)[1].partition("\n\n")[2]
    words = re.findall(r"^  (?:([a-z][a-z|-]*(?: check)?)|(--[a-z-]+))(?: |$)", more, re.M)
    return {f"{command} {act}" for pair in words for act in (pair[0] or pair[1]).split("|")}


def no_act_is_forgotten():
    known = {f"{command} {act}".strip() for command, act, *_ in ACTS} | LOOKS | NO_ACTS
    commands = {line.split()[0] for line in server.command("help").stdout.splitlines() if line.startswith("  ")}
    assert commands == {name.split()[0] for name in known} | ALONE, commands
    for command in commands - ALONE - {"import"}:
        assert command == "demo" or acts_said_of(command), command
        assert acts_said_of(command) <= known, acts_said_of(command) - known
    assert {act for act in acts_said_of("import") if "--" in act} <= known, acts_said_of("import")


code = live.run([each_act_leaves_one_entry, what_was_refused_leaves_none, no_act_is_forgotten])
server.close()
database.close()
sys.exit(code)
