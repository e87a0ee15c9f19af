"""What the tests of the walls share: the layers, what each may use (the table of docs/architecture.md is the law), the modules
by the directory listing, compiling a planted violation, and running the tests of a file."""
import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import traceback
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.chdir(ROOT)
BUILD = pathlib.Path(os.environ.get("BUILD", "build/setjmp"))
CC = shlex.split(os.environ.get("CC", "cc"))
MODULES = sorted(p.name for p in pathlib.Path("src/modules").iterdir() if p.is_dir())
# What a layer may use besides itself and include/vobe: layers, functions of include/vobe that a layer above defines, libraries
# (names of pkg-config). `refused` is for modules: libraries that none of them may name.
# `sees_modules`: the one symbol of each.
Layer = namedtuple("Layer", "name used_by uses functions sees_modules libraries refused")


def output(*command, text=None):
    return subprocess.run([str(c) for c in command], input=text, capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout


@functools.cache
def tree():
    """Every file of the project, by its path from here: what git knows or would add, and in an exported tree, all."""
    if not pathlib.Path(".git").exists() or not shutil.which("git"):
        return sorted(str(p) for p in pathlib.Path(".").rglob("*") if p.is_file() and not {"build", "var", "__pycache__"} & {p.parts[0], p.parent.name})
    names = output("git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted(name for name in set(names) if os.path.isfile(name))


def table_rows():
    """The rows of the table whose first column is a directory, as lists of cells."""
    lines = pathlib.Path("docs/architecture.md").read_text().splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("| directory |"))
    for line in lines[head + 2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def words(cell):
    return re.findall(r"[\w/.()-]+", cell)


def layer(cells, above):
    """One row. "everything above" are the layers of the rows before it."""
    name, used_by, uses, libraries = cells[0].strip("`").removeprefix("src/"), *cells[1:]
    named = above if "everything above" in uses else [w for w in words(uses) if w in above]
    allowed, _, never = libraries.partition("never")
    return Layer(name, words(used_by), list(named), re.findall(r"`(\w+)\(\)`", uses), "one symbol" in uses, re.findall(r"`([\w.-]+)`", allowed),
                 re.findall(r"`([\w.-]+)`", never))


@functools.cache
def layers():
    """Layer by name: the directories of src but modules, in the order of the table; "modules/X" too."""
    found = {}
    for cells in table_rows():
        if cells[0].startswith("`src/"):
            row = layer(cells, [name for name in found if not name.startswith("modules")])
            found[row.name] = row
    return found


def users_of(directory):
    """Who may use a directory of include, as its row says it, or that of the directory around it."""
    rows = {cells[0].strip("`"): cells[1] for cells in table_rows()}
    return rows.get(directory) or rows[os.path.dirname(directory)]


def compiled(directory, name, text, flags=()):
    """The object of `text`, compiled as the product is; its dependency file stands beside it."""
    source = pathlib.Path(directory, name)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    target = source.with_suffix(".o")
    output(*CC, "-std=gnu11", "-D_GNU_SOURCE", "-fPIE", "-Iinclude", "-Isrc", *flags, "-MMD", "-MF", source.with_suffix(".d"),
           "-c", source, "-o", target)
    return target


def dependencies(d_file):
    """The project's files an object was made from, by the compiler's own word."""
    rule = pathlib.Path(d_file).read_text().replace("\\\n", " ").splitlines()[0]
    return [os.path.relpath(w) for w in rule.split(":", 1)[1].split() if not w.startswith("/usr/")]


def listed(faults):
    return "\n  ".join(["", *faults])


tests = []


def test(fn):
    tests.append(fn)
    return fn


def run_tests():
    """Runs the @tests of the file, or those that its arguments name; prints what failed, ends the process with the counts."""
    failed, wanted = 0, [fn for fn in tests if not sys.argv[1:] or fn.__name__ in sys.argv[1:]]
    for fn in wanted:
        try:
            fn()
        except Exception as fault:  # a test's failure, whatever it is, is told and counted
            failed += 1
            print(f"{fn.__name__}: {fault}")
            if not isinstance(fault, AssertionError):
                traceback.print_exc()
    print(f"{len(wanted) - failed} passed, {failed} failed")
    sys.exit(failed > 0 or not wanted)
