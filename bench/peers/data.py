"""The rows that everybody answers from: the product's own tables, filled by SQL, in sizes S and M (T is for trying); and the odd ones that the checker asks for."""

SIZES = {"T": 0.1, "S": 1, "M": 10}
USERS, ARTISTS, POSTS, COMMENTS_A_POST = 10_000, 5_000, 100_000, 5
PASSWORD = "a long enough passphrase"
HASH = "$argon2id$v=19$m=19456,t=2,p=1$BytYlR1LRHX2WZOE2ocq9Q$0IC45Yc3296oQxNY7f32j1h9NSvcqpf1JetZd+hx6Ng"  # of PASSWORD

KEYS = 200_000  # posts that are asked for, every fifth at M: a first view is a write, and all of them are viewed once before each turn

# What makes M a matter of two minutes: indexes are made when the rows are there, and FILL writes what triggers would. Each by itself, since
# ALTER SYSTEM goes into no transaction.
BEFORE = [
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
    """CREATE TABLE public.made_later AS
       SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname || '.' || tablename IN ('content.posts', 'comment.comments')
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)""",
    """DO $$ DECLARE i record; BEGIN
       FOR i IN SELECT * FROM public.made_later LOOP EXECUTE format('DROP INDEX %I.%I', i.schemaname, i.indexname); END LOOP; END $$""",
]
AFTER = [
    """SET maintenance_work_mem = '512MB';
       DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM public.made_later LOOP EXECUTE i.indexdef; END LOOP; END $$""",
    "DROP TABLE public.made_later",
    "ALTER SYSTEM RESET fsync",
    "ALTER SYSTEM RESET full_page_writes",
    "SELECT pg_reload_conf()",
]

# The time of every row has whole milliseconds, as answers show them.
FILL = """
SET session_replication_role = replica;
INSERT INTO auth.users (id, email, username, hashed_password, email_fold, username_fold, username_skeleton, created_at, updated_at)
SELECT {id}, 'u' || i || '@example.org', 'listener' || i, '{hash}', 'u' || i || '@example.org', 'listener' || i, 'listener' || i, {now}, {now}
FROM generate_series(1, {users}) i;
INSERT INTO artist.artists (id, name, name_key, slug, genres, created_at, updated_at)
SELECT {id}, 'Artist ' || i, 'artist ' || i, 'artist-' || i, '["rock"]', {now}, {now} FROM generate_series(1, {artists}) i;
INSERT INTO content.posts (id, title, slug, description, content, status, author_id, primary_artist_id, created_at, updated_at, published_at)
SELECT {id}, 'Post number ' || i, 'post-number-' || i, 'What post ' || i || ' is about', repeat('Words about music, ', 45), 'published',
       {author}, {artist}, {now}, {now}, {now} - i * interval '1 second'
FROM generate_series(1, {posts}) i;
INSERT INTO content.viewed_posts SELECT id, 0, true FROM content.posts;
INSERT INTO content.discussed_posts SELECT id, {comments}, true FROM content.posts;
INSERT INTO comment.comments (id, post_id, user_id, content, created_at, updated_at)
SELECT {comment}, {id}, {writer}, 'What listener thinks of post ' || i || ': ' || repeat('heard it live, ', 6), {said}, {said}
FROM generate_series(1, {posts}) i, generate_series(1, {comments}) j;
INSERT INTO comment.comment_counts (post_id, visible_count) SELECT {id}, {comments} FROM generate_series(1, {posts}) i;
"""

