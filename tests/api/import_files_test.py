#!/usr/bin/env python3
"""The files of an import: which are read, what they may look like, and how a damaged one is told."""
import gzip
import json
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import imports
import live

database, server = live.migrated()
EX_DATAERR, EX_IOERR = 65, 74


def artists(n):
    return [imports.artist(name=f"Artist {i} of {random.random()}") for i in range(n)]


def stored(rows):
    ids = ",".join(f"'{row['id']}'" for row in rows)
    return int(database.sql(f"SELECT count(*) FROM artist.artists WHERE id IN ({ids})")[0][0])


def one_that_is_cut_ends_the_import_with_its_name():
    rows = artists(600)
    whole = gzip.compress(imports.lines_of(rows))
    for at in (len(whole) // 2, 0, 5, len(whole) - 1, len(whole) - 8):
        done = imports.load(server, {"artists.jsonl.gz": whole[:at]})
        assert done.code == EX_IOERR and "artists.jsonl.gz: " in done.told and "cut" in done.told, (at, done)
    assert imports.load(server, {"artists.jsonl.gz": whole}).code == 0
    assert stored(rows) == 600


def any_byte_that_changed_is_told():
    whole = gzip.compress(imports.lines_of(artists(60)))
    places = [0, 1, 2, 3, len(whole) // 3, len(whole) // 2, len(whole) - 8, len(whole) - 5, len(whole) - 4, len(whole) - 1]
    for at in places:
        changed = whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1:]
        done = imports.load(server, {"artists.jsonl.gz": changed})
        assert done.code == EX_IOERR and "artists.jsonl.gz: " in done.told, (at, done)


def what_stands_behind_the_data_is_a_damage_and_a_second_member_is_not():
    one, other = artists(3), artists(2)
    joined = gzip.compress(imports.lines_of(one)) + gzip.compress(imports.lines_of(other))
    assert imports.load(server, {"artists.jsonl.gz": joined}).code == 0
    assert stored(one + other) == 5
    done = imports.load(server, {"artists.jsonl.gz": joined + b"garbage"})
    assert done.code == EX_IOERR and "artists.jsonl.gz: " in done.told, done


def a_gz_that_is_none_and_one_without_the_name():
    rows = artists(2)
    done = imports.load(server, {"artists.jsonl.gz": imports.lines_of(rows)})
    assert done.code == EX_IOERR and "artists.jsonl.gz: " in done.told and stored(rows) == 0, done
    assert imports.load(server, {"artists.jsonl": gzip.compress(imports.lines_of(rows))}).code == 0
    assert stored(rows) == 2


def one_that_cannot_be_opened_or_read_is_no_file_to_skip():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "artists.jsonl").symlink_to("nowhere")
        done = imports.Outcome(server.command("import", "--json", folder))
        assert done.code == EX_IOERR and "artists.jsonl: cannot be opened" in done.told, done
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "artists.jsonl").mkdir()
        done = imports.Outcome(server.command("import", "--json", folder))
        assert done.code == EX_IOERR and "artists.jsonl: cannot be read" in done.told, done
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "posts.jsonl").symlink_to("/proc/self/mem")  # opens, and fails to be read
        done = imports.Outcome(server.command("import", "--json", folder))
        assert done.code == EX_IOERR and "posts.jsonl: cannot be read" in done.told, done
    for path in ("posts.jsonl", "posts.jsonl.gz"):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(pathlib.Path(folder, path))  # nobody writes
            pathlib.Path(folder, "artists.jsonl").symlink_to("/dev/zero")
            done = imports.Outcome(server.command("import", "--json", folder))
            assert done.code == EX_IOERR and "artists.jsonl: is no file" in done.told, done
            pathlib.Path(folder, "artists.jsonl").unlink()
            done = imports.Outcome(server.command("import", "--json", folder))
            assert done.code == EX_IOERR and f"{path}: is no file" in done.told, done


def a_mark_at_the_beginning_and_blank_lines_are_nothing():
    rows = artists(3)
    text = b"\xef\xbb\xbf" + imports.lines_of([rows[0]]) + b"\n  \t\n\r\n" + imports.lines_of([rows[1]]).replace(b"\n", b"\r\n") + json.dumps(rows[2]).encode()
    done = imports.load(server, {"artists.jsonl": text})
    assert done.code == 0 and (done["lines"], done["added"], done["refused"]) == (3, 3, 0), done
    refused = imports.load(server, {"artists.jsonl": b"\xef\xbb\xbf\n\n{}\n"})
    assert refused.code == EX_DATAERR and "artists.jsonl:3: " in refused.told, refused
    assert imports.load(server, {"artists.jsonl": b""})["lines"] == 0
    assert imports.load(server, {"artists.jsonl": b"\xef\xbb\xbf"})["lines"] == 0


