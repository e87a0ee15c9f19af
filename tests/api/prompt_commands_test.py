#!/usr/bin/env python3
"""Commands are prompt: a small import waits for no sweep of the event log, and a start opens a connection for each module and few more."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import imports
import live

SWEEP_S = 10
database, server = live.migrated([f"bus.sweep_ms={SWEEP_S * 1000}"])


looks = 0


def look(query):
    """A session of its own."""
    global looks
    looks += 1
    return database.sql(query)[0][0]


def sessions():
    """How many others were opened on the database so far, when all have ended."""
    until = time.monotonic() + 30
    while look("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") != "0":
        assert time.monotonic() < until, "connections stay"
        time.sleep(0.05)
    return int(look("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")) - looks


def a_small_import_waits_for_no_sweep():
    artist = imports.artist(name="Prompt zq")
    post = imports.post(title="Prompt zq")
    done = imports.load(server, {"artists": [artist], "albums": [imports.album(artist["id"])], "posts": [post], "comments": [imports.comment(post["id"])]})
    assert done.code == 0 and done["added"] == 4, done
    assert done["seconds"] < SWEEP_S / 2, done
    found = server.command("search", "verify")
    assert found.returncode == 0 and "0 differences" in found.stdout, found


def a_start_opens_few_connections():
    modules = int(look("SELECT count(*) FROM pg_roles WHERE rolname IN (SELECT 'vobe_' || nspname FROM pg_namespace)"))
    assert modules >= 8, modules
    before = sessions()
    assert server.command("keys", "list").returncode == 0
    opened = sessions() - before
    assert opened <= 2 * modules + 6, f"{opened} connections for {modules} modules: one to look at the schema, one to read"


code = live.run([a_small_import_waits_for_no_sweep, a_start_opens_few_connections])
server.close()
database.close()
sys.exit(code)
