#!/usr/bin/env python3
"""Walls by what the linker sees. One binary holds everything, so the linker itself refuses nobody's call: here each module and
each layer is asked which names it does not define itself, and whether it may use them. Planted calls are refused."""
import contextlib
import pathlib
import re
import tempfile

from house import BUILD, CC, MODULES, compiled, layers, listed, output, run_tests, test
from symbols import (LOADER, RESERVED, asked_for, declared_by_vobe, defined_in, exported, flags_of, generated, layer_objects, libc,
                     library, module_packages, names, our_layers, owner)


def everybody_may(name):
    return name in libc() or RESERVED.match(name) is not None


def module_objects(name):
    return [BUILD / f"modules/{name}.o"]


def module_advice(module, name):
    kind, who = owner(name)
    refused = layers()["modules/X"].refused
    if name in LOADER:
        return "the dynamic loader leads around every wall: link to the library instead"
    if kind == "layer":
        return (f"which is inside src/{who}: say what is wanted in words of include/vobe; "
                "declare it there only if every module may call it")
    if kind == "library" and who in refused:
        return f"which {who} has: no module may; include/vobe has what modules need of it"
    if kind == "library":
        return f"which {who} has: name it in {module}_packages of src/modules/{module}/module.mk, with the reason"
    if kind == "module":
        return f"which is module {who}: modules know each other by include/contracts only"
    return "which neither include/vobe nor a library of its module.mk has"


def module_faults(module, objects, further=()):
    """What the objects, being the module, ask for and may not; `further` are libraries named besides those of module.mk."""
    refused = layers()["modules/X"].refused
    packages = [*module_packages(module), *further]
    named = [p for p in packages if p in refused]
    faults = [f"src/modules/{module}/module.mk names {p}: no module may; include/vobe has what modules need of it" for p in named]
    foreign = {n for n in asked_for(objects) if not everybody_may(n)}
    allowed = frozenset().union(*(library(p) for p in packages if p not in refused))
    seen = declared_by_vobe(frozenset(foreign))
    ours = frozenset().union(*map(defined_in, our_layers()))
    return faults + [f"{module} calls {n}, {module_advice(module, n)}" for n in sorted(foreign - allowed - (seen & ours))]


def layer_advice(name):
    kind, who = owner(name)
    if kind == "layer":
        return f"which src/{who} has: turn it around (take it as a parameter, or let src/{who} register it), or"
    if kind == "library":
        return f"which {who} has:"
    return "which nobody has that the table knows:"


def layer_faults(layer, objects):
    row = layers()[layer]
    allowed = frozenset().union(row.functions, *map(defined_in, row.uses), *map(library, row.libraries), generated())
    if row.sees_modules:
        allowed |= {f"{m}_module" for m in MODULES}
    foreign = {n for n in asked_for(objects) if not everybody_may(n)} - allowed
    return [f"src/{layer} calls {n}, {layer_advice(n)} the row of src/{layer} in docs/architecture.md must allow it"
            for n in sorted(foreign)]


@test
def modules_ask_only_for_what_they_may():
    faults = [fault for m in MODULES for fault in module_faults(m, module_objects(m))]
    assert not faults, listed(faults)


@test
def layers_ask_only_for_what_they_may():
    here = {p.name for p in pathlib.Path("src").iterdir() if p.is_dir()} - {"modules"}
    assert here == set(our_layers()), f"docs/architecture.md has no row for, or src no directory of, {here ^ set(our_layers())}"
    faults = [fault for name in our_layers() for fault in layer_faults(name, layer_objects(name))]
    assert not faults, listed(faults)


@test
def every_library_named_is_called():
    named = {**{f"src/modules/{m}/module.mk": (module_packages(m), module_objects(m)) for m in MODULES},
             **{f"the row of src/{n} in docs/architecture.md": (layers()[n].libraries, layer_objects(n)) for n in our_layers()}}
    idle = [f"{where} names {p}, which it does not call: take it out" for where, (packages, objects) in named.items()
            for p in packages if not asked_for(objects) & exported(flags_of(p)[0])]
    assert not idle, listed(idle)


