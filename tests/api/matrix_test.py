#!/usr/bin/env python3
"""The authorisation matrix: every route of the binary, asked by everybody, about things of somebody's in every state. What must come out
stands in policy.tsv and nowhere else: a route that is not there fails, and so does a line of no route.

A line names method, path, who may call, and the kind of thing the path names; then for a guest, somebody else, the owner, a moderator and a
superuser one status for each state of that kind (tests/support/world.py, STATES). The last column is for credentials that are none (a
suspended account's, one that has expired, one that was revoked, a refresh token in place of an access token): 401, or "guest" where they are
not looked at."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import asking
import world
from world import STATES

POLICY = HERE / "policy.tsv"
ASKERS = ["guest", "other", "owner", "moderator", "superuser"]
DEAD = ["suspended", "expired", "revoked", "refresh"]


def wanted():
    """{(method, path): (who, kind, {asker: [status of each state]}, what the dead get)}"""
    lines = [line.split("\t") for line in POLICY.read_text().splitlines() if line and not line.startswith("#")]
    return {(method, path): (who, kind, {asker: [int(n) for n in cells.split(",")] for asker, cells in zip(ASKERS, rest)}, rest[-1])
            for method, path, who, kind, *rest in lines}


def asker_of(route, name):
    if route in asking.ENDS_THE_ASKER and name != "guest":
        return w.person("brief", name if name in ("moderator", "superuser") else "user")
    return getattr(w, name)


class Things:
    """What a route is tried on: for a GET the same for all that ask, otherwise new each time."""

    def __init__(self):
        self.kept = {}

    def of(self, route, kind, state):
        if route[0] != "GET":
            return w.make(kind, state)
        if (kind, state) not in self.kept:
            self.kept[kind, state] = w.make(kind, state)
        return self.kept[kind, state]


def cells(route, kind):
    """{asker: [status of each state]}"""
    return {name: [asking.ask(w, route, asker_of(route, name), things.of(route, kind, state)).status for state in STATES[kind]] for name in ASKERS}


def faults_of(route, line):
    who, kind, expected, _ = line
    for name, got in cells(route, kind).items():
        for state, status, wish in zip(STATES[kind], got, expected[name]):
            if status != wish:
                yield f"{' '.join(route)} as {name}, {kind} {state}: {status}, not {wish}"


def told(faults):
    return f"{len(faults)} cells:\n  " + "\n  ".join(faults)


def disagreements(table, policy):
    missing = [f"{m} {p}: add a line to tests/api/policy.tsv" for m, p in table.keys() - policy.keys()]
    more = [f"{m} {p}: there is no such route; take its line out of tests/api/policy.tsv" for m, p in policy.keys() - table.keys()]
    differ = [f"{m} {p}: the table says {table[m, p]}, the policy {policy[m, p][0]}" for m, p in table.keys() & policy.keys()
              if table[m, p] != policy[m, p][0]]
    return sorted(missing + more + differ)


def the_policy_names_every_route_and_no_other():
    faults = disagreements(asking.routes(w), wanted())
    assert not faults, told(faults)


def a_planted_route_is_missed():
    table, policy = asking.routes(w), wanted()
    before = disagreements(table, policy)
    table["GET", "/planted"], table["GET", "/posts"] = "anyone", "superuser"
    assert len(disagreements(table, policy)) == len(before) + 2


def a_line_fits_who_may_call():
    """What the route's row promises shows in the line: below that role nobody gets in."""
    lowest = {"anyone": 0, "user": 1, "moderator": 3, "superuser": 4}
    for route, (who, kind, expected, _) in wanted().items():
        assert all(len(row) == len(STATES[kind]) for row in expected.values()) and len(expected) == len(ASKERS), route
        for place, name in enumerate(ASKERS):
            refused = {401} if name == "guest" else {403}
            shut = place < lowest[who]
            assert (set(expected[name]) == refused) if shut else (401 not in expected[name]), (route, name)


def every_cell_is_as_the_policy_says():
    known = asking.routes(w)
    faults = [fault for route, line in wanted().items() if route in known for fault in faults_of(route, line)]
    assert not faults, told(faults)
    print(f"{sum(len(STATES[kind]) * len(ASKERS) for _, kind, _, _ in wanted().values())} cells")


def what_is_no_credential_opens_nothing():
    known, faults = asking.routes(w), []
    for name, client in w.dead_credentials().items():
        for route, (_, kind, expected, dead) in wanted().items():
            for i, state in enumerate(STATES[kind]) if route in known else ():
                status = expected["guest"][i] if dead == "guest" else int(dead)
                got = asking.ask(w, route, client, things.of(("GET", ""), kind, state)).status
                if got != status:
                    faults.append(f"{' '.join(route)} as {name}, {kind} {state}: {got}, not {status}")
    assert not faults, told(faults)


def print_policy():
    """What is true now, as a policy: to be judged before it is copied. Of the routes that the policy lacks; `--print all` of all."""
    for route, who in asking.routes(w).items():
        if route in wanted() and "all" not in sys.argv:
            continue
        kind = wanted()[route][1] if route in wanted() else guess(route[1])
        found = cells(route, kind)
        print("\t".join([*route, who, kind, *(",".join(map(str, found[name])) for name in ASKERS), "401"]), flush=True)


def guess(path):
    if "{" not in path:
        return "-"
    nouns = {"posts": "post", "comments": "comment", "artists": "artist", "albums": "album", "tracks": "track", "users": "user",
             "sessions": "session", "tickets": "ticket", "dead-letters": "dead_letter", "tags": "tag", "problems": "problem",
             "mails": "mail"}
    return next(nouns[step] for step in path.partition("{")[0].split("/")[::-1] if step in nouns)


w = world.World()
things = Things()
if "--print" in sys.argv:
    print_policy()
    code = 0
else:
    code = world.live.run([the_policy_names_every_route_and_no_other, a_planted_route_is_missed, a_line_fits_who_may_call, every_cell_is_as_the_policy_says,
                           what_is_no_credential_opens_nothing])
w.close()
sys.exit(code)
