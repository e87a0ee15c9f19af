#!/usr/bin/env python3
"""Rooms with air: how long functions, files, headers, lines and modules are. exceptions.txt is a ratchet: it names what is over
a limit and how far, and may only shrink (`tests/arch/sizes_test.py --tighten` writes it as small as it can be; `--figures` only prints the figures)."""
import pathlib
import re
import statistics
import sys
import tempfile

from house import MODULES, listed, run_tests, test

FILE_MAX, HEADER_MAX, FUNCTION_MAX, COLUMNS_MAX, MODULE_MAX, WARN_FROM = 400, 150, 60, 110, 4000, 0.85
ROOMS = ("src", "include", "tests", "bench")
EXCEPTIONS = pathlib.Path("tests/arch/exceptions.txt")


def c_files(*rooms):
    return [p for room in rooms for p in sorted(pathlib.Path(room).rglob("*.[ch]")) if "planted" not in p.parts]  # its marks stand at line ends


def line_count(path):
    return len(path.read_text().splitlines())


def fat_lines(path):
    """How many lines of the file are over the columns, tabs to the next multiple of 8."""
    return sum(len(line.expandtabs(8)) > COLUMNS_MAX for line in path.read_text().splitlines())


def functions(path):
    """(name, lines) of each function: its body opens and closes in column 0."""
    lines, start, name = path.read_text().splitlines(), None, ""
    for i, line in enumerate(lines):
        if line == "{" and start is None:
            head = i
            while head > 0 and lines[head - 1][:1] in ("\t", " "):
                head -= 1
            declared = lines[max(head - 1, 0)]
            name = re.match(r"[A-Z_]+\((\w+)", declared) or re.search(r"(\w+)\s*\(", declared)
            start, name = head - 1, name.group(1) if name else "?"
        elif line == "}" and start is not None:
            yield name, i - start + 1
            start = None


def module_sizes():
    return {f"src/modules/{name}": sum(map(line_count, c_files(f"src/modules/{name}"))) for name in MODULES}


def measured():
    """(what, size, limit) of everything that has a limit."""
    files = c_files(*ROOMS)
    yield from ((str(p), line_count(p), HEADER_MAX if p.suffix == ".h" else FILE_MAX) for p in files)
    yield from ((f"{p}:{name}", length, FUNCTION_MAX) for p in files for name, length in functions(p))
    yield from ((name, size, MODULE_MAX) for name, size in module_sizes().items())
    yield "fat lines", sum(map(fat_lines, files)), 0


def exceptions(text):
    rows = [line.rsplit(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return {what: int(size) for what, size in rows}


def size_faults(sizes, allowed):
    """What is over its limit and its exception, and exceptions that nothing needs any more."""
    unit = {"fat lines": f"of them, the limit is {COLUMNS_MAX} columns for each;"}
    over = [f"{what}: {size} {unit.get(what, 'lines,')} the limit is {max(limit, allowed.get(what, 0))}: cut by idea"
            for what, size, limit in sizes if size > max(limit, allowed.get(what, 0))]
    needed = {what for what, size, limit in sizes if size > limit}
    return over + [f"exceptions.txt names {what}, which is fine or gone: tests/arch/sizes_test.py --tighten"
                   for what in allowed if what not in needed]


def tightened(sizes, allowed):
    return {what: min(size, allowed[what]) for what, size, limit in sizes if size > limit and what in allowed}


@test
def sizes_are_within_the_limits():
    faults = size_faults(list(measured()), exceptions(EXCEPTIONS.read_text()))
    assert not faults, listed(faults)


@test
def planted_sizes_are_seen():
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d, "long.c")
        path.write_text("static int long_one(void)\n{\n" + "\t;\n" * 70 + "}\n/*" + "x" * 109 + "*/\n\t/*" + "x" * 99 + "*/\n")
        assert list(functions(path)) == [("long_one", 73)], list(functions(path))
        assert fat_lines(path) == 2 and line_count(path) == 75, (fat_lines(path), line_count(path))
    sizes = [("a.c", 401, FILE_MAX), ("b.h", 150, HEADER_MAX), ("c.c", 450, FILE_MAX), ("fat lines", 3, 0)]
    faults = size_faults(sizes, {"c.c": 440, "fat lines": 3, "b.h": 160, "gone.c": 500})
    named = [fault.split(": ")[0] for fault in faults]
    assert named == ["a.c", "c.c", "exceptions.txt names b.h, which is fine or gone", "exceptions.txt names gone.c, which is fine or gone"], faults
    assert tightened(sizes, {"c.c": 460, "gone.c": 500}) == {"c.c": 450}


def warnings(sizes):
    return [f"warning: {name} has {size} of {MODULE_MAX} lines: think of where it divides\n" for name, size in sizes.items()
            if size >= WARN_FROM * MODULE_MAX]


@test
def a_planted_module_near_its_limit_is_warned_of():
    assert not warnings({"src/modules/lean": 3399}) and "src/modules/fat has 3400" in warnings({"src/modules/fat": 3400})[0]


def spread(sizes):
    sizes = sorted(sizes)
    return f"median {statistics.median(sizes):.0f}, 90th percentile {sizes[len(sizes) * 9 // 10]}, longest {sizes[-1]}"


def print_figures():
    """The product's own: src and include; lines that are too wide of tests and benches too."""
    files = c_files("src", "include")
    lengths = [length for p in files for _, length in functions(p)]
    print(f"{len(lengths)} functions: {spread(lengths)} lines")
    for kind, suffix in (("files", ".c"), ("headers", ".h")):
        sizes = [line_count(p) for p in files if p.suffix == suffix]
        print(f"{len(sizes)} {kind}: {spread(sizes)} lines")
    print(f"columns: {sum(map(fat_lines, c_files(*ROOMS)))} lines over {COLUMNS_MAX}")
    print("modules: " + ", ".join(f"{pathlib.Path(name).name} {size}" for name, size in module_sizes().items()) + f" lines of {MODULE_MAX}")
    print(f"exceptions: {len(exceptions(EXCEPTIONS.read_text()))}, which may only shrink")
    print(*warnings(module_sizes()), sep="", end="")


if "--tighten" in sys.argv:
    text = EXCEPTIONS.read_text()
    head = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("#"))
    rows = tightened(list(measured()), exceptions(text))
    EXCEPTIONS.write_text(head + "".join(f"{what} {size}\n" for what, size in rows.items()))
    sys.exit()
print_figures()
if "--figures" not in sys.argv:
    run_tests()
