#!/usr/bin/env python3
"""The seams of include/vobe: a struct of another field list does not compile where a statement, a handler, an answer or an event
wants one. Each wrong use is planted in a small module that compiles without it, and the compiler's words must name the types."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.chdir(ROOT)
CC = os.environ.get("CC", "cc").split()
results = []

# What is planted replaces a line of the module, found by the mark at its end.
MODULE = pathlib.Path("tests/arch/planted/module.c").read_text()

PLANTED = {  # mark: (what stands there instead, what the compiler must say)
    "query": ("TRY(songs_named(cx, in, &rows, &count));", "expected .const struct song \\*. but argument is of type .const struct by_id"),
    "row": ("struct other o; TRY(song_find(cx, in, &o));", "expected .struct song \\*. but argument is of type .struct other"),
    "family": ("TRY(songs_ordered(cx, 1, body, &rows, &count));", "expected .const struct by_id \\*. but argument is of type .struct song"),
    "load": ("const struct other *o; TRY(songs_load(cx, &in->id, 1, &o));", "expected .const struct song \\*\\*. but argument is of type"),
    "loader": ('LOADER(songs, other, "SELECT $* FROM songs WHERE id = ANY ($ids)");', "conflicting types for .songs_gives"),
    "like": ("LOADER_LIKE(songs_now, songs); LOADS(others, other); LOADER_LIKE(others, songs);", "conflicting types for .others_gives"),
    "command": ("song_insert(ch, in);", "expected .const struct song \\*. but argument is of type .const struct by_id"),
    "returning": ("struct other o; song_retitle(ch, body, &o);", "expected .struct song \\*. but argument is of type .struct other"),
    "tell": ("tell_song_sung(ch, one.id, 1, &(struct other_event){one.id});", "expected .const struct song_event \\*. but argument"),
    "reply": ("return reply(re, in);", "assignment to .const struct song \\*. from incompatible pointer type .const struct by_id"),
    "list": ("return reply_list(re, in, &(struct list){.count = 1});", "assignment to .const struct song \\*. from incompatible pointer type"),
    "commit": ("return reply_commit(re, ch, in);", "assignment to .const struct song \\*. from incompatible pointer type .const struct by_id"),
    "handler": ("static err create_song(struct req *rq, const struct by_slug *in, struct song *body, struct song_reply *re)",
                "conflicting types for .create_song"),
    "finder": ("static err find_song_faults(struct req *rq, const struct by_id *in, const struct other *body, struct faults *fs)",
               "conflicting types for .find_song_faults"),
    "hearer": ("static err hear_songs(struct ctx *cx, struct change *ch, const struct other_event_delivery *batch, int count)",
               "conflicting types for .hear_songs"),
    "payload": ("const struct other_event *first = batch[0].payload;", "from incompatible pointer type .const struct song_event"),
    "hears": ('{.name = "x", .source = "planted", .hearing = DURABLE, HEARS(hear_songs, &other_seen)},',
              "from incompatible pointer type .const struct other_event_topic"),
}
for kind, call in {"params": "(void)rq->params;", "body": "(void)rq->body;"}.items():  # the untyped doors are shut
    PLANTED[f"reply+{kind}"] = (call + " return NULL;", f"has no member named .{kind}")


def compiled(source):
    flags = ["-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-missing-field-initializers",
             "-Werror=incompatible-pointer-types", "-Iinclude", "-fsyntax-only", "-x", "c", "-"]
    env = {**os.environ, "LC_ALL": "C"}
    return subprocess.run([*CC, *flags], input=source, capture_output=True, text=True, env=env)


def planted(mark, text):
    lines = MODULE.splitlines()
    found = [i for i, line in enumerate(lines) if line.endswith("//" + mark.split("+")[0])]
    assert len(found) == 1, mark
    lines[found[0]] = text
    return "\n".join(lines)


def check(name, fault):
    results.append(fault is None)
    if fault:
        print(f"{name}: {fault}")


def says(text, pattern):
    """clang words it otherwise, but names both types too."""
    if "clang" in CC[0]:
        return "incompatible pointer type" in text or "conflicting types" in text or "no member named" in text or "different type" in text
    return re.search(pattern, text.replace("\u2018", "'").replace("\u2019", "'")) is not None


sound = compiled(MODULE)
check("the_module_compiles_without_what_is_planted", None if sound.returncode == 0 and not sound.stderr else sound.stderr[:1500])
for mark, (text, pattern) in PLANTED.items():
    result = compiled(planted(mark, text))
    fault = None
    if result.returncode == 0:
        fault = f"compiles: {text}"
    elif not says(result.stderr, pattern):
        fault = f"is refused with other words than /{pattern}/:\n{result.stderr[:600]}"
    check(f"planted_{mark}", fault)

# Untyped doors behind the macros end in an underscore; nobody calls them by name.
RAW = re.compile(r"\b(db_rows_|db_row_|db_load_|db_load_ahead_|loader_forget_|change_add_|change_returning_|change_rows_|change_forgets_"
                 r"|reply_|reply_commit_|reply_list_|tell_)\(|\b(params_|body_|payload_)\b")
for path in sorted(pathlib.Path("src/modules").rglob("*.[ch]")):
    used = [m.group(0) for m in map(RAW.search, path.read_text().splitlines()) if m]
    check(str(path), f"uses {used[0]}: declare a statement, a handler or an event instead" if used else None)

print(f"{results.count(True)} passed, {results.count(False)} failed")
sys.exit(not all(results))
