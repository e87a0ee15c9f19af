#!/usr/bin/env python3
"""The original design is the contract: every table, column, constraint, index and search field of original_model.tsv against a
migrated database, and one pattern for the names of all indexes. A list of what is wrong comes out; planted faults show that it
would. Columns of original_model.tsv: kind, module, table, name, definition."""
import collections
import functools
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import live

LIST = pathlib.Path(__file__).with_name("original_model.tsv")
COMING = {"chat"}  # designed and not built; held to the list as soon as src/modules/<name> is there
SCHEMAS = {p.name for p in pathlib.Path(live.ROOT, "src/modules").iterdir() if p.is_dir()}

Entry = collections.namedtuple("Entry", "kind module table name definition")
Column = collections.namedtuple("Column", "type not_null default")
Index = collections.namedtuple("Index", "table method lead columns unique primary")
Model = collections.namedtuple("Model", "columns indexes constraints checks")  # by (schema, table, column), (schema, index), (schema, table)


def read_list(text):
    return [Entry(*line.split("\t")[:5]) for line in text.splitlines() if line and not line.startswith("#")]


def read_model(database):
    """What is there, in the words of the server."""
    columns = database.sql("SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
                           "coalesce(pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                           "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = '' "
                           "WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^(pg_|information)'")
    indexes = database.sql("SELECT n.nspname, c.relname, t.relname, m.amname, pg_get_indexdef(c.oid, 1, true), i.indnkeyatts, i.indisunique, "
                           "i.indisprimary FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
                           "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam WHERE n.nspname !~ '^(pg_|information)'")
    constraints = database.sql("SELECT n.nspname, t.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class t "
                               "ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE k.contype IN ('p', 'f')")
    checks = database.sql("SELECT n.nspname, t.relname, a.attname, replace(pg_get_expr(k.conbin, k.conrelid), chr(10), ' ') FROM pg_constraint k JOIN pg_class t "
                          "ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid "
                          "WHERE k.contype = 'c' AND k.conkey = ARRAY[a.attnum]")
    limits, definitions = collections.defaultdict(list), collections.defaultdict(set)
    for schema, table, column, check in checks:
        limits[schema, table, column].append(check)
    for schema, table, definition in constraints:
        definitions[schema, table].add(definition.replace(f"{schema}.", ""))
    return Model({(s, t, c): Column(kind, null == "t", default) for s, t, c, kind, null, default in columns},
                 {(s, i): Index(t, method, lead, int(n), unique == "t", primary == "t") for s, i, t, method, lead, n, unique, primary in indexes},
                 definitions, limits)


# What may stand for a type of the list: the same or wider. VARCHAR(n) is in type_fault.
TYPES = {
    "UUID": {"uuid"}, "TEXT": {"text"}, "BOOLEAN": {"boolean"}, "INTEGER": {"integer", "bigint"}, "DATE": {"date"}, "JSONB": {"jsonb"},
    "TIMESTAMP": {"timestamp without time zone", "timestamp with time zone"},
}
FIELDS = {  # of a search index
    "keyword": {"uuid", "text", "text[]"}, "text": {"text", "text[]"}, "date": {"timestamp with time zone"}, "boolean": {"boolean"},
}


@functools.cache
def refuses_longer(check, column, longest):
    """Whether the server's CHECK of a column says no to one character more."""
    return database.sql(f"SELECT {check} FROM (SELECT repeat('a', {longest + 1}) AS {column}) AS it") == [["f"]]


def type_fault(wanted, found, checks, name):
    length = re.fullmatch(r"VARCHAR\((\d+)\)", wanted)
    if not length:
        return None if found in TYPES[wanted] else f"is {found}, not {wanted} or wider"
    longest, varying = int(length[1]), re.fullmatch(r"character varying\((\d+)\)", found)
    if found == "text":
        return None if any(refuses_longer(check, name, longest) for check in checks) else f"is text and takes more than {longest} characters"
    return None if varying and int(varying[1]) >= longest else f"is {found}, not {wanted} or text with a CHECK"


def default_of(text):
    """A default as both sides write it: without the type behind a literal."""
    return re.sub(r"::[\w ]+$", "", text).lower()


