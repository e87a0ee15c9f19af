#!/usr/bin/env python3
"""A module made by tools/new-module is a good one from its first minute: in a copy of the tree with its objects it builds, is known to
clangd, passes its own test and the walls that look at it. What cannot be a module is refused, and nothing is left of it."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import textwrap

from house import BUILD, listed, run_tests, test, tree

WALLS = ("form", "includes", "layout", "links", "modules", "sizes", "symbols modules_ask_only_for_what_they_may each_module_is_one_symbol")


class Copy:
    """The tree and its objects, with their times, so that only what is new is compiled."""

    def __init__(self, directory):
        self.root = pathlib.Path(directory)
        for name in tree():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, self.root / name)
        shutil.copytree(BUILD, self.root / BUILD, ignore=lambda at, names: {n for n in names if n == "bench" or n.endswith(("_test", "_test.o"))})

    def run(self, *words):
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        return subprocess.run([str(w) for w in words], cwd=self.root, capture_output=True, text=True, env=inherited)

    def make(self, *goals):
        """With the knobs that are in the environment, as a make above us puts them there."""
        return self.run("make", "-s", f"BUILD={BUILD}", "WERROR=1", *goals)


@test
def a_new_module_stands():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        copy = Copy(d)
        made = copy.run("tools/new-module", "gramophone")
        assert made.returncode == 0, made.stderr
        left = [f"{p}: {word}" for p in made.stdout.split() for word in ("widget", "WIDGET") if p.startswith("src/modules") and word in (copy.root / p).read_text()]
        assert not left, listed(left)
        built = copy.make("all", BUILD / "tests/modules/gramophone/gramophone_test")
        assert built.returncode == 0, built.stdout + built.stderr
        known = copy.make("compile_commands.json")
        assert known.returncode == 0 and "src/modules/gramophone/module.c" in (copy.root / "compile_commands.json").read_text(), known.stderr
        assert copy.run("tests/arch/modules_test.py", "--write").returncode == 0
        ran = copy.run(BUILD / "tests/modules/gramophone/gramophone_test")
        assert ran.returncode == 0 and "100%: Checks: 3" in ran.stdout, textwrap.indent(ran.stdout + ran.stderr, "  ")
        for wall in WALLS:
            name, *cases = wall.split()
            stood = copy.run(f"tests/arch/{name}_test.py", *cases)
            assert stood.returncode == 0, f"{name} says\n" + textwrap.indent(stood.stdout + stood.stderr, "  ")


@test
def what_cannot_be_a_module_is_refused():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        copy = Copy(d)
        before = sorted(copy.root.rglob("*"))
        for name in ("", "Playlist", "play_list", "../x", "auth", "http", "every", "widget", "post", "track"):
            said = copy.run("tools/new-module", name)
            assert said.returncode != 0 and said.stderr.startswith("new-module: "), (name, said)
        assert copy.run("tools/new-module", "series", "series").returncode != 0
        assert sorted(copy.root.rglob("*")) == before


run_tests()