@test
def the_table_reads_the_same_from_both_sides():
    for name in our_layers():
        users = [other for other in our_layers() if name in layers()[other].uses]
        assert [u for u in layers()[name].used_by if u != "nobody"] == users, f"src/{name} is used by {users}: correct its row"


@test
def each_module_is_one_symbol():
    for name in MODULES:
        shown = {s for s in names(*module_objects(name), defined=True) if not RESERVED.match(s)}
        assert shown == {f"{name}_module"}, f"{name} shows {shown}"


@contextlib.contextmanager
def planted_calls(objects, functions):
    """The objects as one, with a call of each of the functions added to them."""
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        text = "".join(f"void *{f}(void);\nvoid *call_of_{f}(void) {{ return {f}(); }}\n" for f in functions)
        planted, whole = compiled(d, "planted.c", text, ["-fno-builtin", "-w"]), pathlib.Path(d, "whole.o")
        output("ld", "-r", "-o", whole, *objects, planted)
        yield [whole]


def assert_refused(faults_of, who, objects, functions):
    with planted_calls(objects, functions) as planted:
        faults = faults_of(who, planted)
    passed = [f for f in functions if not any(re.search(rf"\bcalls {f}\b", fault) for fault in faults)]
    assert not passed and len(faults) == len(functions), f"planted in {who} and not refused: {passed}; {faults}"


def an_inside_of(layer):
    """A function that a layer has for itself and those above: not declared by include/vobe."""
    own = defined_in(layer) - declared_by_vobe(frozenset(n for n in defined_in(layer) if n.isidentifier()))
    return sorted(n for n in own if n.isidentifier() and not RESERVED.match(n))[0]


LIBRARY_CALLS = {"PQconnectdb": "libpq", "event_base_new": "libevent_core", "deflate": "zlib"}


def foreign_to(packages):
    return [function for function, package in LIBRARY_CALLS.items() if package not in packages]


@test
def calls_planted_in_modules_are_refused():
    for module in MODULES:
        other = next(m for m in MODULES if m != module)
        foreign = [*foreign_to(module_packages(module)), "http_port", "pool_of", f"{other}_module", "dlsym", "no_such_name"]
        assert_refused(module_faults, module, module_objects(module), [*foreign, *map(an_inside_of, our_layers())])


@test
def the_planted_names_are_what_they_stand_for():
    whose = {**{f: ("library", package) for f, package in LIBRARY_CALLS.items()}, "http_port": ("layer", "http"), "pool_of": ("layer", "db")}
    assert {name: owner(name) for name in whose} == whose, {name: owner(name) for name in whose}


@test
def a_module_may_not_name_the_database_or_the_loop():
    for package in layers()["modules/X"].refused:
        assert module_faults(MODULES[0], module_objects(MODULES[0]), [package]), f"{MODULES[0]} may name {package}"


@test
def calls_planted_in_layers_are_refused():
    for name in our_layers():
        row = layers()[name]
        above = [other for other in our_layers() if other not in [name, *row.uses]]
        foreign = [*foreign_to(row.libraries), *map(an_inside_of, above), "dlsym", "no_such_name"]
        assert_refused(layer_faults, name, layer_objects(name), foreign)


@test
def calls_of_what_is_allowed_pass():
    with planted_calls(module_objects(MODULES[0]), ["arena_alloc", "change_commit", "strlen", "__stack_chk_fail"]) as planted:
        assert not module_faults(MODULES[0], planted), module_faults(MODULES[0], planted)


@test
def a_foreign_function_does_not_link():
    """Another module's function is a name in its objects, and yet undefined: the linker refuses it."""
    name = MODULES[0]
    own = names(*BUILD.glob(f"src/modules/{name}/*.o"), defined=True) - {f"{name}_module"}
    victim = min(symbol for symbol in own if re.fullmatch(r"[a-z]\w*", symbol))  # none that a sanitizer made
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        planted = compiled(d, "planted.c", f"int {victim}(void);\nint main(void) {{ return {victim}(); }}\n")
        whole = pathlib.Path(d, "whole.o")
        output("ld", "-r", "-o", whole, planted, *module_objects(name))
        assert victim in asked_for([whole]), f"{victim} of {name} can be called from outside"


run_tests()
