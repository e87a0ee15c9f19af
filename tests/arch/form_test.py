#!/usr/bin/env python3
"""The tree is as .editorconfig says: UTF-8, line ends, the last newline, no blanks at the end of a line, tabs or blanks before it.
Columns are for clang-format and sizes_test.py. Nothing need be built for it."""
import configparser
import fnmatch
import os
import pathlib
import re

from house import ROOT, listed, run_tests, test, tree


def alternatives(glob):
    """fnmatch knows no braces: "*.{c,h}" is ["*.c", "*.h"]."""
    braces = re.search(r"\{([^}]*)\}", glob)
    return [glob[:braces.start()] + word + glob[braces.end():] for word in braces[1].split(",")] if braces else [glob]


def sections():
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    return [([g for g in alternatives(name)], dict(settings[name])) for name in settings.sections() if name != "top"]


def rules_of(path, every=tuple(sections())):
    rules = {}
    for globs, settings in every:
        if any(fnmatch.fnmatch(path if "/" in glob else os.path.basename(path), glob.replace("**", "*")) for glob in globs):
            rules.update(settings)
    return rules


def form_faults(path, content):
    rules = rules_of(path)
    if rules["charset"] == "unset":
        return []
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        return [f"{path}: {fault}"]
    faults = [f"{path}: no newline at the end"] if content and lines[-1] else []
    indent = {"tab": r" {8}", "space": r" *\t"}.get(rules.get("indent_style"), r"(?!)")
    for number, line in enumerate(lines, 1):
        faults += [f"{path}:{number}: a carriage return"] if line.endswith("\r") else []
        faults += [f"{path}:{number}: blanks at the end"] if re.search(r"[ \t]\r?$", line) else []
        faults += [f"{path}:{number}: indented by something else than {rules['indent_style']}s"] if re.match(indent, line) else []
    return faults


@test
def the_tree_is_as_editorconfig_says():
    faults = [fault for path in tree() for fault in form_faults(path, pathlib.Path(path).read_bytes())]
    assert not faults, listed(faults)


@test
def planted_faults_are_seen():
    planted = {"src/a.c": b"int a;\r\n", "src/b.c": b"int b;", "src/c.c": b"int c; \n", "sql/d.sql": b"        SELECT 1;\n", "e.py": b"\tpass\n",
               "docs/f.md": b"\xff\n", "Makefile": b"        x\n"}
    missed = [path for path, content in planted.items() if len(form_faults(path, content)) != 1]
    assert not missed, missed
    assert not form_faults("tests/fuzz/seeds/json/broken", b"\xff \r\n  \t")


run_tests()
