"""What a module's connection must not do, tried as the server connects: the same conninfo, the user vobe_<module>."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted(p.name for p in pathlib.Path(ROOT, "src/modules").iterdir() if p.is_dir())

# insufficient privilege; a role or extension that is not there is no way out either
REFUSED = {"42501", "22023", "42704", "0A000"}


def ask(conninfo, module, sql, become=()):
    """psql as the module's role, with the pool's search_path; `become` goes before: another user of the system."""
    return subprocess.run([*become, "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", f"{conninfo} user=vobe_{module}",
                           "-c", f'SET search_path = "{module}", extensions', "-c", sql], capture_output=True, text=True, cwd="/")


def refusal(conninfo, module, sql, become=()):
    """The server's words; None: it was done."""
    done = ask(conninfo, module, sql, become)
    assert done.returncode != 2, f"vobe_{module} cannot connect: {done.stderr}"
    return None if done.returncode == 0 else done.stderr.strip()


def attempts(module):
    """Every way out we know."""
    other = next(m for m in MODULES if m != module)
    yield f"SET ROLE vobe_{other}"
    yield f"SET SESSION AUTHORIZATION vobe_{other}"
    for owner in ("vobemusic", "postgres"):
        yield f"SET ROLE {owner}"
        yield f"SET SESSION AUTHORIZATION {owner}"
    for held in ("pg_execute_server_program", "pg_read_server_files", "pg_read_all_data", f"vobe_{other}"):
        yield f"GRANT {held} TO CURRENT_USER"
    yield "CREATE ROLE more LOGIN"
    yield f"ALTER ROLE vobe_{module} CREATEROLE"
    yield "COPY (SELECT 1) TO PROGRAM 'id'"
    yield "COPY (SELECT 1) TO '/tmp/vobe_wall'"
    yield "SELECT pg_read_file('PG_VERSION')"
    yield "SELECT lo_import('/etc/passwd')"
    yield "CREATE TABLE public.more ()"
    yield "CREATE FUNCTION extensions.similarity(text) RETURNS text LANGUAGE sql AS 'SELECT $1'"
    yield f"CREATE TABLE {module}.more ()"
    yield "CREATE TEMP TABLE more ()"
    yield "CREATE SCHEMA more"
    yield "CREATE EXTENSION dblink"
    yield "ALTER SYSTEM SET log_statement = 'all'"
    yield "SET log_error_verbosity = verbose"
    yield "SELECT * FROM vobe_meta.migrations"
    yield "SELECT * FROM pg_authid"
    for neighbour in MODULES:
        if neighbour != module:
            yield f"SELECT * FROM {neighbour}.outbox"
            yield f"PREPARE spy AS SELECT * FROM {neighbour}.outbox"
            yield f"SELECT * FROM {neighbour}.migrations"
    yield f"ALTER TABLE {module}.outbox OWNER TO CURRENT_USER"
    yield f"DROP TABLE {module}.outbox"


def assert_hold(conninfo, become=()):
    """One session a module: after each attempt psql tells the SQLSTATE, 00000 when it was done."""
    for module in MODULES:
        tried = list(attempts(module))
        script = f'SET search_path = "{module}", extensions;\n' + "".join(f"{sql};\n\\echo tried :SQLSTATE\n" for sql in tried)
        # RESET ROLE is no error: it leads back to who logged in, and that is the module.
        script += "RESET ROLE; RESET SESSION AUTHORIZATION; SELECT 'is', current_user, session_user;\n"
        done = subprocess.run([*become, "psql", "-X", "-q", "-At", "-d", f"{conninfo} user=vobe_{module}", "-f", "-"],
                              input=script, capture_output=True, text=True, cwd="/")
        states = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("tried ")]
        assert len(states) == len(tried), f"vobe_{module} cannot connect: {done.stderr}"
        for sql, state in zip(tried, states):
            assert state in REFUSED, f"vobe_{module}, {sql}: SQLSTATE {state}"
        assert f"is|vobe_{module}|vobe_{module}" in done.stdout.splitlines(), done.stdout
