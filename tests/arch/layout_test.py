#!/usr/bin/env python3
"""What every module brings with it, migrations that stay as they landed, and SQL that is embedded as it is written."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from house import CC, MODULES, ROOT, listed, output, run_tests, test


@test
def modules_have_a_readme_a_schema_and_tests():
    for name in MODULES:
        for path in (f"src/modules/{name}/README.md", f"src/modules/{name}/module.c", f"sql/{name}", f"tests/modules/{name}"):
            assert os.path.exists(path), f"{path} is missing"


def migration_faults(root):
    """Files of sql that are not as they were when sql/checksums learned of them, which databases would refuse, or not in it."""
    known = dict(reversed(line.split()) for line in pathlib.Path(root, "sql/checksums").read_text().splitlines())
    found = {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in pathlib.Path(root).glob("sql/*/*.sql")}
    faults = [f"{name} was edited or removed: restore it, and put the change into a new file with the next number"
              for name, checksum in known.items() if found.get(name) != checksum]
    return faults + [f"{name} is new: sha256sum {name} >>sql/checksums" for name in found.keys() - known.keys()]


@test
def migrations_are_as_they_landed():
    faults = migration_faults(ROOT)
    assert not faults, listed(faults)


@test
def planted_edits_of_migrations_are_seen():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        shutil.copytree("sql", pathlib.Path(d, "sql"))
        for name in ("auth/0001_users.sql", f"{MODULES[0]}/9999_planted.sql"):
            with pathlib.Path(d, "sql", name).open("a") as file:
                file.write("-- planted\n")
        faults = " ".join(migration_faults(d))
        assert "auth/0001_users.sql was edited" in faults and "9999_planted.sql is new" in faults, faults


def embedded(text):
    """What tools/embed-statements makes of a .sql file of that text: (exit code, header or fault)."""
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        path = pathlib.Path(d, "planted.sql")
        path.write_text(text)
        done = subprocess.run(["tools/embed-statements", path], capture_output=True, text=True)
        return done.returncode, done.stdout if done.returncode == 0 else done.stderr


@test
def embedded_sql_is_the_sql_of_its_file():
    code, header = embedded("""-- Why.\n-- name: first_one\nSELECT '--', "a\\b" -- why\n\n  FROM t;\n\n-- name: other\nSELECT 1;\n""")
    assert code == 0, header
    with tempfile.TemporaryDirectory(prefix="vobe-embedded") as d:
        source = pathlib.Path(d, "print.c")
        source.write_text(header + "#include <stdio.h>\nint main(void) { puts(FIRST_ONE_SQL); puts(OTHER_SQL); }\n")
        output(*CC, source, "-o", pathlib.Path(d, "print"))
        assert output(pathlib.Path(d, "print")) == """SELECT '--', "a\\b"\n  FROM t\nSELECT 1\n"""


@test
def planted_faults_of_embedded_sql_are_refused():
    for text, words in (("SELECT 1;\n", "needs a line"), ("-- name: a\n-- name: b\nSELECT 1\n", "a is empty"),
                        ("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", "two statements are called a"),
                        ("-- name: A-1\nSELECT 1\n", "is no name")):
        code, fault = embedded(text)
        assert code != 0 and words in fault and "planted.sql:" in fault, (text, fault)


run_tests()
