"""What Schemathesis is told of us (tests/prove/contract): how an account signs in, again and again while it runs, and things of that
account's, which half of what it makes up is about. Of ids that it makes up itself there is never anything."""
import ast
import collections
import itertools
import os
import threading
import time

import live
import schemathesis
import schemathesis.transport.asgi
import world

POLICY = live.ROOT / "tests/api/policy.tsv"
KINDS = {(method, path): kind for method, path, _, kind, *_ in
         (line.split("\t") for line in POLICY.read_text().splitlines() if line and not line.startswith("#")) if kind != "-"}
WHO = os.environ["CONTRACT_WHO"]  # "": a guest, who is asked about things of others


# CPython 3.11 counts the depth of syntax trees for all threads together, and ends with a SystemError where two are made at once: by Hypothesis,
# which parses lambdas, and by what is first imported in a thread (transport.asgi).
parse, one_at_a_time = ast.parse, threading.RLock()


def parse_alone(*words, **named):
    with one_at_a_time:
        return parse(*words, **named)


ast.parse = parse_alone


class Beside(world.World):
    """The world of a server that runs already."""

    def __init__(self):
        self.server = live.Server.__new__(live.Server)
        self.server.port = int(os.environ["CONTRACT_PORT"])
        self.database = live.Database.__new__(live.Database)
        self.database.conninfo = os.environ["CONTRACT_DATABASE"]
        self.owner, self.superuser = self.of(WHO or "tester"), self.of("chief")

    def of(self, name):
        one = self.client()
        one.name, one.user_id = name, None
        return self.sign_in(one)

    def sign_in(self, one):
        """By the refresh token if there is one, and else patiently: what is made up guesses at this password too, from the same address."""
        answer = one.refresh_token and self.client().post("/auth/token", {"grant_type": "refresh_token", "refresh_token": one.refresh_token})
        for _ in range(20):
            if answer and answer.status == 200:
                break
            answer = self.ask_for_tokens(one)
            if answer.status == 429:
                time.sleep(int(answer.headers["retry-after"]))
        return self.signed_in(one, answer)


world.numbers = itertools.count(1000 * os.getpid())  # others make things beside us
beside, things, asked = Beside(), {}, collections.Counter()
alone = threading.Lock()  # several threads ask


@schemathesis.auth(refresh_interval=600)
class SignIn:
    def get(self, case, context):
        with alone:
            return beside.sign_in(beside.owner).token if WHO else None

    def set(self, case, data, context):
        if data:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def thing(kind, state, ends):
    """The last that was made, until something has ended it."""
    with alone:
        if (kind, state) not in things:
            beside.sign_in(beside.owner)
            beside.sign_in(beside.superuser)
            things[kind, state] = beside.make(kind, state)
        return things.pop((kind, state)) if ends else things[kind, state]


def of_the_path(case):
    """Whether what is wrong with the case, if anything is, is its path."""
    about = getattr(case.meta.phase.data, "parameter_location", None)
    return about is not None and about.value == "path" or any(place.value == "path" and part.mode.value == "negative"
                                                              for place, part in case.meta.components.items())


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.path.removeprefix("/api/v1") if case.path.startswith("/api/v1") else "/" + case.path
    kind, phase = KINDS.get((case.method, path)), case.meta and case.meta.phase.name.value
    asked[case.method, path, phase] += 1
    if not kind or phase == "stateful" or of_the_path(case) or (phase == "fuzzing" and asked[case.method, path, phase] % 2):
        return
    state = "deleted" if path.endswith("/restore") else world.STATES[kind][0]
    one = thing(kind, state, case.method == "DELETE" or path.endswith(("/restore", "/retry", "/discard")))
    case.path_parameters = {name: one["id" if name.endswith("id") else name] for name in case.path_parameters}
