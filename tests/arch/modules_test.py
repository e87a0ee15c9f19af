#!/usr/bin/env python3
"""Who needs, tells and hears whom, by the modules' own tables (`vobemusic modules`): the graph of docs/architecture.md is the
true one, and a module sees the contracts of what it needs and hears, and no others. `--write` brings the graph up to date."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from house import BUILD, MODULES, compiled, dependencies, listed, output, run_tests, test

DOCUMENT = pathlib.Path("docs/architecture.md")
BLOCK = re.compile(r"(?<=<!-- vobemusic modules --graph -->\n).*?(?=<!-- end -->)", re.S)


def drawn():
    return "```mermaid\n" + output(BUILD / "vobemusic", "modules", "--graph") + "```\n"


def tables():
    return {m["name"]: m for m in json.loads(output(BUILD / "vobemusic", "--json", "modules"))["modules"]}


@test
def the_graph_of_the_document_is_the_true_one():
    assert BLOCK.search(DOCUMENT.read_text()).group() == drawn(), f"bring {DOCUMENT} up to date: tests/arch/modules_test.py --write"


@test
def text_and_json_say_the_same():
    text = output(BUILD / "vobemusic", "modules")
    assert set(tables()) == set(MODULES), set(tables()) ^ set(MODULES)
    for name, m in tables().items():
        own = re.search(rf"^{name}\n((?:  .*\n)*)", text, re.M).group(1)
        for verb, words in (("needs", m["needs"]), ("offers", m["offers"]), ("tells", m["tells"]),
                            ("hears", [s["subscription"] for s in m["hears"]])):
            assert re.findall(rf"^  {verb} +(\S+)", own, re.M) == words, f"{name} {verb} {words}, but the text says {own}"


def declared(contract, macro):
    """The names in quotes that a contract declares with SERVICE, or in the E rows of its table of events."""
    return set(re.findall(rf'(?:^|\s){macro}\(\w+,\s*"([\w.]+)"', pathlib.Path(contract).read_text(), re.M))


def contract_faults(module, contracts):
    """Contracts that a module sees and has no use for by its tables."""
    faults = []
    for contract in sorted(contracts):
        owner = pathlib.Path(contract).stem
        heard = {topic for s in module["hears"] for topic in s["events"]}
        used = declared(contract, "SERVICE") & set(module["needs"]) or declared(contract, "E") & heard
        if owner in MODULES and owner != module["name"] and not used:
            faults.append(f"{module['name']} includes {contract} and neither needs a service nor hears an event of it: "
                          f"add it to needs or hears in src/modules/{module['name']}, or leave the header")
    return faults


def contracts_seen(name):
    seen = {d for d_file in BUILD.glob(f"src/modules/{name}/**/*.d") if d_file.relative_to(BUILD).with_suffix(".c").exists()
            for d in dependencies(d_file)}
    return {d for d in seen if d.startswith("include/contracts/")}


@test
def modules_see_the_contracts_of_what_they_need_and_hear():
    faults = [fault for name, m in tables().items() for fault in contract_faults(m, contracts_seen(name))]
    assert not faults, listed(faults)


@test
def modules_see_what_they_need():
    """A need without the contract in any object is none."""
    for name, m in tables().items():
        seen = {service for contract in contracts_seen(name) for service in declared(contract, "SERVICE")}
        assert set(m["needs"]) <= seen, f"{name} needs {set(m['needs']) - seen} and includes no contract of it: take it out of needs"


@test
def planted_contracts_are_refused():
    planted = {"name": "planted", "needs": ["auth.cards"], "hears": [{"events": ["post.created"]}]}
    assert not contract_faults(planted, {"include/contracts/auth.h", "include/contracts/content.h"}), "what it needs and hears"
    for contract in ("artist.h", "documents/content.h", "operator/auth.h", "comment.h"):
        assert contract_faults(planted, {f"include/contracts/{contract}"}), f"{contract} is neither needed nor heard"


@test
def services_are_taken_by_their_getters():
    """The name and its struct belong together: only SERVICE knows how to get one by name."""
    takers = [str(p) for p in pathlib.Path("src").rglob("*.[ch]") if re.search(r"\bservice_named\b", p.read_text())]
    assert takers == ["src/app/service.c"], f"{takers} ask for a service by name: use the getter that SERVICE declares in its contract"


def compiles(text):
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        try:
            compiled(d, "planted.c", '#include "contracts/artist.h"\n#include "contracts/documents/artist.h"\n' + text,
                     ["-Werror=incompatible-pointer-types"])
        except subprocess.CalledProcessError as fault:
            assert "artist_cards" in fault.stderr, fault.stderr
            return False
    return True


@test
def another_struct_under_a_service_s_name_does_not_compile():
    take = "const struct {0} *take(void);\nconst struct {0} *take(void)\n{{\n\treturn artist_cards_service();\n}}\n"
    offer = "static const struct {0} table;\nconst struct service services[] = {{OFFER(artist_cards, table), {{0}}}};\n"
    for planted in (take, offer):
        assert compiles(planted.format("artist_cards")), "the right struct"
        assert not compiles(planted.format("artist_documents")), "another struct"


if "--write" in sys.argv:
    DOCUMENT.write_text(BLOCK.sub(lambda _: drawn(), DOCUMENT.read_text()))
    sys.exit()
run_tests()
