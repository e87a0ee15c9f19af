#!/usr/bin/python3
"""What the API promises, the tests have seen, and what they have seen is described: tests/run calls this when all tests have run.
Clients of the tests write each answer as "method path status code" into $VOBE_TEST_DIR/answers; here the lines are held against
`vobemusic routes --json`: each route has succeeded, and each problem that a route declares was an answer of it. Whole answers,
in replies.*, are held against `vobemusic openapi`: status, headers, media type and body; and a fault that no schema tells is of a route that
finds such (tests/api/faults_test.py has a row for each).

What no test can provoke stands in unprovoked.txt with the reason. That list may only shrink: a line that has become
untrue fails."""
import copy
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from description import Description, template_of  # noqa: E402

BINARY = HERE.parents[1] / os.environ.get("BUILD", "build/setjmp") / "vobemusic"
SUCCESS = "success"


def printed(*words):
    return json.loads(subprocess.run([BINARY, *words], capture_output=True, text=True, check=True, cwd=HERE.parents[1]).stdout)


def routes():
    return {(r["method"], r["path"]): r["problems"] for r in printed("routes", "--json")}


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


def all_that_is_promised_was_seen(promised, lines, replies):
    rows = missing(promised, lines) - excused()
    assert not rows, f"{len(rows)} promises that no test has seen kept:{told(rows)}"


def all_that_is_excused_is_unseen(promised, lines, replies):
    rows = excused() - missing(promised, lines)
    assert not rows, f"unprovoked.txt excuses what was seen or is not promised; take it out:{told(rows)}"


def a_planted_promise_is_missed(promised, lines, replies):
    route = ("GET", "/api/v1/posts/{id}")
    planted = {**promised, route: [*promised[route], "planted"], ("GET", "/planted"): []}
    more = missing(planted, lines) - missing(promised, lines)
    assert more == {(*route, "planted"), ("GET", "/planted", SUCCESS)}, told(more)


def undescribed(document, replies):
    """What each route answered that the document does not say."""
    judge, rows = Description(document), set()
    for reply in replies:
        path = template_of(judge.by_method.get(reply["method"], []), reply["path"]) or reply["path"]
        rows |= {(reply["method"], path, f"{reply['status']}: {fault}") for fault in judge.faults(reply)}
    return rows


def all_that_was_answered_is_described(promised, lines, replies):
    rows = undescribed(printed("openapi"), replies)
    assert len(replies) > 1000, f"only {len(replies)} whole answers"
    assert not rows, f"{len(rows)} answers that /openapi.json does not describe:{told(rows)}"


def a_planted_description_is_refuted(promised, lines, replies):
    document = printed("openapi")
    lacks, wrong, silent = (copy.deepcopy(document) for _ in range(3))
    del lacks["components"]["schemas"]["PostDetail"]["properties"]["title"]
    wrong["components"]["schemas"]["PostDetail"]["properties"]["views_count"]["type"] = "string"
    del silent["paths"]["/api/v1/posts"]["post"]["responses"]["201"]["headers"]["Location"]
    for planted, word in ((lacks, "'title' was unexpected"), (wrong, "is not of type 'string'"), (silent, "the header location")):
        assert any(word in fault for _, _, fault in undescribed(planted, replies)), word


# What the reader of a body tells of it (core/schema/walk.h).
OF_THE_SCHEMA = set("unknown_field required null_not_allowed wrong_type too_short blank too_long too_small too_large too_few too_many not_allowed"
                    " invalid_format invalid_name invalid read_only".split())


def found_by_nobody(finding, replies):
    """Faults of bodies beyond the schema, of routes that have no finder: with others they would come one at a time."""
    by_method, rows = {}, set()
    for method, path in finding:
        by_method.setdefault(method, []).append(path)
    for reply in replies:
        is_problem = "problem+json" in reply["headers"].get("Content-Type", "") and reply["body"]
        problem = json.loads(reply["body"]) if is_problem else {}
        path = template_of(by_method.get(reply["method"], []), reply["path"])
        rows |= {(reply["method"], path, fault["code"]) for fault in problem.get("errors", []) if path and fault["code"] not in OF_THE_SCHEMA
                 and fault["pointer"][:1] in ("", "/") and not finding[reply["method"], path]}
    return rows


def finders():
    return {(r["method"], r["path"]): r["finds"] for r in printed("routes", "--json")}


def all_faults_come_together(promised, lines, replies):
    rows = found_by_nobody(finders(), replies)
    assert not rows, f"{len(rows)} faults beyond the schema of routes without FINDS (vobe/finder.h):{told(rows)}"


def a_planted_fault_is_missed(promised, lines, replies):
    without = {**finders(), ("POST", "/api/v1/posts"): False}
    assert ("POST", "/api/v1/posts", "slug_taken") in found_by_nobody(without, replies)


def replies_of(directory):
    return [json.loads(line) for file in sorted(directory.glob("replies.*")) for line in file.read_text().splitlines()]


def main():
    promised, failed = routes(), 0
    directory = pathlib.Path(os.environ["VOBE_TEST_DIR"])
    lines, replies = directory.joinpath("answers").read_text().splitlines(), replies_of(directory)
    cases = (all_that_is_promised_was_seen, all_that_is_excused_is_unseen, a_planted_promise_is_missed,
             all_that_was_answered_is_described, a_planted_description_is_refuted, all_faults_come_together, a_planted_fault_is_missed)
    for case in cases:
        try:
            case(promised, lines, replies)
        except AssertionError as fault:
            failed += 1
            print(f"{case.__name__}: {fault}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
