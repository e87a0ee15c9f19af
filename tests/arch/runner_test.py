#!/usr/bin/env python3
"""No test is forgotten and none is stale: what is written is run, and what is gone neither runs nor links. Each is shown to
hold by planting the mistake and seeing it refused."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.chdir(ROOT)
BUILD = pathlib.Path(os.environ.get("BUILD", "build/setjmp"))
SOURCES = sorted(pathlib.Path("tests").rglob("*_test.c"))
REGISTERED_ELSEWHERE = re.compile(r"\b(START_TEST|END_TEST|tcase_add\w*|suite_create|srunner_\w+|int main)\b")
WRITTEN = re.compile(r"^(?:TASK_)?TEST(?:_EACH|_DIES)?\((\w+)", re.MULTILINE)
results = []


def test(fn):
    try:
        fn()
        results.append(True)
    except AssertionError as fault:
        results.append(False)
        print(f"{fn.__name__}: {fault}")


def run(*words, **environment):
    """Without what a make that runs us has told its children."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "CK_"))}
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, env=dict(inherited, **environment))


def written(text):
    """Names of the tests in a source; those that only some builds have (#if) apart."""
    always, depth = [], 0
    for line in text.splitlines():
        depth += line.startswith("#if") - line.startswith("#endif")
        always += [line] * (depth == 0)
    return set(WRITTEN.findall(text)), set(WRITTEN.findall("\n".join(always)))


def what_is_written_is_run():
    for source in SOURCES:
        every, always = written(source.read_text())
        listed = run(BUILD / source.with_suffix(""), "--list")
        assert listed.returncode == 0, f"{source}: {listed.stderr}"
        names = set(listed.stdout.split())
        assert always <= names <= every, f"{source}: not in the table {always - names}, not in the source {names - every}"


def there_is_no_other_form():
    for path in sorted(pathlib.Path("tests").rglob("*.[ch]")):
        text = path.read_text()
        if path.parts[1] != "fuzz" and path not in (pathlib.Path("tests/support/main.c"), pathlib.Path("tests/support/test.h")):
            found = REGISTERED_ELSEWHERE.search(text)
            assert not found, f"{path} has {found.group(0)}: tests are written as TEST, see tests/support/test.h"
            assert path in SOURCES or not WRITTEN.search(text), f"{path} has tests, and is not named ..._test.c"


def planted(directory, **sources):
    """The tests made of these texts; how their binary links."""
    paths = []
    for name, text in sources.items():
        paths.append(pathlib.Path(directory, f"{name}.c"))
        paths[-1].write_text('#include "support/test.h"\n#include <signal.h>\n#include <stdlib.h>\n' + text)
    flags = run("pkg-config", "--cflags", "--libs", "check").stdout.split()
    return run("cc", "-std=gnu11", "-D_GNU_SOURCE", "-Itests", *paths, "tests/support/main.c", *flags, "-o", f"{directory}/planted")


def planted_tests_run_and_count():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        text = ("static void open_it(void) { setenv(\"OPEN\", \"1\", 1); }\nTEST(bare) { ck_assert(!getenv(\"OPEN\")); }\n"
                "SCENE(open_it, NULL);\nTEST(within) { ck_assert(getenv(\"OPEN\")); }\nTEST_EACH(each, i, 3) { ck_assert_int_lt(i, 2); }\n"
                "TEST_DIES(dies, SIGABRT) { abort(); }\nTEST_DIES(lives, SIGABRT) { }\nTEST(fails) { ck_abort(); }\n")
        assert planted(d, one=text).returncode == 0
        ran = run(f"{d}/planted", CK_VERBOSITY="normal")
        assert ran.returncode != 0 and "Checks: 8, Failures: 3, Errors: 0" in ran.stdout, ran.stdout
        assert all(f":{name}:" in ran.stdout for name in ("fails", "lives", "each")), ran.stdout
        assert run(f"{d}/planted", "within", "bare").returncode == 0, "single tests run by their names"
        assert run(f"{d}/planted", "nothing_of_that_name").returncode != 0, "nothing ran, and that is no success"


def planted_files_without_tests_do_not_link():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        linked = planted(d, none="")
        assert linked.returncode != 0 and "__start_vobe_tests" in linked.stderr, linked.stderr
        assert planted(d, one="TEST(a) { }\n", two="TEST(b) { }\n").returncode == 0
        assert "tests stand in one file" in run(f"{d}/planted").stderr


def planted_stale_binary_does_not_run():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        stale = pathlib.Path(d, "tests/core/planted_test")
        stale.parent.mkdir(parents=True)
        stale.write_text("#!/bin/sh\necho '100%: Checks: 1, Failures: 0, Errors: 0'\n")
        stale.chmod(0o755)
        listed = run("tests/run", "--list", BUILD=d).stdout.split()
        assert str(stale) not in listed and f"{d}/tests/core/arena_test" in listed, listed
        ran = run("tests/run", "core/arena_test", BUILD=d)
        assert ran.returncode != 0 and "0 passed, 1 failed" in ran.stdout, f"a test that was not built: {ran.stdout}"
        assert "failed: tests_core_arena_test" in ran.stdout.splitlines()[-4:-1], f"what failed is told at the end: {ran.stdout}"


def planted_tree(root):
    """A small tree of the Makefile: a layer of two files, and a test with a scene beside it."""
    for name, text in {"src/core/kept.c": "int kept(void);\nint kept(void) { return 1; }\n",
                       "src/core/gone.c": "int gone(void);\nint gone(void) { return 2; }\n",
                       "tests/core/scene.c": "int scene(void);\nint scene(void) { return 3; }\n",
                       "tests/core/planted_test.c": '#include "support/test.h"\nint kept(void), scene(void);\n'
                                                    "TEST(sum) { ck_assert_int_eq(kept() + scene(), 4); }\n"}.items():
        path = pathlib.Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy("Makefile", root)
    shutil.copytree("tests/support", pathlib.Path(root, "tests/support"), ignore=lambda _, names: set(names) - {"main.c", "test.h"})


def planted_removals_reach_archives_and_binaries():
    with tempfile.TemporaryDirectory(prefix="vobe-planted") as d:
        def make(goal):
            return run("make", "-s", "-C", d, "BUILD=b", goal)

        planted_tree(d)
        built = make("b/tests/core/planted_test")
        assert built.returncode == 0 and run(f"{d}/b/tests/core/planted_test").returncode == 0, built.stderr
        pathlib.Path(d, "src/core/gone.c").unlink()
        assert make("b/libcore.a").returncode == 0
        assert run("ar", "t", f"{d}/b/libcore.a").stdout.split() == ["kept.o"], "an object without a source is in the archive"
        pathlib.Path(d, "tests/core/scene.c").unlink()
        built = make("b/tests/core/planted_test")
        assert built.returncode != 0 and "undefined reference to `scene'" in built.stderr, built.stderr


for case in (what_is_written_is_run, there_is_no_other_form, planted_tests_run_and_count, planted_files_without_tests_do_not_link,
             planted_stale_binary_does_not_run, planted_removals_reach_archives_and_binaries):
    test(case)
print(f"{results.count(True)} passed, {results.count(False)} failed")
sys.exit(not all(results))
