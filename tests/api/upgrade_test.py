#!/usr/bin/env python3
"""A database as the migrations before the original design's names made it, with rows of every kind that they touch: migrated by
this binary it has lost nothing, and the server serves it. tests/prove/upgrade does it with an old binary and a whole catalogue."""
import hashlib
import pathlib
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live
import upgrade

SQL = live.ROOT / "sql"
MODULES = sorted(p.parent.name for p in (live.ROOT / "sql").glob("*/*_names.sql") if p.parent.name != "every")  # those of then
USER, SESSION, ARTIST, ALBUM, TRACK, POST, COMMENT = (uuid.uuid4() for _ in range(7))

ROWS = f"""
INSERT INTO auth.users (id, email, username, hashed_password, is_active, created_at, updated_at, email_fold, username_fold, username_skeleton,
    deleted_at) VALUES
    ('{USER}', 'Anna@example.org', 'Anna', '$argon2id$x', true, now(), now(), 'anna@example.org', 'anna', 'anna', NULL),
    (gen_random_uuid(), 'imported@example.org', 'imported', NULL, true, now(), now(), 'imported@example.org', 'imported', 'imported', NULL),
    (gen_random_uuid(), 'deleted-1@invalid', 'deleted-1', NULL, false, now(), now(), '#1', '#1', '#1', now());
INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at) VALUES ('{SESSION}', '{USER}', now(), now(), now() + interval '1 day');
INSERT INTO auth.refresh_tokens (token_hash, session_id, user_id, created_at, expires_at)
    SELECT sha256(i::text::bytea), '{SESSION}', '{USER}', now(), now() + interval '1 day' FROM generate_series(1, 3) i;
INSERT INTO artist.artists (id, name, slug, image_url, genres, created_at, updated_at, name_key, facets) VALUES
    ('{ARTIST}', 'Кино', 'kino', 'https://example.org/k.jpg', ARRAY['Рок', 'a"b\\', 'Post-punk'], now(), now(), 'кино', ARRAY['genre:рок']),
    (gen_random_uuid(), 'Nobody', 'nobody', NULL, '{{}}', now(), now(), 'nobody', '{{}}');
INSERT INTO artist.albums (id, artist_id, title, slug, album_type, cover_image_url, created_at, updated_at)
    VALUES ('{ALBUM}', '{ARTIST}', 'Ночь', 'noch', 'album', 'https://example.org/n.jpg', now(), now());
INSERT INTO artist.tracks (id, album_id, title, track_number, lyrics, created_at, updated_at)
    VALUES ('{TRACK}', '{ALBUM}', 'Мама анархия', 1, 'ла', now(), now());
INSERT INTO content.posts (id, title, slug, content, status, author_id, primary_artist_id, featured_artist_ids, created_at, updated_at, published_at)
    VALUES ('{POST}', 't', 't', 'x', 'published', '{USER}', '{ARTIST}', ARRAY['{ARTIST}'::uuid], '2020-01-01Z', now(), '2020-01-02Z');
INSERT INTO content.post_artists (post_id, artist_id, position, published_at) VALUES ('{POST}', '{ARTIST}', 1, '2020-01-02Z');
INSERT INTO comment.comments (id, post_id, user_id, content, created_at, updated_at) VALUES ('{COMMENT}', '{POST}', '{USER}', 'c', now(), now());
INSERT INTO content.idempotency_keys (user_id, key, body_hash, status, response) VALUES ('{USER}', 'k', '\\x00', 201, '\\x01');
INSERT INTO search.artists_index (artist_id, name, slug, genres, image_url, verified, followers_count, created_at, version, doc, exact, plain, length)
    VALUES ('{ARTIST}', 'Кино', 'kino', ARRAY['Рок'], 'https://example.org/k.jpg', false, 0, now(), 1, '', '', 'кино', 0);
INSERT INTO search.albums_index (album_id, artist_id, title, cover_image_url, created_at, version, doc, exact, plain, length)
    VALUES ('{ALBUM}', '{ARTIST}', 'Ночь', 'https://example.org/n.jpg', now(), 1, '', '', 'ночь', 0);
"""


