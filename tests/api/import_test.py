#!/usr/bin/env python3
"""Import: the demo catalogue, bad lines, repetition, and a kill in the middle. With the shared catalogue, all of that."""
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

database, server = live.migrated()


def imported(directory, *words):
    done = server.command("import", "--json", *words, str(directory))
    totals = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == (65 if totals["refused"] else 0), (done.returncode, done.stdout, done.stderr)
    return totals, done.stderr


def counts():
    return [int(n) for (n,) in database.sql("SELECT count(*) FROM artist.artists UNION ALL SELECT count(*) FROM artist.albums "
                                             "UNION ALL SELECT count(*) FROM artist.tracks UNION ALL SELECT count(*) FROM content.posts")]


def verified():
    done = server.command("search", "verify")
    assert done.returncode == 0 and "0 differences" in done.stdout, done.stdout + done.stderr


def the_demo_loads_and_a_second_run_adds_nothing():
    first, told = imported(live.ROOT / "config/demo")
    assert first["refused"] == 0 and first["added"] == first["lines"] == 75, (first, told)
    second, _ = imported(live.ROOT / "config/demo")
    assert second["added"] == 0 and second["present"] == 75, second
    verified()


def bad_lines_are_named_and_left_out():
    good = {"id": str(uuid.uuid4()), "name": "Good zq", "genres": [], "social_links": {}}
    with tempfile.TemporaryDirectory() as d:
        lines = [json.dumps(good), "{", json.dumps({**good, "id": str(uuid.uuid4()), "name": ""}), '{"id":"x"}', "\x00",
                 json.dumps({**good, "id": str(uuid.uuid4()), "name": "Last zq"})]
        with gzip.open(pathlib.Path(d, "artists.jsonl.gz"), "wt") as f:
            f.write("\n".join(lines))
        totals, told = imported(d)
    assert (totals["lines"], totals["added"], totals["refused"]) == (6, 2, 4), (totals, told)
    for line in (2, 3, 4, 5):
        assert f"artists.jsonl.gz:{line}: " in told, told


def an_unknown_parent_is_refused():
    with tempfile.TemporaryDirectory() as d:
        pathlib.Path(d, "albums.jsonl").write_text(json.dumps({"id": str(uuid.uuid4()), "artist_id": str(uuid.uuid4()), "title": "Orphan", "album_type": "album"}) + "\n")
        totals, told = imported(d)
    assert totals["refused"] == 1 and "albums.jsonl:1: " in told, told


def shared_catalogue():
    folder = pathlib.Path(os.environ.get("VOBE_SHARED", live.ROOT.parent / "shared"), "data/music")
    return folder if folder.is_dir() else None


def the_whole_catalogue_survives_a_kill():
    folder = shared_catalogue()
    if not folder:
        print("skipped: the shared catalogue is not here (VOBE_SHARED)")
        return
    before = counts()
    running = subprocess.Popen([live.BINARY, "import", "--buckets", folder], env=server.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=live.ROOT)
    until = time.monotonic() + 120
    while counts()[2] < before[2] + 1000 and running.poll() is None and time.monotonic() < until:  # artists, albums, and in the midst of tracks
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    totals, _ = imported(folder, "--buckets")
    assert totals["added"] > 0, "the kill came after the end; nothing was shown"
    again, _ = imported(folder, "--buckets")
    assert again["added"] == 0, again
    assert again["lines"] == again["present"] + again["refused"] + again["spam"], again  # nothing is left out untold
    assert again["differ"] == 0, again
    added = [after - first for after, first in zip(counts(), before)]
    assert added == [8537, 2383, 16400, 5128], (added, totals)
    verified()


code = live.run([the_demo_loads_and_a_second_run_adds_nothing, bad_lines_are_named_and_left_out, an_unknown_parent_is_refused,
                 the_whole_catalogue_survives_a_kill])
server.close()
database.close()
sys.exit(code)
