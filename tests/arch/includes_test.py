#!/usr/bin/env python3
"""Walls by what objects are made from: the compiler's own dependency files say which headers each saw."""
import os
import pathlib
import re
import tempfile

from house import BUILD, MODULES, compiled, dependencies, layers, listed, output, run_tests, test, users_of, words

ROOTS = ("include", "src", "tests", BUILD / "gen")


def contract_fault(parts, contract):
    """Why the source, as parts of its path, may not use a contract, or None: the row of the contract's folder says who may."""
    users, layer, of = users_of(os.path.dirname(contract)), parts[1], pathlib.Path(contract).stem
    if layer in words(users) or (layer == "modules" and (of == parts[2] or of not in MODULES)):
        return None
    return f"{'/'.join(parts)} uses {contract}, which is for {users} (docs/architecture.md)"


def forbidden(source, dependency):
    """Why `source` may not use `dependency`, or None."""
    if dependency == source or dependency.startswith("include/vobe/"):
        return None
    made_from = dependency.replace(f"{BUILD}/gen/", "src/")  # a module's embedded SQL is its own
    parts, used = pathlib.Path(source).parts, pathlib.Path(made_from).parts
    if used[:2] == ("include", "contracts"):
        return contract_fault(parts, dependency)
    if parts[:2] == ("src", "modules"):
        if used[:3] == parts[:3]:
            return None
        return f"{source} uses {dependency}: a module may use include/vobe, include/contracts and its own directory"
    row = layers()[parts[1]]
    if used[0] == "src" and used[1] in (row.name, *row.uses):
        return None
    return f"{source} uses {dependency}: src/{row.name} may use {', '.join(row.uses) or 'include/vobe only'}"


def sources_with_dependencies():
    """(source, its dependency file) of every object of src whose source is there."""
    for d_file in sorted(pathlib.Path(BUILD, "src").rglob("*.d")):
        source = d_file.relative_to(BUILD).with_suffix(".c")
        if source.exists():
            yield str(source), d_file


@test
def includes_respect_the_table():
    found = dict(sources_with_dependencies())
    faults = [f for source, d in found.items() for f in (forbidden(source, used) for used in dependencies(d)) if f]
    assert not faults, listed(faults)
    seen = {pathlib.Path(source).parent.parts[2] for source in found if source.startswith("src/modules/")}
    assert seen == set(MODULES), f"no dependency files of {set(MODULES) - seen}"


def unrooted(text):
    """What is included by another name than its path from a root of the tree: a name that tells which room it stands in."""
    names = re.findall(r'^#include "([^"]+)"', text, re.M)
    return [n for n in names if "/" not in n or n.startswith(".") or not any(pathlib.Path(r, n).exists() for r in ROOTS)]


@test
def includes_are_paths_from_a_root():
    sources = [p for d in ("include", "src", "tests", "bench") for p in pathlib.Path(d).rglob("*.[ch]")]
    faults = [f"{source} includes {name}" for source in sources for name in unrooted(source.read_text())]
    assert not faults, listed(faults)
    header = next(pathlib.Path("src/modules", MODULES[0]).glob("*.h"))
    assert unrooted(f'#include "{header.name}"\n') and unrooted(f'#include "../core/{header.name}"\n')
    assert not unrooted(f'#include "{header.relative_to("src")}"\n')


@test
def headers_of_include_use_only_include():
    for header in pathlib.Path("include").rglob("*.h"):
        for name in re.findall(r'#include "([^"]+)"', header.read_text()):
            inside = pathlib.Path("include", name).exists() or (header.parent / name).exists()
            vobe = header.parts[1] == "vobe"
            assert inside and not (vobe and "contracts" in name), f"{header} includes {name}"


def faults_of_planted(source, text):
    """What the check says of `text`, compiled as if it were `source`."""
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        flags = output("pkg-config", "--cflags", "libpq", "libcjson").split()
        made_from = dependencies(compiled(d, source, text, flags).with_suffix(".d"))
        return [f for f in (forbidden(source, used) for used in made_from if not used.endswith(source)) if f]


@test
def planted_includes_are_refused():
    foreign = next(pathlib.Path("src/modules", MODULES[0]).rglob("*.h")).relative_to("src")
    inside = {name: next(pathlib.Path("src", name).rglob("*.h")).relative_to("src") for name in layers() if not name.startswith("modules")}
    contract = next(pathlib.Path("include/contracts").rglob("*.h")).relative_to("include")
    assert faults_of_planted("src/modules/planted/a.c", f'#include "{foreign}"\n'), "another module from a module"
    for name, header in inside.items():
        assert faults_of_planted("src/modules/planted/b.c", f'#include "{header}"\n'), f"{header} from a module"
    assert faults_of_planted("src/http/planted.c", f'#include "{inside["db"]}"\n'), "db from http"
    assert faults_of_planted("src/core/planted.c", f'#include "{contract}"\n'), "contracts from core"
    for powers, stranger in (("operator/auth", "src/http/planted.c"), ("import/content", "src/app/planted.c")):
        for source in ("src/modules/planted/d.c", stranger):
            assert faults_of_planted(source, f'#include "contracts/{powers}.h"\n'), f"{powers} from {source}"
        for source in (f"src/modules/{powers.split('/')[1]}/e.c", "src/commands/planted.c"):
            assert not faults_of_planted(source, f'#include "contracts/{powers}.h"\n'), f"{powers} from {source}"
    assert not faults_of_planted("src/modules/planted/c.c", f'#include "{contract}"\n#include "vobe/db.h"\n'), "allowed"


run_tests()
