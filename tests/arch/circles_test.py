#!/usr/bin/env python3
"""Arrows go one way: by the names that objects define and ask for, files of a layer or a module stand in no circle but those that
docs/architecture.md defends under "Circles", each as a paragraph that names its files."""
import collections
import functools
import pathlib
import re
import sys
import tempfile

from house import BUILD, compiled, listed, output, run_tests, test

SYMBOL = re.compile(r"^(\S+\.o): (\w+) ([TDBRVCU])\b", re.M)  # of nm -A -P


def product():
    """Every object of the product by the file it was made of; tables that the linker gathers ask for nothing."""
    found = {o.relative_to(BUILD).with_suffix(".c"): o for o in BUILD.glob("src/**/*.o")}
    return {str(source): o for source, o in sorted(found.items()) if source.exists()}


def arrows(objects):
    """{file: {file: names that it asks the other for}}, of {file: object}."""
    name_of = {str(o): name for name, o in objects.items()}
    symbols = [(name_of[o], symbol, kind) for o, symbol, kind in SYMBOL.findall(output("nm", "-g", "-A", "-P", *objects.values()))]
    owner = {symbol: name for name, symbol, kind in symbols if kind != "U"}
    found = {name: collections.defaultdict(list) for name in objects}
    for name, symbol, kind in symbols:
        if kind == "U" and owner.get(symbol, name) != name:
            found[name][owner[symbol]].append(symbol)
    return found


def circles(arrows_of):
    """The strongly connected components of more than one file."""
    def reached(start):
        seen, ahead = set(), [start]
        while ahead:
            fresh = set(arrows_of[ahead.pop()]) - seen
            seen |= fresh
            ahead += fresh
        return seen

    reach = {name: reached(name) for name in arrows_of}
    return sorted({frozenset(other for other in reach[name] if name in reach[other]) for name in arrows_of if name in reach[name]}, key=sorted)


def defended():
    """The source files that each paragraph of the section names."""
    section = pathlib.Path("docs/architecture.md").read_text().split("\n## Circles\n")[1].split("\n## ")[0]
    named = [frozenset(re.findall(r"`(src/\S+\.c)`", paragraph)) for paragraph in section.split("\n\n")]
    return [files for files in named if files]


@functools.cache
def of_product():
    return arrows(product())


def told(circle, arrows_of):
    return "\n  ".join(f"{a} asks {b} for {', '.join(arrows_of[a][b])}" for a in sorted(circle) for b in sorted(arrows_of[a]) if b in circle)


@test
def arrows_go_one_way():
    all_arrows = of_product()
    undefended = [c for c in circles(all_arrows) if c not in defended()]
    assert not undefended, listed(f"turn one of these arrows around, or defend the circle in docs/architecture.md:\n  {told(c, all_arrows)}"
                                  for c in undefended)


@test
def what_is_defended_is_a_circle():
    idle = [sorted(c) for c in defended() if c not in circles(of_product())]
    assert not idle, f"docs/architecture.md defends what is no circle (any more): {idle}"


@test
def a_planted_circle_is_seen():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        planted = {name: compiled(d, f"{name}.c", text) for name, text in {
            "above": "int below(void); int above(void) { return below(); }\n",
            "between": "int above(void); int between(void) { return above(); }\n",
            "below": "int between(void); int below(void) { return between(); }\n",
            "aside": "int above(void); int aside(void) { return above(); }\n"}.items()}
        assert circles(arrows(planted)) == [{"above", "between", "below"}]
        del planted["between"]
        assert not circles(arrows(planted))


if sys.argv[1:] == ["--figures"]:
    print(f"circles of files: {len(circles(of_product()))}, each defended in docs/architecture.md")
    sys.exit()
run_tests()
