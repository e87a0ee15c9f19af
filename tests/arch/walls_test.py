#!/usr/bin/env python3
"""The walls of the house, derived from the directory listing: includes, symbols, sizes. Each wall is also shown to hold by
planting a violation and seeing it refused. Rights in the database are in rights_test.py."""
import hashlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.chdir(ROOT)
BUILD = pathlib.Path(os.environ.get("BUILD", "build/setjmp"))
LAYERS = {  # what each directory of src may include, besides itself and include/vobe
    "core": [],
    "db": ["core"],
    "bus": ["core", "db"],
    "http": ["core"],
    "app": ["core", "db", "bus", "http", "contracts"],
    "commands": ["core", "db", "bus", "http", "app", "contracts"],
}
MODULES = sorted(p.name for p in pathlib.Path("src/modules").iterdir() if p.is_dir())
FUNCTION_MAX, FILE_MAX, HEADER_MAX, MODULE_MAX = 60, 600, 150, 2500
results = []


def test(fn):
    try:
        fn()
        results.append(True)
    except AssertionError as fault:
        results.append(False)
        print(f"{fn.__name__}: {fault}")


def dependencies(d_file):
    """The project's files an object was made from, by the compiler's own word."""
    text = pathlib.Path(d_file).read_text().split("\n\n")[0].replace("\\\n", " ")
    words = text.split(":", 1)[1].split()
    return [os.path.relpath(w) for w in words if not w.startswith("/usr/")]


def forbidden(source, dependency):
    """Why `source` may not use `dependency`, or None."""
    if dependency == source or dependency.startswith("include/vobe/"):
        return None
    parts, used = pathlib.Path(source).parts, pathlib.Path(dependency).parts
    if parts[:2] == ("src", "modules"):
        if used[:2] == ("include", "contracts") or used[:3] == parts[:3]:
            return None
        return f"{source} uses {dependency}: a module may use include/vobe, include/contracts and its own directory"
    allowed = LAYERS[parts[1]] + [parts[1]]
    if used[0] == "include" and used[1] == "contracts":
        return None if "contracts" in allowed else f"{source} uses {dependency}: only modules and app know contracts"
    if used[0] == "src" and used[1] in allowed:
        return None
    return f"{source} uses {dependency}: src/{parts[1]} may use {', '.join(allowed)}"


def include_faults(build):
    faults = []
    for d_file in sorted(pathlib.Path(build, "src").rglob("*.d")):
        source = str(d_file.relative_to(build).with_suffix(".c"))
        if os.path.exists(source) or str(build).startswith("/tmp"):
            faults += [f for f in (forbidden(source, d) for d in dependencies(d_file)) if f]
    return faults


def includes_respect_the_layers():
    faults = include_faults(BUILD)
    assert not faults, "\n  ".join([""] + faults)
    seen = {p.relative_to(BUILD).parts[2] for p in BUILD.glob("src/modules/*/*.d")}
    assert seen == set(MODULES), f"no dependency files of {set(MODULES) - seen}"


def contracts_use_only_vobe():
    for header in pathlib.Path("include").rglob("*.h"):
        for name in re.findall(r'#include "([^"]+)"', header.read_text()):
            assert name.startswith("vobe/") or (header.parts[1] == "contracts" and name.startswith("contracts/")), \
                f"{header} includes {name}"


def compile_planted(source, text):
    """Compiles `text` as if it were `source`, and returns the faults the include check finds."""
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as build:
        build = pathlib.Path(build)
        target = build / source
        target.parent.mkdir(parents=True)
        target.write_text(text)
        flags = subprocess.run(["pkg-config", "--cflags", "libpq", "libcjson"], capture_output=True, text=True).stdout.split()
        d_file = target.with_suffix(".d")
        subprocess.run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-Iinclude", "-Isrc", *flags, "-MMD", "-MF", d_file, "-MT", "x", "-c", target,
                        "-o", target.with_suffix(".o")], check=True, capture_output=True)
        return [f for f in (forbidden(source, d) for d in dependencies(d_file) if not d.endswith(source)) if f]


def planted_includes_are_refused():
    other = pathlib.Path("src/modules", MODULES[0])
    header = next(other.glob("*.h"))
    assert compile_planted("src/modules/planted/a.c", f'#include "modules/{MODULES[0]}/{header.name}"\n'), "foreign module"
    assert compile_planted("src/modules/planted/b.c", '#include "core/task/task.h"\n'), "core from a module"
    assert compile_planted("src/http/planted.c", '#include "db/pool/pool.h"\n'), "db from http"
    assert compile_planted("src/core/planted.c", '#include "contracts/auth.h"\n'), "contracts from core"
    assert not compile_planted("src/modules/planted/c.c", '#include "contracts/auth.h"\n#include "vobe/db.h"\n'), "allowed"


def global_symbols(obj):
    lines = subprocess.run(["nm", "-g", "--defined-only", obj], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[2] for line in lines if len(line.split()) == 3]


def each_module_is_one_symbol():
    for name in MODULES:
        symbols = [s for s in global_symbols(BUILD / f"modules/{name}.o") if not s.startswith(("__asan", "__odr_asan", "__gcov", "__llvm"))]
        assert symbols == [f"{name}_module"], f"{name} shows {symbols}"


