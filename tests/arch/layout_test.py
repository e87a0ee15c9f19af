#!/usr/bin/env python3
"""What every module brings with it, and migrations that stay as they landed."""
import hashlib
import os
import pathlib
import shutil
import tempfile

from house import MODULES, ROOT, listed, run_tests, test


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


run_tests()