def column_faults(model, entry):
    column = model.columns.get((entry.module, entry.table, entry.name))
    if not column:
        yield "is missing"
        return
    shape = re.fullmatch(r"(\w+(?:\(\d+\))?)( PRIMARY KEY)?( UNIQUE)?( NOT NULL)?(?: DEFAULT (.+))?", entry.definition)
    kind, primary, unique, not_null, default = shape.groups()
    yield type_fault(kind, column.type, model.checks[entry.module, entry.table, entry.name], entry.name)
    if (not_null or primary) and not column.not_null:
        yield "may be null"
    if default and default_of(column.default) != default_of(default):
        yield f"has the default {column.default or 'null'}, not {default}"
    if primary and f"PRIMARY KEY ({entry.name})" not in model.constraints[entry.module, entry.table]:
        yield "is not the primary key"
    if unique and not any(i.table == entry.table and i.unique and i.lead == entry.name and i.columns == 1
                          for (schema, _), i in model.indexes.items() if schema == entry.module):
        yield "is not unique"


def index_faults(model, entry):
    index = model.indexes.get((entry.module, entry.name))
    method, lead = re.fullmatch(r"(?:USING (\w+))?\((\w+).*\)", entry.definition).groups()
    if not index or index.table != entry.table:
        yield "is missing"
    elif index.lead != lead:
        yield f"begins with {index.lead}, not {lead}"
    elif index.method != (method or "btree").lower():
        yield f"is {index.method}, not {(method or 'btree').lower()}"


def constraint_faults(model, entry):
    if entry.definition not in model.constraints[entry.module, entry.table]:
        yield f"lacks {entry.definition}"


def field_faults(model, entry):
    column = model.columns.get((entry.module, entry.table, entry.name))
    if not column:
        yield "is missing"
    elif column.type not in FIELDS[entry.definition]:
        yield f"is {column.type}, which is no {entry.definition}"


CHECKS = {"column": column_faults, "index": index_faults, "constraint": constraint_faults, "field": field_faults}


def missing_from(model, entries, modules):
    """What the list names and the database has not, or has otherwise."""
    return [f"{e.kind} {e.module}.{e.table}{'.' + e.name if e.name else ''} {fault}"
            for e in entries if e.module in modules for fault in CHECKS[e.kind](model, e) if fault]


def misnamed(model, entries):
    """Indexes called neither idx_<table>_<what> nor, a primary key's, <table>_pkey. The list may call one otherwise."""
    listed = {(e.module, e.name) for e in entries if e.kind == "index"}
    return [f"index {schema}.{name} of {i.table}: call it " + (f"{i.table}_pkey" if i.primary else f"idx_{i.table}_<what>")
            for (schema, name), i in model.indexes.items() if schema in SCHEMAS and (schema, name) not in listed
            and not (name == f"{i.table}_pkey" if i.primary else re.fullmatch(rf"idx_{i.table}_\w+", name))]


database, server = live.migrated()
entries = read_list(LIST.read_text())


def everything_of_the_original_is_there():
    coming = {e.module for e in entries} - SCHEMAS
    assert coming <= COMING, f"not built any more: {coming - COMING}"
    faults = missing_from(read_model(database), entries, SCHEMAS)
    assert not faults, "\n  ".join([""] + faults)
    for module in sorted(coming):
        print(f"coming: {module}, {sum(e.module == module for e in entries)} lines of the list")
    print(f"{sum(e.module in SCHEMAS for e in entries)} of {len(entries)} lines of the list held")


def indexes_have_one_pattern():
    faults = misnamed(read_model(database), entries)
    assert not faults, "\n  ".join([""] + faults)


def a_module_is_held_to_the_list_as_soon_as_it_is_there():
    """The lines of one that is not built are all faults when it is asked for, and the list has some of each."""
    for module in COMING - SCHEMAS:
        lines = [e for e in entries if e.module == module]
        assert lines and len(missing_from(read_model(database), entries, {module})) == len(lines), module


def the_copy_is_the_design():
    """Where the design itself is at hand."""
    shared = os.environ.get("VOBE_SHARED")
    original = pathlib.Path(shared, "design/original-model.tsv") if shared else None
    if not original or not original.exists():
        print("skipped: the design's own list is not here; VOBE_SHARED names the folder")
        return
    differ = set(read_list(original.read_text())) ^ set(entries)
    assert not differ, differ


