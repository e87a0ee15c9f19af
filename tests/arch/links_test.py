#!/usr/bin/env python3
"""What the documents point at is there: links and their anchors; paths, files and functions in backticks; make's targets.
Nothing need be built for it."""
import fnmatch
import functools
import glob
import os
import pathlib
import re

from house import listed, run_tests, test, tree

ROOMS = ("src", "include", "docs", "tools", "tests", "sql", "bench", "config", "contrib", ".ci", ".github")
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, ROOMS))})/[\w./*<>{{}},-]*")
FILE = re.compile(r"(?<![\w./*>-])[\w/-]+\.(?:c|h|py|md|sql|mk)(?![\w(])")
NAME = re.compile(r"(?:([\w/-]+\.[ch]): )?([a-z][a-z0-9]*(?:_[a-z0-9]+)*)(\(\))?")
MAKE = re.compile(r"(?:^|[\s;&(])make((?: +[\w./=$\"',-]+)+)", re.M)
A_PLACE = re.compile(r"<[^>]*>|\bNNNN(?:_name)?\b|(?<![A-Z])NAME(?![A-Z])|\bX\b|\bx\b")  # where the reader puts a name in


def files_of(*endings, rooms=("",)):
    return [pathlib.Path(path) for path in tree() if path.endswith(endings) and path.startswith(rooms)]


@functools.cache
def words_of(path):
    return set(re.findall(r"[a-z_][a-z0-9_]*", path.read_text(errors="replace")))


@functools.cache
def words_of_the_code():
    code = files_of(".c", ".h", ".sql", ".conf", rooms=("src/", "include/", "sql/", "tests/", "bench/", "config/"))
    return set().union(*map(words_of, [*code, pathlib.Path("Makefile")]))


@functools.cache
def targets():
    return set(re.findall(r"^([a-z_][\w.-]*):(?!=)", pathlib.Path("Makefile").read_text(), re.M))


def anchor(heading):
    """As GitHub makes it: small letters, no punctuation, hyphens for blanks."""
    return re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).strip().lower()).replace(" ", "-")


def divided(text):
    """The prose without code, the code spans, and the blocks of commands."""
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.sub(r"(`+).+?\1", "", prose), [span for _, span in re.findall(r"(`+)(.+?)\1", prose)], blocks


def link_faults(document, prose):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r"^\[[^\]]+\]: (\S+)", prose, re.M):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, part = target.partition("#")
        path = (document.parent / name) if name else document
        if not path.exists():
            yield f"the link {target} leads nowhere"
        elif part and part not in map(anchor, re.findall(r"^#+ (.*)$", path.read_text(), re.M)):
            yield f"the link {target} names no heading of {os.path.relpath(path)}"


@functools.cache
def stands(path):
    """A path, also within a room as its own documents name it, or the beginning of one as tests/run takes it; a place for a name stands for any."""
    pattern = re.sub(r"\{[^}]*\}", "*", A_PLACE.sub("*", path)).rstrip(".,/")
    return any(glob.iglob(pattern)) or any(fnmatch.fnmatch(file, f"{start}{pattern}*") for file in tree() for start in ("", "*/"))


def name_faults(span):
    """`boot.c: modules_start`, `read_the_clock`, `start()`: a name that the code does not have, or has in another file."""
    found = NAME.fullmatch(span)
    if not found or not (found[1] or found[3] or "_" in found[2]):
        return
    if found[1]:
        files = files_of("/" + found[1])
        if files and not any(found[2] in words_of(path) for path in files):
            yield f"{found[1]} has no {found[2]}"
    elif found[2] not in words_of_the_code():
        yield f"no code has {found[2]}"


def command_faults(code):
    yield from (f"{path} is not there" for path in PATH.findall(code) if not stands(path))
    for arguments in MAKE.findall(code):
        goals = [word for word in arguments.split() if re.fullmatch(r"[a-z_][\w.-]*", word)]
        yield from (f"make has no target {goal}" for goal in goals if goal not in targets())


def span_faults(span):
    yield from command_faults(span)
    yield from name_faults(span)
    for name in FILE.findall(span):
        if not name.startswith(ROOMS) and not A_PLACE.search(name) and name not in tree() and not files_of("/" + name):
            yield f"there is no file {name}"


def document_faults(document, text):
    prose, spans, blocks = divided(text)
    faults = [*link_faults(document, prose), *(f for span in spans for f in span_faults(span)), *(f for block in blocks for f in command_faults(block))]
    return [f"{document}: {fault}" for fault in faults]


@test
def documents_point_at_what_is_there():
    faults = [fault for document in files_of(".md") for fault in document_faults(document, document.read_text())]
    assert not faults, listed(faults)


@test
def code_points_at_documents_that_are_there():
    faults = []
    for path in files_of(".c", ".h", ".sql", ".mk", ".conf", ".service", "Makefile", "run", "deps", "tidy"):
        named = re.findall(r"\bdocs/[\w-]+\.md\b", path.read_text(errors="replace"))
        faults += [f"{path}: {name} is not there" for name in named if not os.path.exists(name)]
    assert not faults, listed(faults)


PLANTED = """# Planted
A [page](docs/gone.md), a [heading](README.md#nowhere), `src/core/gone.c`, `tests/gone`, `gone.c`, `quite_gone()`, `long_gone`, `make gone`, `boot.c: gone`.

```sh
make run PORT=1 gone-too && tools/gone
```
"""
SOUND = """# Sound
A [page](docs/architecture.md), a [heading](#test), `src/modules/<name>/module.c`, `tests/core/json`, `sql/every/0001_*.sql`, `app/boot.c`,
`sql/<module>/NNNN_name.sql`, `change_add`, `boot.c: modules`, `make test V=1`, `https://example.org/docs/x.md`, `src/{http,db}`.

```sh
make run PORT=18080 && tools/run stop
```
"""


@test
def planted_references_are_refused():
    wanted = ["docs/gone.md leads nowhere", "README.md#nowhere names", "src/core/gone.c is not", "tests/gone is not", "no file gone.c",
              "no code has quite_gone", "no code has long_gone", "target gone", "boot.c has no gone", "tools/gone is not", "target gone-too"]
    faults = document_faults(pathlib.Path("README.md"), PLANTED)
    missed = [name for name in wanted if not any(name in fault for fault in faults)]
    assert not missed and len(faults) == len(wanted), (missed, faults)
    assert not document_faults(pathlib.Path("README.md"), SOUND), document_faults(pathlib.Path("README.md"), SOUND)


run_tests()