def an_array_is_told_once_with_the_way_out():
    rows = artists(3)
    for text in (json.dumps(rows, indent=1), "\n\n  " + json.dumps(rows), "[\n"):
        done = imports.load(server, {"artists.jsonl": text.encode()})
        assert done.code == EX_DATAERR and done.told.count("jq -c '.[]'") == 1 and "artists.jsonl: " in done.told, done
    assert stored(rows) == 0


def another_encoding_is_told_by_its_name():
    rows = artists(3)
    text = imports.lines_of(rows).decode()
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        for mark in ("", "\ufeff") if name[-2:] in ("le", "be") else ("",):
            done = imports.load(server, {"artists.jsonl": (mark + text).encode(name)})
            iconv = name.upper().replace("-LE", "LE").replace("-BE", "BE") if not mark and name[-2:] in ("le", "be") else name[:6].upper()
            assert done.code == EX_DATAERR and f"iconv -f {iconv} -t UTF-8" in done.told and f"is {name[:6].upper()}:" in done.told, (name, mark, done)
            assert done.told.count("artists.jsonl") == 1 and done["lines"] == 0, (name, mark, done)
    assert stored(rows) == 0


def every_file_of_a_kind_is_read_and_every_other_is_named():
    rows = [artists(1) for _ in range(4)]
    done = imports.load(server, {"artists.jsonl": rows[0], "artists.jsonl.gz": rows[1], "artists.ndjson": rows[2], "artists.ndjson.gz": rows[3],
                                 "albums.json": b"{}", "artist.jsonl": b"{}\n", "readme.txt": b"x", ".hidden": b"x"})
    assert done.code == 0 and done["added"] == 4 and stored(sum(rows, [])) == 4, done
    for name in ("albums.json", "artist.jsonl", "readme.txt", ".hidden"):
        assert f"/{name}: not read" in done.told, done


def three_directories_that_hold_nothing_are_told_apart():
    with tempfile.TemporaryDirectory() as folder:
        absent, plain, empty = (os.path.join(folder, name) for name in ("absent", "plain", "empty"))
        pathlib.Path(plain).write_text("x")
        pathlib.Path(empty).mkdir()
        told = {}
        for path in (absent, plain, empty):
            done = imports.Outcome(server.command("import", "--json", path))
            assert done.code == EX_DATAERR and path in done.told, done
            told[path] = done.told.replace(path, "")
        assert len(set(told.values())) == 3, told


def the_help_says_what_it_takes():
    for words in (["--help"], ["-h"], ["somewhere", "--help"]):
        done = server.command("import", *words)
        assert done.returncode == 0 and "`id`" in " ".join(done.stdout.split()), done
        lines = [json.loads(line.split(None, 1)[1]) for line in done.stdout.splitlines() if line.lstrip().split(" ")[0] in
                 ("artists", "albums", "tracks", "posts", "comments") and "{" in line]
        assert len(lines) == 5 and all("id" in line for line in lines), lines
    assert server.command("import").returncode == server.command("import", "--frob", "x").returncode == server.command("import", "x", "y").returncode == 64


def what_was_refused_is_an_exit_status():
    rows = [artists(1)[0], *["{"] * 6]
    done = imports.load(server, {"artists": rows})
    assert done.code == EX_DATAERR and (done["added"], done["refused"]) == (1, 6), done
    assert done["reasons"][0]["lines"] == 6, done
    done = imports.load(server, {"artists": rows}, "--allow-refused")
    assert done.code == 0 and (done["present"], done["refused"]) == (1, 6), done
    assert imports.load(server, {"artists": rows[:1]}).code == 0


def a_line_longer_than_4_mib_is_refused_alone():
    rows = artists(2)
    long = json.dumps(imports.artist(bio="x" * (4 << 20))).encode()
    done = imports.load(server, {"artists.jsonl": imports.lines_of([rows[0], long, rows[1]])})
    assert done.code == EX_DATAERR and done["added"] == 2 and "artists.jsonl:2: " in done.told and "4 MiB" in done.told, done


code = live.run([one_that_is_cut_ends_the_import_with_its_name, any_byte_that_changed_is_told,
                 what_stands_behind_the_data_is_a_damage_and_a_second_member_is_not, a_gz_that_is_none_and_one_without_the_name,
                 one_that_cannot_be_opened_or_read_is_no_file_to_skip, a_mark_at_the_beginning_and_blank_lines_are_nothing,
                 an_array_is_told_once_with_the_way_out, another_encoding_is_told_by_its_name, every_file_of_a_kind_is_read_and_every_other_is_named,
                 three_directories_that_hold_nothing_are_told_apart, the_help_says_what_it_takes, what_was_refused_is_an_exit_status,
                 a_line_longer_than_4_mib_is_refused_alone])
server.close()
database.close()
sys.exit(code)
