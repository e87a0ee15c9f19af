#!/usr/bin/env python3
"""`vobemusic statements`: the SQL of every module, pasted into psql, is what the server is asked."""
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

MODULES = sorted(p.name for p in (live.ROOT / "src/modules").iterdir() if p.is_dir())
database, server = live.migrated(own=True)


def printed(*words):
    done = server.command("statements", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def prepared(text):
    """(name, number of parameters, SQL) of every statement."""
    rows = re.findall(r'^PREPARE "(\w+)"(?: \(([^)]*)\))? AS\n(.*?);\n-- EXPLAIN', text, re.M | re.S)
    return [(name, len(types.split(", ")) if types else 0, sql) for name, types, sql in rows]


def pasted(text):
    return subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database.conninfo], input=text,
                          capture_output=True, text=True)


def on_one_line(text):
    return " ".join(text.split())


def it_needs_no_database():
    database.stop()
    try:
        text = printed()
    finally:
        database.start()
    assert re.findall(r"^-- (\w+): what", text, re.M) and sorted(re.findall(r"^-- (\w+): what", text, re.M)) == MODULES, text[:500]
    only = prepared(printed("search", "find_posts"))
    assert [name for name, _, _ in only] == ["find_posts"] and only[0] in prepared(text), only
    assert server.command("statements", "nowhere").returncode == 64
    assert server.command("statements", "search", "nothing").returncode == 64


def psql_takes_and_plans_every_statement():
    """EXPLAIN looks at rights as well: the script has become the module's role."""
    for module in MODULES:
        text = printed(module)
        rows = prepared(text)
        assert rows and len(rows) == text.count("\nPREPARE "), module
        explains = "".join(f'EXPLAIN EXECUTE "{name}"{"(" + ", ".join(["NULL"] * count) + ")" if count else ""};\n'
                           for name, count, _ in rows)
        done = pasted(text + explains + "SELECT 'prepared', count(*), current_user FROM pg_prepared_statements;")
        assert done.returncode == 0, f"{module}: {done.stderr}"
        assert done.stdout.splitlines()[-1] == f"prepared|{len(rows)}|vobe_{module}", done.stdout[-200:]


def names_are_read_without_their_rows():
    """Where there are many, and the page is known to be visible: a page less for each name that is shown."""
    database.sql("INSERT INTO auth.users (id, email, username, hashed_password, email_fold, username_fold, username_skeleton)"
                 " SELECT gen_random_uuid(), 'u' || i, 'u' || i, '!', 'u' || i, 'u' || i, 'u' || i FROM generate_series(1, 20000) i")
    database.sql("VACUUM ANALYZE auth.users")
    ids = database.sql("SELECT array_agg(id) FROM (SELECT id FROM auth.users LIMIT 5) AS few")[0][0]
    done = pasted(printed("auth", "profiles") + f"EXPLAIN (ANALYZE, COSTS off, TIMING off) EXECUTE profiles ('{ids}');")
    assert done.returncode == 0, done.stderr
    assert "Index Only Scan using idx_users_cards" in done.stdout and "Heap Fetches: 0" in done.stdout, done.stdout


def what_psql_refuses_is_seen():
    done = pasted(printed("search").replace("posts_index", "posts_nowhere"))
    assert done.returncode != 0 and 'relation "posts_nowhere" does not exist' in done.stderr, done.stderr


def the_server_is_asked_the_same():
    database.sql(f"ALTER DATABASE {database.name} SET log_min_duration_statement = 0", server=True)
    server.start()
    log = database.directory / "server.log"
    wanted = [(name, on_one_line(sql)) for name, _, sql in prepared(printed())]
    until = time.monotonic() + 20
    while True:  # writing connections are made when first used; point reads prepare everything
        asked = on_one_line(log.read_text())
        missing = [name for name, sql in wanted if f"parse {name}: {sql}" not in asked]
        if not missing or time.monotonic() > until:
            break
        time.sleep(0.2)
    server.stop()
    assert not missing, missing
    unlisted = set(re.findall(r" parse (\w+): ", asked)) - {name for name, _ in wanted}
    assert not unlisted, unlisted


code = live.run([it_needs_no_database, psql_takes_and_plans_every_statement, names_are_read_without_their_rows,
                 what_psql_refuses_is_seen, the_server_is_asked_the_same])
server.close()
database.close()
sys.exit(code)
