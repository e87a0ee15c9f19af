#!/usr/bin/env python3
"""A full disk of the database: writes are answered 503 and readyz says why, reads go on, nothing acknowledged is lost, and all is well
again by itself when there is room. The tables stand on a file system of a few MiB of their own (root; elsewhere it is skipped)."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

ROOM_MIB = 60


def mounted():
    """A small file system, or None where it may not be made."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="vobe-disk."))
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM_MIB}m,mode=0755", "vobe-disk", place], capture_output=True)
    if made.returncode:
        place.rmdir()
        return None
    return place


def filled():
    """All that is left of it, in a file."""
    with open(disk / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(65536))
        except OSError:
            pass


def post(i):
    """As long as a page of a table and more, and of nothing that compresses."""
    return writer.post("/posts", {"title": f"Post {i}", "content": os.urandom(60000).hex(), "status": "published"})


def awaited(wanted, seconds=30):
    until = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < until, (writer.get("//readyz"), server.log_text()[-2000:])
        time.sleep(0.1)


def writes_are_refused_and_readyz_says_why():
    filled()
    answers = [post(i) for i in range(8)]
    acknowledged.extend(a.json["id"] for a in answers if a.status == 201)
    refused = [a for a in answers if a.status != 201]
    assert refused and all(a.status == 503 and a.json["code"] == "unavailable" for a in refused), answers
    for answer in refused:
        assert answer.headers["Retry-After"] and "short of disk" in answer.json["detail"], answer
    ready = writer.get("//readyz")
    assert ready.status == 503 and ready.headers["Retry-After"], ready
    for text in ("The database of content refuses writes", "No space left on device", "Reads are answered"):
        assert text in ready.json["detail"], ready
    assert "No space left on device" in server.log_text() and server.process.poll() is None


def reads_go_on():
    for path in ("//livez", "/posts", f"/posts/{acknowledged[0]}", f"/users/{writer.user_id}", "/search?q=post"):
        for client in (writer, live.Client(server.port)):
            answer = client.get(path)
            assert answer.status == 200, (path, answer)


def it_is_well_again_by_itself():
    """Nobody writes and nothing is restarted: readyz forgets what it was refused."""
    (disk / "filler").unlink()
    awaited(lambda: writer.get("//readyz").status == 200, seconds=60)
    assert writer.get("//readyz").json["writes"] == "ok"
    answer = post(100)
    assert answer.status == 201, answer
    acknowledged.append(answer.json["id"])


def a_write_that_went_well_ends_it_at_once():
    filled()
    awaited(lambda: post(200).status == 503 and writer.get("//readyz").status == 503)
    (disk / "filler").unlink()
    awaited(lambda: post(201).status == 201)
    assert writer.get("//readyz").status == 200


def nothing_acknowledged_is_lost():
    for id in acknowledged:
        assert writer.get(f"/posts/{id}").status == 200, id
    awaited(lambda: writer.get("/search/posts?q=post&limit=100&include_total=true").json["total"] == int(
        database.sql("SELECT count(*) FROM content.posts")[0][0]))
    done = server.command("search", "verify")
    assert done.returncode == 0, (done.stdout, done.stderr)


disk = mounted()
if not disk:
    print("skipped: only root may mount a small file system")
    print("0 passed, 0 failed")
    sys.exit(0)
code, database, server = 1, None, None
try:
    (disk / "tables").mkdir()
    shutil.chown(disk / "tables", "postgres", "postgres")
    database = live.Database(own=True, fsync="off")
    database.sql(f"CREATE TABLESPACE small LOCATION '{disk}/tables'", server=True)
    database.sql(f"ALTER DATABASE {database.name} SET TABLESPACE small", server=True)
    server = live.Server(database)
    done = server.command("migrate", "up")
    assert done.returncode == 0, done.stderr
    server.start()
    writer = live.Client(server.port).register("writer")
    acknowledged = [post(-1).json["id"]]
    code = live.run([writes_are_refused_and_readyz_says_why, reads_go_on, it_is_well_again_by_itself, a_write_that_went_well_ends_it_at_once,
                     nothing_acknowledged_is_lost])
finally:
    for one in (server, database):
        if one:
            one.close()
    subprocess.run(["umount", "-l", disk])
    disk.rmdir()
sys.exit(code)
