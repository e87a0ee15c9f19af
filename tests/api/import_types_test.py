#!/usr/bin/env python3
"""Every type of JSON at every member of every kind of line, and broken texts: each line is told or taken, and the import survives it."""
import functools
import json
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import imports
import live

database, server = live.migrated()
ARTIST, POST = imports.artist(name="Root zq"), imports.post(title="Root zq")
ALBUM = imports.album(ARTIST["id"], title="Root zq")
LINES = {"artists": imports.artist, "albums": lambda **m: imports.album(ARTIST["id"], **m), "tracks": lambda **m: imports.track(ALBUM["id"], **m),
         "posts": imports.post, "comments": lambda **m: imports.comment(POST["id"], **m)}
VALUES = [None, True, 0, -1, 1.5, 10 ** 30, "", "x", "\u200b", "0", "2020-01-01", "00000000-0000-0000-0000-000000000000", "https://a.example/", "é" * 300, "y" * 70000, [], {}, [[]], [{}],
          [None], [1, "x", None, {}], ["x"] * 50, {"name": "x"}, {"name": None}, {"a": {"b": ["c"]}}, [{"name": []}], [{"id": "x", "role": 1}], {"": ""}]


@functools.cache
def members():
    """What lines may hold, by the description of the API; and names of other systems."""
    schemas = json.loads(server.command("openapi").stdout)["components"]["schemas"]
    names = set().union(*(set(schemas[of]["properties"]) for of in ("Artist", "Album", "Track", "PostDetail", "Comment")))
    assert {"social_links", "release_date", "track_number", "published_at", "parent_id"} <= names, names
    return sorted(names | {"user", "spam", "post_bucket", "artist_ids", "draft", "visibility", "", "a/b~c"})


def rooted():
    done = imports.load(server, {"artists": [ARTIST], "albums": [ALBUM], "posts": [POST]})
    assert done.code == 0 and done["added"] == 3, done


def judged(kind, rows):
    """Every line is one of: added, there already, spam, or refused with its number."""
    done = imports.load(server, {kind: rows}, "--buckets", "--update")
    assert done.code in (0, 65) and done.counts, done
    assert done["lines"] == len(rows) == done["added"] + done["present"] + done["refused"] + done["spam"], done.counts
    numbers = {int(n) for n in re.findall(rf"{kind}\.jsonl:(\d+): .*left out$", done.told, re.M)}
    assert len(numbers) == done["refused"], (len(numbers), done.counts)
    return done, numbers


def every_type_at_every_member():
    for kind, line in LINES.items():
        rows = [line(**{name: value}) for name in members() for value in VALUES]
        done, _ = judged(kind, rows)
        assert done["added"] > 0 and done["refused"] > 0, done.counts


def every_pair_of_odd_members():
    chance = random.Random(11)
    for kind, line in LINES.items():
        rows = [line(**{name: chance.choice(VALUES) for name in chance.sample(members(), chance.randint(2, 12))}) for _ in range(400)]
        judged(kind, rows)


def lines_that_are_no_objects():
    texts = ["1", '"x"', "null", "true", "{", "}", "{}", '{"id"}', '{"id":}', '{"a":1,"a":2}', "\x00", "\ufffe", '{"id":"\\ud800"}', "nonsense", "{'id':1}",
             '{"a":' * 100 + "1" + "}" * 100, "[" * 20, "//", '{"id":1e999}', '{"id":' + "9" * 5000 + "}"]
    for kind in LINES:
        rows = [b"\xff\xfe\xfa", b'{"id":"\xc3("}', *texts]
        done = imports.load(server, {kind: [b"{}", *rows]})
        assert done.code == 65 and done["refused"] == done["lines"] == len(rows) + 1, done


def broken_lines_of_a_good_file():
    chance = random.Random(5)
    good = json.dumps({**imports.artist(), "genres": ["a"], "social_links": {"x": "https://a.example"}}).encode()
    rows = [b"{}"]
    for _ in range(400):
        text = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            text[chance.randrange(len(text))] = chance.choice([b for b in range(256) if b != 10])
        rows.append(bytes(text) if bytes(text).strip() else b"x")
    judged("artists", rows)


code = live.run([rooted, every_type_at_every_member, every_pair_of_odd_members, lines_that_are_no_objects, broken_lines_of_a_good_file])
server.close()
database.close()
sys.exit(code)
