"""What the tests of the import share: directories of lines, and the command that loads them."""
import gzip
import json
import pathlib
import tempfile
import uuid


def new_id():
    return str(uuid.uuid4())


def artist(**members):
    return {"id": new_id(), "name": "Someone", **members}


def album(of, **members):
    return {"id": new_id(), "artist_id": of, "title": "Something", **members}


def track(on, **members):
    return {"id": new_id(), "album_id": on, "title": "Some part", **members}


def post(**members):
    return {"id": new_id(), "title": "Some news", "content": "Text.", **members}


def comment(under, **members):
    return {"id": new_id(), "post_id": under, "user": "reader_1", "content": "Yes.", **members}


class Outcome:
    """What an import answered: its exit status, its counts (None when it printed none), and what it told."""

    def __init__(self, done):
        self.code = done.returncode
        self.told = done.stderr
        lines = done.stdout.splitlines()
        self.counts = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None

    def __getitem__(self, name):
        assert self.counts is not None, (self.code, self.told)
        return self.counts[name]

    def __repr__(self):
        return f"exit {self.code}, {self.counts}\n{self.told}"


def lines_of(rows):
    """Rows may be objects, or lines as they are."""
    return b"".join((row if isinstance(row, bytes) else row.encode() if isinstance(row, str) else json.dumps(row).encode()) + b"\n" for row in rows)


def load(server, files, *words):
    """Imports a directory of `files`: name to rows, or to bytes. A name without an ending is <name>.jsonl."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else lines_of(content)
            path = pathlib.Path(folder, name if "." in name else f"{name}.jsonl")
            path.write_bytes(gzip.compress(data) if path.suffix == ".gz" and not isinstance(content, bytes) else data)
        return Outcome(server.command("import", "--json", *words, folder))
