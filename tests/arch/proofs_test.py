#!/usr/bin/env python3
"""Figures reach docs/proofs.md from commands only: newer ones, of commands that succeeded, into the row of their name."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from house import run_tests, test, tree

TABLE = """# Shown
<!-- figures: written by make proofs -->
| name | what | command | figure | when |
|---|---|---|---|---|
| good | what | `good` | 1 of 2 | 2020-01-01 00:00, abc1234 |
| bad | what | `bad` | 3 | 2020-01-01 00:00, abc1234 |
| later | what | `later` | 4 | 2999-01-01 00:00, abc1234 |
<!-- end of figures -->
The end.
"""


class Scratch:
    """A tree of its own with tools/proofs and one table."""

    def __init__(self, directory):
        self.root = pathlib.Path(directory)
        (self.root / "docs").mkdir()
        (self.root / "tools").mkdir()
        shutil.copy("tools/proofs", self.root / "tools")
        (self.root / "docs/proofs.md").write_text(TABLE)

    def run(self, *words):
        return subprocess.run([self.root / "tools/proofs", *words], capture_output=True, text=True)

    def rows(self):
        text = (self.root / "docs/proofs.md").read_text()
        assert text.startswith("# Shown\n") and text.endswith("The end.\n"), text
        return {row[0]: row[3] for row in (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))}


@test
def newer_figures_of_successes_are_written():
    with tempfile.TemporaryDirectory() as d:
        scratch = Scratch(d)
        said = scratch.run("of", "good", r"\d+ of \d+", "checked .*", "--", "sh", "-c", "echo was 5 of 5; echo so 9 of 9; echo checked twice")
        assert said.returncode == 0 and "so 9 of 9" in said.stdout, said
        assert scratch.run("of", "bad", r"\d+", "--", "sh", "-c", "echo 99; exit 3").returncode == 3
        assert scratch.run("record", "later", "5").returncode == 0
        assert scratch.run().returncode == 0
        assert scratch.rows() == {"name": "figure", "good": "9 of 9; checked twice", "bad": "3", "later": "4"}, scratch.rows()


@test
def failures_take_the_kept_figure_away():
    with tempfile.TemporaryDirectory() as d:
        scratch = Scratch(d)
        scratch.run("record", "bad", "77")
        scratch.run("of", "bad", r"\d+", "--", "false")
        scratch.run()
        assert scratch.rows()["bad"] == "3", scratch.rows()


@test
def figures_without_a_row_are_refused():
    with tempfile.TemporaryDirectory() as d:
        scratch = Scratch(d)
        scratch.run("record", "homeless", "1")
        said = scratch.run()
        assert said.returncode != 0 and "homeless" in said.stderr, said


@test
def rows_and_commands_agree():
    rows = set(re.findall(r"^\| ([\w-]+) \|", pathlib.Path("docs/proofs.md").read_text().split("|---|", 1)[1], re.M))
    scripts = [path for path in tree() if path == "Makefile" or path.startswith(("bench/", "tests/prove/")) and not path.endswith(".c")]
    text = "\n".join(pathlib.Path(path).read_text() for path in scripts)
    kept = set(re.findall(r"call figure,([\w-]+)|\bproof\(\"([\w-]+)\"|\"record\", \"([\w-]+)\"", text))
    homeless = {name for names in kept for name in names if name} - rows
    typed = {name for name in rows if not re.search(rf"(call figure,|\"){name}[,\"]", text)}
    assert rows and not homeless and not typed, f"without a row: {homeless}; rows that no command keeps a figure for: {typed}"


def shell_faults(makefile):
    """Goals whose recipes, with all that make puts in for them, are no shell: a comma in an argument of $(call) ends it. make runs a line
    with $(MAKE) even when it only prints, so goals that have one are left out."""
    for goal, recipe in re.findall(r"^([a-z][\w-]*):(?!=).*\n((?:\t.*\n)+)", makefile.read_text(), re.M):
        if "$(MAKE)" in recipe:
            continue
        lines = subprocess.run(["make", "-nrR", "-f", makefile, goal, "CC=true", "BUILD=build/none"], capture_output=True, text=True,
                               env={**os.environ, "MAKEFLAGS": ""}).stdout
        read = subprocess.run(["sh", "-n"], input=lines, capture_output=True, text=True)
        if read.returncode:
            yield f"make {goal}: {read.stderr.strip()}"


@test
def every_goal_is_shell():
    faults = list(shell_faults(pathlib.Path("Makefile")))
    assert not faults, faults
    with tempfile.NamedTemporaryFile("w", suffix=".mk") as planted:
        planted.write("figure = tools/proofs of $(1) $(2) --\nprove-it:\n\t@$(call figure,it,'[0-9,]+ of it') true\n")
        planted.flush()
        assert len(list(shell_faults(pathlib.Path(planted.name)))) == 1


run_tests()