# What is rare, and answered by everybody all the same. Ids end in 9..., older than all others.
ODD = """
CREATE FUNCTION pg_temp.odd(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('00000000-0000-4000-8000-' || 900000000000 + n)::uuid $$;
CREATE FUNCTION pg_temp.at(n int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT timestamptz '2001-01-01 00:00:00.123Z' + n * interval '1 second' $$;
INSERT INTO auth.users (id, email, username, hashed_password, email_fold, username_fold, username_skeleton, is_active, deleted_at, created_at, updated_at) VALUES
    (pg_temp.odd(1), 'g@example.org', 'gone', '!', '#gone', '#gone', '#gone', false, now(), now(), now());
INSERT INTO artist.artists (id, name, name_key, slug, is_deleted, deleted_at, created_at, updated_at) VALUES
    (pg_temp.odd(1), 'Split up', 'split up', 'split-up', true, now(), now(), now()),
    (pg_temp.odd(2), 'Ünïcode "quoted" \\ Ж', 'x', 'quoted', false, NULL, now(), now());
INSERT INTO content.posts (id, title, slug, description, content, status, author_id, primary_artist_id, featured_artist_ids, tags, cover_image_url,
    comments_enabled, is_deleted, deleted_at, created_at, updated_at, published_at)
SELECT pg_temp.odd(n), 'Odd post ' || n, 'odd-post-' || n, d, E'Line one\\nline "two"\\t\\u2028 and \\U0001f3b8', s, a, b, f, t, c, e, x,
       CASE WHEN x THEN now() END, pg_temp.at(n), pg_temp.at(n), CASE WHEN s <> 'draft' THEN pg_temp.at(n) END
FROM (VALUES
    (1, NULL, 'published', pg_temp.odd(1), pg_temp.odd(1), '{}'::uuid[], '{}'::text[], NULL, true, false),
    (2, 'With all', 'published', {user}, pg_temp.odd(2), ARRAY[{first}, pg_temp.odd(1), {second}], ARRAY['rock', 'live'], 'https://example.org/x.jpg', true, false),
    (3, 'Of no artist', 'published', {user}, NULL, ARRAY[{second}], '{}', NULL, false, false),
    (4, 'Archived', 'archived', {user}, NULL, '{}', '{}', NULL, true, false),
    (5, 'Draft', 'draft', {user}, NULL, '{}', '{}', NULL, true, false),
    (6, 'In the trash', 'published', {user}, NULL, '{}', '{}', NULL, true, true),
    (7, 'With a tree', 'published', {user}, NULL, '{}', '{}', NULL, true, false),
    (8, 'With many', 'published', {user}, NULL, '{}', '{}', NULL, true, false)) v (n, d, s, a, b, f, t, c, e, x);
INSERT INTO comment.comments (id, post_id, user_id, parent_id, content, depth, replies_count, is_edited, is_deleted, deleted_at, created_at, updated_at)
SELECT pg_temp.odd(n), pg_temp.odd(7), w, pg_temp.odd(p), 'Node ' || n, d, r, n = 2, x, CASE WHEN x THEN now() END, pg_temp.at(n), pg_temp.at(n)
FROM (VALUES
    (1, NULL, 0, 7, {user}, true), (2, 1, 1, 1, {user}, false), (3, 2, 2, 1, pg_temp.odd(1), false), (4, 3, 3, 0, {user}, false),
    (5, 1, 1, 0, {user}, false), (6, 1, 1, 0, {user}, false), (7, 1, 1, 0, {user}, false), (8, 1, 1, 0, {user}, false), (9, 1, 1, 0, {user}, false),
    (10, 1, 1, 0, {user}, false), (11, NULL, 0, 1, {user}, false), (12, 11, 1, 0, {user}, false), (13, NULL, 0, 0, {user}, true)) v (n, p, d, r, w, x);
INSERT INTO comment.comments (id, post_id, user_id, content, created_at, updated_at)
SELECT pg_temp.odd(100 + n), pg_temp.odd(8), {user}, 'One of many', pg_temp.at(n / 2), pg_temp.at(n / 2) FROM generate_series(1, 45) n;
INSERT INTO comment.comment_counts (post_id, visible_count) VALUES (pg_temp.odd(7), 11), (pg_temp.odd(8), 45);
"""

