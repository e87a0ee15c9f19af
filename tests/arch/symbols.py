"""Who defines which name and who asks for it, by nm: our layers, the libraries, libc, and what include/vobe declares."""
import functools
import os
import pathlib
import re
import subprocess

from house import BUILD, CC, MODULES, layers, output

# The doors of the dynamic loader: behind them every name of the process.
LOADER = {"dlopen", "dlmopen", "dlsym", "dlvsym"}
# C11 7.1.3: these names are the implementation's. The compiler asks for them (stack protector, sanitizers, coverage).
RESERVED = re.compile(r"_[_A-Z]")


def names(*files, defined, dynamic=False):
    """The global names that the files define, or ask for."""
    if not files:
        return set()
    flags = ["--defined-only"] if defined else ["--undefined-only"]
    out = output("nm", "-g", *flags, *(["-D"] if dynamic else []), *files)
    return {line.split()[-1].split("@")[0] for line in out.splitlines() if len(line.split()) in (2, 3)}


def asked_for(objects):
    """What the objects ask for and do not define among themselves."""
    return names(*objects, defined=False) - names(*objects, defined=True)


def library_file(name):
    return output(*CC, f"-print-file-name={name}").strip()


def flags_of(package):
    """-l flags of a package of pkg-config; "-lname" stands for itself."""
    return [package] if package.startswith("-l") else output("pkg-config", "--libs-only-l", package).split()


@functools.cache
def exported(flag):
    return frozenset(names(library_file(f"lib{flag[2:]}.so"), defined=True, dynamic=True))


def library(package):
    """Every name that linking to `package` brings."""
    return frozenset().union(*map(exported, flags_of(package)))


@functools.cache
def libc():
    found = names(library_file("libc.so.6"), library_file("libm.so.6"), defined=True, dynamic=True)
    return frozenset((found | names(library_file("libc_nonshared.a"), defined=True)) - LOADER)


@functools.cache
def declared_by_vobe(asked):
    """Those of the names that a header of include/vobe declares: the compiler is asked for each."""
    headers = "".join(f'#include "{h.relative_to("include")}"\n' for h in sorted(pathlib.Path("include/vobe").rglob("*.h")))
    question = headers + "".join(f"__typeof__({name}) *asked_{i};\n" for i, name in enumerate(sorted(asked)))
    every_error = ["-ferror-limit=0"] if "clang" in output(*CC, "--version") else ["-fmax-errors=0"]
    done = subprocess.run([*CC, "-std=gnu11", "-D_GNU_SOURCE", "-Iinclude", "-w", *every_error, "-fsyntax-only", "-x", "c", "-"],
                          input=question, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    unknown = set(re.findall(r"error: (?:use of undeclared identifier )?'(\w+)'", done.stderr))
    assert unknown <= asked and (unknown or done.returncode == 0), done.stderr
    return frozenset(asked - unknown)


def layer_objects(name):
    return [o for o in sorted(BUILD.glob(f"src/{name}/**/*.o")) if o.relative_to(BUILD).with_suffix(".c").exists()]


@functools.cache
def defined_in(name):
    """What a layer defines; what is generated from sql/ and src/modules is the bottom's and the top's."""
    return frozenset(names(*layer_objects(name), defined=True))


def generated():
    return names(*BUILD.glob("gen/*.o"), defined=True)


def our_layers():
    return [name for name in layers() if not name.startswith("modules")]


def module_packages(name):
    """What module.mk names: `<name>_packages` of pkg-config, and `<name>_libs` for what has none."""
    path = pathlib.Path("src/modules", name, "module.mk")
    text = path.read_text() if path.exists() else ""
    found = re.findall(rf"^{name}_(?:packages|libs)\s*:=\s*(.*)$", text, re.M)
    return [word for line in found for word in line.split()]


def known_packages():
    """Every library that the product links to."""
    by_layers = [p for name in our_layers() for p in layers()[name].libraries]
    return sorted({*by_layers, *(p for m in MODULES for p in module_packages(m))})


def owner(name):
    """(kind, who) of a name: "layer" src/x, "library" package, "module" X, or "nobody"."""
    for layer in our_layers():
        if name in defined_in(layer):
            return "layer", layer
    for package in known_packages():
        if name in exported(flags_of(package)[0]):
            return "library", package
    module = name.removesuffix("_module")
    return ("module", module) if module in MODULES and module != name else ("nobody", "")