# What to do to the database, what undoes it, and what must be said about it.
PLANTED = [
    ("ALTER TABLE artist.tracks RENAME audio_url TO sound_url", "ALTER TABLE artist.tracks RENAME sound_url TO audio_url",
     "column artist.tracks.audio_url is missing"),
    ("ALTER INDEX content.idx_posts_status RENAME TO idx_posts_state", "ALTER INDEX content.idx_posts_state RENAME TO idx_posts_status",
     "index content.posts.idx_posts_status is missing"),
    ("ALTER TABLE content.posts ALTER views_count TYPE smallint", "ALTER TABLE content.posts ALTER views_count TYPE bigint",
     "column content.posts.views_count is smallint, not INTEGER or wider"),
    ("ALTER TABLE content.posts DROP CONSTRAINT posts_slug_check",
     "ALTER TABLE content.posts ADD CONSTRAINT posts_slug_check CHECK (char_length(slug) <= 255)",
     "column content.posts.slug is text and takes more than 255 characters"),
    ("ALTER TABLE auth.users ALTER username TYPE varchar(49)", "ALTER TABLE auth.users ALTER username TYPE varchar(50)",
     "column auth.users.username is character varying(49), not VARCHAR(50) or text with a CHECK"),
    ("ALTER TABLE comment.comments ALTER content DROP NOT NULL", "ALTER TABLE comment.comments ALTER content SET NOT NULL",
     "column comment.comments.content may be null"),
    ("ALTER TABLE content.posts ALTER status SET DEFAULT 'published'", "ALTER TABLE content.posts ALTER status SET DEFAULT 'draft'",
     "column content.posts.status has the default 'published'::text, not 'draft'"),
    ("DROP INDEX auth.idx_users_username", "CREATE UNIQUE INDEX idx_users_username ON auth.users (username) WHERE deleted_at IS NULL",
     "column auth.users.username is not unique|index auth.users.idx_users_username is missing"),
    ("ALTER TABLE auth.refresh_tokens DROP CONSTRAINT refresh_tokens_pkey",
     "ALTER TABLE auth.refresh_tokens ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id)",
     "column auth.refresh_tokens.id is not the primary key"),
    ("ALTER TABLE artist.albums DROP CONSTRAINT albums_artist_id_fkey",
     "ALTER TABLE artist.albums ADD CONSTRAINT albums_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES artist.artists ON DELETE CASCADE",
     "constraint artist.albums lacks FOREIGN KEY (artist_id) REFERENCES artists(id) ON DELETE CASCADE"),
    ("DROP INDEX comment.idx_comments_user_id; CREATE INDEX idx_comments_user_id ON comment.comments (created_at, user_id)",
     "DROP INDEX comment.idx_comments_user_id; CREATE INDEX idx_comments_user_id ON comment.comments (user_id, created_at)",
     "index comment.comments.idx_comments_user_id begins with created_at, not user_id"),
    ("DROP INDEX artist.idx_artists_genres; CREATE INDEX idx_artists_genres ON artist.artists (genres)",
     "DROP INDEX artist.idx_artists_genres; CREATE INDEX idx_artists_genres ON artist.artists USING gin (genres)",
     "index artist.artists.idx_artists_genres is btree, not gin"),
    ("ALTER TABLE search.artists_index ALTER verified TYPE text", "ALTER TABLE search.artists_index ALTER verified TYPE boolean USING verified::boolean",
     "field search.artists_index.verified is text, which is no boolean"),
    ("CREATE INDEX users_by_age ON auth.users (created_at)", "DROP INDEX auth.users_by_age",
     "index auth.users_by_age of users: call it idx_users_<what>"),
    ("ALTER INDEX auth.sessions_pkey RENAME TO idx_sessions_id", "ALTER INDEX auth.idx_sessions_id RENAME TO sessions_pkey",
     "index auth.idx_sessions_id of sessions: call it sessions_pkey"),
]


def what_is_planted_is_found():
    """Last: it works on the database of the others."""
    for plant, undo, said in PLANTED:
        database.sql(plant)
        model = read_model(database)
        database.sql(undo)
        faults = missing_from(model, entries, SCHEMAS) + misnamed(model, entries)
        assert sorted(faults) == said.split("|"), f"{plant}: {faults}"
    assert not missing_from(read_model(database), entries, SCHEMAS), "a plant was not undone"


code = live.run([everything_of_the_original_is_there, indexes_have_one_pattern, a_module_is_held_to_the_list_as_soon_as_it_is_there,
                 the_copy_is_the_design, what_is_planted_is_found])
server.close()
database.close()
sys.exit(code)
