#!/usr/bin/env python3
"""The walls in the database: a module's role reaches its own schema and nothing else, and owns nothing."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated()
MODULES = sorted(p.name for p in pathlib.Path(live.ROOT, "src/modules").iterdir() if p.is_dir())


def roles_reach_only_their_schema():
    rows = database.sql("SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE r.rolname LIKE 'vobe\\_%' "
                        "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public') "
                        "AND has_schema_privilege(r.oid, n.oid, 'USAGE')")
    reached = {(role, schema) for role, schema in rows}
    assert reached == {(f"vobe_{m}", m) for m in MODULES}, reached ^ {(f"vobe_{m}", m) for m in MODULES}


def roles_own_nothing_and_make_nothing():
    owned = database.sql("SELECT r.rolname, c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'vobe\\_%'")
    assert not owned, owned
    creators = database.sql("SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE r.rolname LIKE 'vobe\\_%' "
                            "AND n.nspname NOT LIKE 'pg\\_temp%' AND has_schema_privilege(r.oid, n.oid, 'CREATE')")
    assert not creators, creators


def a_planted_foreign_statement_is_refused():
    """As the boot check prepares statements: in the role, by name."""
    for module in MODULES:
        other = next(m for m in MODULES if m != module)
        try:
            database.sql(f"SET ROLE vobe_{module}; SET search_path = {module}, public; PREPARE spy AS SELECT * FROM {other}.outbox")
        except RuntimeError as fault:
            assert "permission denied for schema" in str(fault), fault
        else:
            raise AssertionError(f"vobe_{module} may prepare a statement on {other}.outbox")


def the_audit_log_only_grows():
    for verb in ("UPDATE auth.audit_log SET action = ''", "DELETE FROM auth.audit_log"):
        try:
            database.sql(f"SET ROLE vobe_auth; {verb}")
        except RuntimeError as fault:
            assert "permission denied" in str(fault), fault
        else:
            raise AssertionError(f"vobe_auth may {verb}")


code = live.run([roles_reach_only_their_schema, roles_own_nothing_and_make_nothing, a_planted_foreign_statement_is_refused, the_audit_log_only_grows])
server.close()
database.close()
sys.exit(code)