def planted_foreign_call_does_not_link():
    """A module that calls another's function: the name is there in the other's objects, and yet undefined."""
    name = MODULES[0]
    objects = sorted(BUILD.glob(f"src/modules/{name}/*.o"))
    victim = next(s for o in objects for s in global_symbols(o) if not s.endswith("_module") and not s.startswith("__"))
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        source = pathlib.Path(d, "planted.c")
        source.write_text(f"int {victim}(void);\nint main(void) {{ return {victim}(); }}\n")
        linked = subprocess.run(["cc", source, BUILD / f"modules/{name}.o", "-o", pathlib.Path(d, "a"), "-Wl,--unresolved-symbols=report-all"],
                                capture_output=True, text=True)
        assert linked.returncode != 0 and f"undefined reference to `{victim}'" in linked.stderr, linked.stderr[:300]


def functions(path):
    """(name, lines) of each function: its body opens and closes in column 0."""
    lines, start, name = path.read_text().splitlines(), None, ""
    for i, line in enumerate(lines):
        if line == "{" and start is None:
            head = i
            while head > 0 and lines[head - 1][:1] in ("\t", " "):
                head -= 1
            name = re.search(r"(\w+)\s*\(", lines[max(head - 1, 0)])
            start, name = head - 1, name.group(1) if name else "?"
        elif line == "}" and start is not None:
            yield name, i - start + 1
            start = None


def exceptions():
    rows = [line.split() for line in pathlib.Path("tests/arch/exceptions.txt").read_text().splitlines()]
    return {row[0]: int(row[1]) for row in rows if row and not row[0].startswith("#")}


def over(limits, what, size, limit):
    return [] if size <= limits.get(what, limit) else [f"{what} has {size} lines, the limit is {limit}"]


def sizes_are_within_the_limits():
    limits, faults, lengths = exceptions(), [], []
    for path in sorted(pathlib.Path("src").rglob("*.[ch]")) + sorted(pathlib.Path("include").rglob("*.h")):
        size = len(path.read_text().splitlines())
        faults += over(limits, str(path), size, HEADER_MAX if path.suffix == ".h" and path.parts[0] == "src" else FILE_MAX)
        for name, length in functions(path):
            lengths.append(length)
            faults += over(limits, f"{path}:{name}", length, FUNCTION_MAX)
    for name in MODULES:
        size = sum(len(p.read_text().splitlines()) for p in pathlib.Path("src/modules", name).glob("*.[ch]"))
        faults += over(limits, f"src/modules/{name}", size, MODULE_MAX)
    assert not faults, "\n  ".join([""] + faults)
    stale = [name for name in limits if name.split(":")[0] and not os.path.exists(name.split(":")[0])]
    assert not stale, f"exceptions.txt names what is gone: {stale}"
    print(f"{len(lengths)} functions: median {statistics.median(lengths):.0f} lines, "
          f"90th percentile {sorted(lengths)[len(lengths) * 9 // 10]}, longest {max(lengths)}")


def a_planted_long_function_is_seen():
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d, "long.c")
        path.write_text("static int long_one(void)\n{\n" + "\t;\n" * 70 + "}\n")
        assert list(functions(path)) == [("long_one", 73)], list(functions(path))


def migration_faults(root):
    """Files of sql that are not as they were when sql/checksums learned of them, which databases would refuse, or not in it."""
    listed = dict(reversed(line.split()) for line in pathlib.Path(root, "sql/checksums").read_text().splitlines())
    found = {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in pathlib.Path(root).glob("sql/*/*.sql")}
    faults = [f"{name} was edited or removed: restore it, and put the change into a new file with the next number"
              for name, checksum in listed.items() if found.get(name) != checksum]
    return faults + [f"{name} is new: sha256sum {name} >>sql/checksums" for name in found.keys() - listed.keys()]


def migrations_are_as_they_landed():
    faults = migration_faults(ROOT)
    assert not faults, "\n  ".join(["", *faults])


def planted_edits_of_migrations_are_seen():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        shutil.copytree("sql", pathlib.Path(d, "sql"))
        for name in ("auth/0001_users.sql", f"{MODULES[0]}/9999_planted.sql"):
            with pathlib.Path(d, "sql", name).open("a") as file:
                file.write("-- planted\n")
        faults = " ".join(migration_faults(d))
        assert "auth/0001_users.sql was edited" in faults and "9999_planted.sql is new" in faults, faults


def modules_have_a_readme_a_schema_and_tests():
    for name in MODULES:
        for path in (f"src/modules/{name}/README.md", f"src/modules/{name}/module.c", f"sql/{name}", f"tests/modules/{name}"):
            assert os.path.exists(path), f"{path} is missing"


for case in (includes_respect_the_layers, contracts_use_only_vobe, planted_includes_are_refused, each_module_is_one_symbol,
             planted_foreign_call_does_not_link, sizes_are_within_the_limits, a_planted_long_function_is_seen,
             migrations_are_as_they_landed, planted_edits_of_migrations_are_seen, modules_have_a_readme_a_schema_and_tests):
    test(case)
print(f"{results.count(True)} passed, {results.count(False)} failed")
sys.exit(not all(results))