def files_before(folder):
    """The files of a folder up to the one that brings the original's names."""
    files = sorted((SQL / folder).glob("*.sql"))
    return files[:next(i for i, f in enumerate(files) if f.stem.endswith("_names"))]


def make_as_before(database):
    """What `migrate up` of then did (src/db/migrate/migrate.c), without its newer files."""
    database.sql("CREATE SCHEMA vobe_meta; CREATE TABLE vobe_meta.migrations (schema text NOT NULL, folder text NOT NULL, number integer NOT NULL, "
                 "name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (schema, folder, number))")
    for module in MODULES:
        database.sql(f"DO $$BEGIN CREATE ROLE vobe_{module} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$; "
                     f"CREATE SCHEMA {module}; ALTER DEFAULT PRIVILEGES IN SCHEMA {module} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES "
                     f"TO vobe_{module}; ALTER DEFAULT PRIVILEGES IN SCHEMA {module} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO vobe_{module}")
        for file in files_before("every") + files_before(module):
            text = file.read_text()
            database.sql(f"SET search_path = {module}, public; {text}; INSERT INTO vobe_meta.migrations VALUES ('{module}', "
                         f"'{file.parent.name}', {int(file.name[:4])}, '{file.name}', '{hashlib.sha256(text.encode()).hexdigest()}')")


database = live.Database()
server = live.Server(database)
names = before = moved = None  # of the database as it was, and what its migrations will change


def nothing_is_lost():
    make_as_before(database)
    database.sql(ROWS)
    global names, before, moved
    names, before, counters = upgrade.columns(database), upgrade.prints(database), upgrade.sequences(database)
    moved = upgrade.read_back(database)
    assert {(s, t) for s, t, _ in upgrade.READ_BACK} <= {table for table, (rows, _) in before.items() if rows}, "a table that changed has no rows"
    done = server.command("migrate", "up")
    assert done.returncode == 0, done.stderr
    faults = upgrade.lost(database, before, names, moved)
    assert not faults, faults
    assert counters.items() <= upgrade.sequences(database).items()
    assert database.sql("SELECT count(DISTINCT id), min(length(token)) FROM auth.refresh_tokens") == [["3", "64"]]
    assert database.sql(f"SELECT created_at = '2020-01-01Z' FROM content.post_artists WHERE post_id = '{POST}'") == [["t"]]


def a_loss_would_be_seen():
    """Of a row, of a column, of a value that was read back."""
    for plant, undo, table in (
            (f"UPDATE artist.artists SET genres = genres - 0 WHERE id = '{ARTIST}'",
             f"UPDATE artist.artists SET genres = jsonb_insert(genres, '{{0}}', '\"Рок\"') WHERE id = '{ARTIST}'", "artist.artists"),
            ("ALTER TABLE artist.tracks RENAME lyrics TO verses", "ALTER TABLE artist.tracks RENAME verses TO lyrics", "artist.tracks"),
            ("CREATE TABLE keep AS TABLE comment.comments; DELETE FROM comment.comments",
             "INSERT INTO comment.comments (id, post_id, user_id, content, created_at, updated_at) SELECT id, post_id, user_id, content, "
             "created_at, updated_at FROM keep; DROP TABLE keep", "comment.comments")):
        database.sql(plant)
        faults = upgrade.lost(database, before, names, moved)
        database.sql(undo)
        assert len(faults) == 1 and faults[0].startswith(f"{table}: "), (plant, faults)
    assert not upgrade.lost(database, before, names, moved)


def the_server_serves_it():
    server.start()
    client = live.Client(server.port)
    artist = client.get(f"/artists/{ARTIST}").json
    assert artist["photo_url"] == "https://example.org/k.jpg" and artist["genres"] == ["Рок", 'a"b\\', "Post-punk"], artist
    assert client.get(f"/albums/{ALBUM}").json["cover_url"] == "https://example.org/n.jpg"
    assert client.get(f"/tracks/{TRACK}").json["lyrics"] == "ла"
    assert [a["id"] for a in client.get("/artists?genre=%D1%80%D0%BE%D0%BA").json["items"]] == [str(ARTIST)]
    assert server.stop() == 0


code = live.run([nothing_is_lost, a_loss_would_be_seen, the_server_serves_it])
server.close()
database.close()
sys.exit(code)
