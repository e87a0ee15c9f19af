#!/usr/bin/env python3
"""The walls in the database hold against any statement: a module's connection reaches its own schema and nothing else."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import walls

database, server = live.migrated()
MODULES = walls.MODULES


def no_statement_leads_out():
    walls.assert_hold(database.conninfo)


def the_server_connects_so():
    """The sessions of a running server are those that are tried here: logged in as the modules, with nothing behind."""
    server.start()
    seen = {user for user, in database.sql("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'vobemusic/%' "
                                           "AND datname = current_database()")}
    server.stop()
    assert seen == {f"vobe_{m}" for m in MODULES}, seen


def roles_reach_only_their_schema():
    rows = database.sql("SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE r.rolname = ANY(ARRAY["
                        + ", ".join(f"'vobe_{m}'" for m in MODULES) + "]) AND n.nspname NOT LIKE 'pg\\_%' "
                        "AND n.nspname NOT IN ('information_schema', 'extensions') AND has_schema_privilege(r.oid, n.oid, 'USAGE')")
    reached = {(role, schema) for role, schema in rows}
    assert reached == {(f"vobe_{m}", m) for m in MODULES}, reached ^ {(f"vobe_{m}", m) for m in MODULES}


def roles_own_nothing_and_make_nothing():
    owned = database.sql("SELECT r.rolname, c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'vobe\\_%'")
    assert not owned, owned
    creators = database.sql("SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE r.rolname LIKE 'vobe\\_%' "
                            "AND n.nspname NOT LIKE 'pg\\_temp%' AND has_schema_privilege(r.oid, n.oid, 'CREATE')")
    assert not creators, creators


def the_audit_log_only_grows():
    for verb in ("UPDATE auth.audit_log SET action = ''", "DELETE FROM auth.audit_log", "TRUNCATE auth.audit_log"):
        said = walls.refusal(database.conninfo, "auth", verb)
        assert said and "permission denied" in said, f"vobe_auth: {verb}: {said}"


def migrations_of_others_are_not_seen():
    for module in MODULES:
        assert walls.ask(database.conninfo, module, f"SELECT count(*) > 0 FROM {module}.migrations").stdout == "t\n"
        assert walls.refusal(database.conninfo, module, f"DELETE FROM {module}.migrations"), module


def errors_tell_no_values():
    """PostgreSQL's log is read by more people than the table: no DETAIL with the row's values."""
    own = live.Database(own=True)
    try:
        done = live.Server(own).command("migrate", "up")
        assert done.returncode == 0, done.stderr
        said = walls.refusal(own.conninfo, "auth", "INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'seen@example.org')")
        assert said and "violates" in said, said
        log = (own.directory / "server.log").read_text()
        assert "violates" in log and "DETAIL" not in log and "Failing row" not in log, log[-800:]
    finally:
        own.close()


def a_planted_membership_is_reported():
    """By `serve`, which does not start, and by status; `migrate up` takes it back. A cluster of its own: roles are the cluster's."""
    own = live.Database(own=True)
    planted = live.Server(own)
    try:
        assert planted.command("migrate", "up").returncode == 0
        own.sql("GRANT pg_read_server_files TO vobe_comment")
        served = planted.command("serve")
        assert served.returncode == 78 and "role vobe_comment is a member of pg_read_server_files" in served.stderr, served
        status = planted.command("migrate", "status")
        assert "REVOKE pg_read_server_files FROM vobe_comment;" in status.stdout, status.stdout
        own.sql("REVOKE pg_read_server_files FROM vobe_comment; ALTER ROLE vobe_comment NOLOGIN")
        served = planted.command("serve")
        assert served.returncode == 78 and "vobe_comment" in served.stderr and "migrate up" in served.stderr, served
        assert planted.command("migrate", "up").returncode == 0
        planted.start().stop()
    finally:
        planted.close()
        own.close()


def an_owner_with_more_than_it_needs_is_told():
    own = live.Database(own=True)
    landlord = live.Server(own)
    try:
        own.sql("CREATE ROLE landlord LOGIN CREATEROLE; ALTER DATABASE " + own.name + " OWNER TO landlord")
        own.conninfo = own.conninfo.replace("user=vobemusic", "user=landlord")
        assert landlord.command("migrate", "up").returncode == 0
        told = landlord.command("migrate", "status").stdout
        assert "landlord needs no such right, but may make roles: ALTER ROLE landlord NOCREATEROLE;" in told, told
        own.sql("ALTER ROLE landlord NOCREATEROLE", server=True)
        assert "needs no such right" not in landlord.command("migrate", "status").stdout
    finally:
        landlord.close()
        own.close()
    assert "is a superuser" in server.command("migrate", "status").stdout


def make_runs_cluster_has_the_walls():
    """tools/pg as tools/run starts it, by its own `url`."""
    own = live.Database(own=True)
    try:
        url = subprocess.run([live.ROOT / "tools/pg", "url", own.directory], capture_output=True, text=True, check=True).stdout.strip()
        own.sql("CREATE DATABASE vobemusic", server=True)
        own.conninfo = url
        done = live.Server(own).command("migrate", "up")
        assert done.returncode == 0, done.stderr
        walls.assert_hold(url)
    finally:
        own.close()


code = live.run([no_statement_leads_out, the_server_connects_so, roles_reach_only_their_schema, roles_own_nothing_and_make_nothing,
                 the_audit_log_only_grows, migrations_of_others_are_not_seen, errors_tell_no_values, a_planted_membership_is_reported,
                 an_owner_with_more_than_it_needs_is_told, make_runs_cluster_has_the_walls])
server.close()
database.close()
sys.exit(code)
