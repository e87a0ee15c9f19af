#!/usr/bin/env python3
"""What the API promises, the tests have seen: tests/run calls this when all tests have run. Clients of the tests write each
answer as "method path status code" into $VOBE_TEST_DIR/answers; here the lines are held against `vobemusic routes --json`:
each route has succeeded, and each problem that a route declares was an answer of it.

What no test can provoke stands in unprovoked.txt with the reason. That list may only shrink: a line that has become
untrue fails."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BINARY = HERE.parents[1] / os.environ.get("BUILD", "build/setjmp") / "vobemusic"
SUCCESS = "success"


def routes():
    printed = subprocess.run([BINARY, "routes", "--json"], capture_output=True, text=True, check=True, cwd=HERE.parents[1])
    return {(r["method"], r["path"]): r["problems"] for r in json.loads(printed.stdout)}


def template_of(templates, path):
    """As the router finds it: segment by segment, a literal before a parameter."""
    steps, fits = path.split("/"), [t.split("/") for t in templates]
    fits = [t for t in fits if len(t) == len(steps)]
    for i, step in enumerate(steps):
        literal = [t for t in fits if t[i] == step]
        fits = literal or [t for t in fits if t[i].startswith("{") and step]
    return "/".join(fits[0]) if fits else None


def seen(promised, lines):
    """(method, path, what) of all that was answered: success or the code of a problem."""
    by_method, found = {}, set()
    for method, path in promised:
        by_method.setdefault(method, []).append(path)
    for method, path, status, code in {tuple(line.split(" ")) for line in lines}:
        template = template_of(by_method.get(method, []), path)
        if template:
            found.add((method, template, SUCCESS if int(status) < 400 else code))
    return found


def missing(promised, lines):
    wanted = {(*route, what) for route, problems in promised.items() for what in [SUCCESS, *problems]}
    return wanted - seen(promised, lines)


def excused():
    """"METHOD path code: reason" a line."""
    rows = [line for line in (HERE / "unprovoked.txt").read_text().splitlines() if line and not line.startswith("#")]
    bare = [row for row in rows if not row.partition(": ")[2]]
    assert not bare, f"unprovoked.txt: no reason for {bare}"
    return {tuple(row.partition(": ")[0].split(" ")) for row in rows}


def told(rows):
    return "".join(f"\n  {' '.join(row)}" for row in sorted(rows))


def all_that_is_promised_was_seen(promised, lines):
    rows = missing(promised, lines) - excused()
    assert not rows, f"{len(rows)} promises that no test has seen kept:{told(rows)}"


def all_that_is_excused_is_unseen(promised, lines):
    rows = excused() - missing(promised, lines)
    assert not rows, f"unprovoked.txt excuses what was seen or is not promised; take it out:{told(rows)}"


def a_planted_promise_is_missed(promised, lines):
    route = ("GET", "/api/v1/posts/{id}")
    planted = {**promised, route: [*promised[route], "planted"], ("GET", "/planted"): []}
    more = missing(planted, lines) - missing(promised, lines)
    assert more == {(*route, "planted"), ("GET", "/planted", SUCCESS)}, told(more)


def main():
    promised, failed = routes(), 0
    lines = pathlib.Path(os.environ["VOBE_TEST_DIR"], "answers").read_text().splitlines()
    cases = (all_that_is_promised_was_seen, all_that_is_excused_is_unseen, a_planted_promise_is_missed)
    for case in cases:
        try:
            case(promised, lines)
        except AssertionError as fault:
            failed += 1
            print(f"{case.__name__}: {fault}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
