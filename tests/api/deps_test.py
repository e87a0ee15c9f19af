#!/usr/bin/env python3
"""tools/deps on machines where other packages hold what ours would bring."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

# Every package is installed but npm; nobody is root, so that nothing would be installed.
FAKES = {"dpkg-query": 'shift 3; for p; do [ "$p" = npm ] || printf "installed:%s " "$p"; done', "id": "echo 1000", "apt-get": "exit 1"}


def deps(*commands):
    with tempfile.TemporaryDirectory() as name:
        for command, text in [*FAKES.items(), *((command, "exit 1") for command in commands)]:
            path = pathlib.Path(name, command)
            path.write_text(f"#!/bin/bash\n{text}\n")
            path.chmod(0o755)
        for command in ("cat", "dirname"):
            pathlib.Path(name, command).symlink_to(shutil.which(command))
        return subprocess.run(["/bin/bash", live.ROOT / "tools/deps", "prove-contract"], env={"PATH": name}, capture_output=True, text=True)


def a_package_that_is_missing_is_asked_for():
    done = deps()
    assert done.returncode == 69 and "missing: npm\n" in done.stderr, done


def npm_of_another_node_is_npm():
    done = deps("npm")
    assert done.returncode == 0 and not done.stderr, done


sys.exit(live.run([a_package_that_is_missing_is_asked_for, npm_of_another_node_is_npm]))