# What peers add: the usual outbox, and a role with all planning settings that VobeMusic gives its own connections (src/db/pool/setup.c). By
# default PostgreSQL plans a joined page anew each time (a fifth of the pages at S), and plans made once, with parallel workers, cost a
# quarter of them at M.
PEERS = """
CREATE SCHEMA peers;
CREATE TABLE peers.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, aggregate_id uuid NOT NULL, payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE ROLE peer LOGIN;
ALTER ROLE peer SET plan_cache_mode = force_generic_plan;
ALTER ROLE peer SET jit = off;
ALTER ROLE peer SET max_parallel_workers_per_gather = 0;
ALTER ROLE peer SET enable_seqscan = off;
GRANT USAGE ON SCHEMA auth, artist, content, comment, peers TO peer;
GRANT SELECT ON auth.users, artist.artists, content.posts, comment.comments, comment.comment_counts TO peer;
GRANT UPDATE ON auth.users, comment.comment_counts TO peer;
GRANT INSERT ON auth.sessions, auth.refresh_tokens, comment.comments, comment.comment_counts, peers.outbox TO peer;
GRANT SELECT ON auth.sessions TO peer;
"""

# Tables and indexes are in shared_buffers when a turn begins: else whoever comes first, or asks for what nobody has asked for yet, is charged
# with getting them, and M more so than S.
WARM = """
CREATE EXTENSION IF NOT EXISTS pg_prewarm SCHEMA peers;
SELECT sum(peers.pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace::regnamespace::text IN ('auth', 'artist', 'content', 'comment');
"""

# After each contestant, so that all find the same rows: nothing that was written stays, and nothing of it is left to be tidied up.
TIDY = """
TRUNCATE peers.outbox;
TRUNCATE auth.sessions, auth.refresh_tokens;
DELETE FROM comment.comments WHERE created_at > timestamptz '{since}';
UPDATE comment.comment_counts SET visible_count = {comments} WHERE visible_count <> {comments} AND post_id < {odd};
"""


def uuid_text(number):
    return f"00000000-0000-4000-8000-{number:012}"


def post_id(i):
    return uuid_text(100_000_000_000 + i)


def odd_id(n):
    return uuid_text(900_000_000_000 + n)


def quoted(number):
    return f"'{uuid_text(number)}'::uuid"


class Data:
    """The rows of one size in a migrated database."""

    def __init__(self, database, size):
        factor = SIZES[size]
        self.database, self.size = database, size
        self.users, self.artists, self.posts = (int(count * factor) for count in (USERS, ARTISTS, POSTS))

    def fill(self):
        def sql_id(number):
            return f"('00000000-0000-4000-8000-' || lpad(({number})::text, 12, '0'))::uuid"

        base = 100_000_000_000
        for text in BEFORE:
            self.database.sql(text)
        self.database.sql(FILL.format(
            id=sql_id(f"{base} + i"), author=sql_id(f"{base} + 1 + i % {self.users}"), artist=sql_id(f"{base} + 1 + i % {self.artists}"),
            comment=sql_id(f"{base} + i::bigint * {COMMENTS_A_POST} + j"), writer=sql_id(f"{base} + 1 + (i::bigint * 7919 + j * 31) % {self.users}"),
            said="date_trunc('milliseconds', now()) - interval '1 day' + (i % 80000 + j * 1000) * interval '1 millisecond'",
            now="date_trunc('milliseconds', now() - interval '1 day')", hash=HASH,
            users=self.users, artists=self.artists, posts=self.posts, comments=COMMENTS_A_POST))
        for text in AFTER:
            self.database.sql(text)
        self.database.sql(ODD.replace("{user}", quoted(base + 1)).replace("{first}", quoted(base + 1)).replace("{second}", quoted(base + 2)))
        self.database.sql(PEERS)
        self.since = self.database.sql("SELECT now()")[0][0]
        self.settle()

    def settle(self):
        """Leaves autovacuum nothing to do. Without ANALYZE it looks at tables of which a tenth was written, within its minute: at M for
        0.6 to 0.8 s of the processor, in the midst of what is measured next."""
        self.database.sql("VACUUM (ANALYZE)")
        self.database.sql("CHECKPOINT")
        self.database.sql(WARM)

    def undo(self):
        self.database.sql(TIDY.format(since=self.since, comments=COMMENTS_A_POST, odd=quoted(900_000_000_000)))

    def tidy(self):
        self.undo()
        self.settle()
