"""Whether migrations kept what was there: a fingerprint of every table before, and of the same columns after. Columns that got
another name or type are listed here with the expression that gives the old value back; any other must be found as it was."""

# (schema, table, column of before) -> the same value, read from the table of now; all changed by the migrations *_names.sql
READ_BACK = {
    ("artist", "artists", "image_url"): "photo_url",
    ("artist", "artists", "genres"): "ARRAY(SELECT jsonb_array_elements_text(genres))",
    ("artist", "albums", "cover_image_url"): "cover_url",
    ("auth", "users", "hashed_password"): "nullif(hashed_password, '!')",
    ("auth", "refresh_tokens", "token_hash"): "decode(token, 'hex')",
    ("search", "artists_index", "image_url"): "photo_url",
    ("search", "albums_index", "cover_image_url"): "cover_url",
}

# The same of columns that moved to another table: where they still are, they are asked for there afterwards.
MOVED = {("content", "posts", "comments_count"): "(SELECT comments_count FROM content.discussed_posts WHERE post_id = id)"}

# Made of what else is there, and made again by the server when there is more to make; a migration's wish for that.
DERIVED = {("search", "statistics"), ("search", "vocabulary"), ("search", "lexemes"), ("search", "rebuild")}

# Read so before and after: what a migration changes on purpose is left out.
COMPARED = {
    ("artist", "artists", "facets"): "NULL",  # made of genres and country
    ("auth", "sessions", "ip"): "CASE WHEN user_id IN (SELECT id FROM auth.users WHERE deleted_at IS NULL) THEN ip END",  # erased with the account
}


def read_back(database):
    """What the migrations to come will change; ask before they do."""
    done = {schema for schema, in database.sql("SELECT schema FROM vobe_meta.migrations WHERE folder = schema AND name LIKE '%\\_names.sql'")}
    return {column: expression for column, expression in READ_BACK.items() if column[0] not in done} | MOVED


def columns(database):
    """Columns by (schema, table), of all tables of all modules."""
    found = {}
    for schema, table, column in database.sql(
            "SELECT n.nspname, c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n "
            "ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname = 'vobe_' || n.nspname WHERE c.relkind = 'r' AND a.attnum > 0 "
            "AND NOT a.attisdropped ORDER BY 1, 2, a.attnum"):
        found.setdefault((schema, table), []).append(column)
    return found


def as_it_is(table, column):
    return COMPARED.get((*table, column), f'"{column}"')


def digest_of(table, expressions):
    """How many rows, and a digest of them in no order: rows may have moved."""
    schema, name = table
    values = ", ".join(f"({e})::text" for e in expressions)
    return (f"SELECT '{schema}', '{name}', count(*), md5(coalesce(string_agg(h, '' ORDER BY h), '')) FROM "
            f"(SELECT md5(ROW({values})::text) AS h FROM {schema}.{name}) AS hashed")


def prints(database, wanted=None):
    """(rows, digest) by table: of all columns, or of the expressions wanted of each."""
    wanted = wanted or {table: [as_it_is(table, c) for c in names] for table, names in columns(database).items()}
    found = database.sql(" UNION ALL ".join(digest_of(table, expressions) for table, expressions in wanted.items()))
    return {(schema, name): (int(rows), digest) for schema, name, rows, digest in found}


def lost(database, before, names, changes):
    """What is not as it was: `before` are the prints, `names` the columns of then, `changes` what read_back() said."""
    now, faults, wanted = columns(database), [], {}
    for table in before.keys() - DERIVED:
        gone = [c for c in names[table] if c not in now.get(table, ()) and (*table, c) not in changes]
        if gone:
            faults.append(f"{'.'.join(table)}: {', '.join(gone) if table in now else 'the table'} is gone")
        else:
            wanted[table] = [changes.get((*table, c)) or as_it_is(table, c) for c in names[table]]
    found = prints(database, wanted)
    return faults + [f"{'.'.join(table)}: {before[table][0]} rows before, {found[table][0]} now, and they differ"
                     for table in wanted if found[table] != before[table]]


def sequences(database):
    """Where each stands. Those of modules that came since are no part of it: compare with <=."""
    return {(schema, name): last for schema, name, last in database.sql("SELECT schemaname, sequencename, last_value FROM pg_sequences")}
