#!/usr/bin/env python3
"""The checker of `bench/compare` sees what it is there to see. Nothing need be built for it."""
import copy
import sys

from house import ROOT, run_tests, test

sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "bench/peers")]
import same_answers

SOUND = {"status": 200, "body": {"items": [{"id": "a", "title": "T", "views_count": 3, "created_at": "2026-01-02T03:04:05.678Z", "tags": []}], "next_cursor": "x"}}


def faults(change, written=False):
    planted = copy.deepcopy(SOUND)
    change(planted)
    return list(same_answers.differences(SOUND, planted, "answer", written))


@test
def what_may_differ_may():
    assert not faults(lambda a: a["body"].update(next_cursor="another"))
    assert not faults(lambda a: a["body"]["items"][0].update(views_count=9))
    assert not faults(lambda a: a["body"]["items"][0].update(id="b", created_at="2027-01-02T03:04:05.000Z"), written=True)


@test
def planted_differences_are_seen():
    item = lambda a: a["body"]["items"][0]
    for change in (lambda a: a.update(status=201), lambda a: a["body"].update(next_cursor=None), lambda a: item(a).update(title="t"),
                   lambda a: item(a).pop("tags"), lambda a: item(a).update(more=1), lambda a: item(a).update(tags=None), lambda a: item(a).update(id="b"),
                   lambda a: item(a).update(views_count="3"), lambda a: a["body"]["items"].append({}), lambda a: item(a).update(created_at="2026-01-02")):
        assert len(faults(change)) == 1, faults(change)
    assert faults(lambda a: item(a).update(created_at="yesterday"), written=True)


run_tests()
