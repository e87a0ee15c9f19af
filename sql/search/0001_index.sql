-- The index of posts, artists, albums and tracks. Every table holds the current state of what can be found, and nothing else:
-- drafts, archived and deleted things have no row.

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- Russian stems for Cyrillic words and English stems for Latin ones: PostgreSQL's `russian` configuration does both.
-- ё is written as е by most people, so both are indexed as е.
CREATE FUNCTION stems(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT pg_catalog.to_tsvector('pg_catalog.russian', pg_catalog.translate(pg_catalog.left($1, 200000), 'ёЁ', 'еЕ')) $$;

CREATE TABLE posts_index (
	post_id           uuid        PRIMARY KEY,
	title             text        NOT NULL,
	slug              text        NOT NULL,
	description       text,
	content           text        NOT NULL,
	author_id         uuid,
	author_username   text,
	primary_artist_id uuid,
	artist_ids        uuid[]      NOT NULL,
	artist_names      text[]      NOT NULL,
	status            text        NOT NULL,
	tags              text[]      NOT NULL,
	cover_image_url   text,
	published_at      timestamptz NOT NULL,
	created_at        timestamptz NOT NULL,
	version           bigint      NOT NULL,
	doc               tsvector    NOT NULL, -- stems: title A; description, names, tags B; content D
	exact             tsvector    NOT NULL, -- words of title, names and tags as they are, bare, and in Latin letters
	plain             text        NOT NULL, -- the title folded and bare, for equality and prefixes
	length            integer     NOT NULL  -- lexemes of doc, for BM25
);
-- Ranking reads doc of hundreds of rows a query: it stays in the row and uncompressed, texts move out before it.
ALTER TABLE posts_index SET (toast_tuple_target = 4080);
ALTER TABLE posts_index ALTER doc SET STORAGE MAIN, ALTER exact SET STORAGE MAIN;
CREATE INDEX posts_index_doc       ON posts_index USING gin (doc) WITH (fastupdate = off);
CREATE INDEX posts_index_exact     ON posts_index USING gin (exact) WITH (fastupdate = off);
CREATE INDEX posts_index_published ON posts_index (published_at DESC, post_id DESC);
CREATE INDEX posts_index_author    ON posts_index (author_id);
CREATE INDEX posts_index_artists   ON posts_index USING gin (artist_ids) WITH (fastupdate = off);
CREATE INDEX posts_index_plain     ON posts_index (plain text_pattern_ops);

CREATE TABLE artists_index (
	artist_id       uuid        PRIMARY KEY,
	name            text        NOT NULL,
	slug            text        NOT NULL,
	bio             text,
	genres          text[]      NOT NULL,
	country         text,
	image_url       text,
	verified        boolean     NOT NULL,
	followers_count bigint      NOT NULL,
	created_at      timestamptz NOT NULL,
	version         bigint      NOT NULL,
	doc             tsvector    NOT NULL,
	exact           tsvector    NOT NULL,
	plain           text        NOT NULL, -- the name folded and bare
	length          integer     NOT NULL
);
ALTER TABLE artists_index SET (toast_tuple_target = 4080);
ALTER TABLE artists_index ALTER doc SET STORAGE MAIN, ALTER exact SET STORAGE MAIN;
CREATE INDEX artists_index_doc   ON artists_index USING gin (doc) WITH (fastupdate = off);
CREATE INDEX artists_index_exact ON artists_index USING gin (exact) WITH (fastupdate = off);
CREATE INDEX artists_index_plain ON artists_index (plain text_pattern_ops);
CREATE INDEX artists_index_typos ON artists_index USING gin (plain gin_trgm_ops) WITH (fastupdate = off);

CREATE TABLE albums_index (
	album_id        uuid        PRIMARY KEY,
	artist_id       uuid        NOT NULL,
	title           text        NOT NULL,
	artist_name     text,
	description     text,
	album_type      text,
	release_date    text,
	cover_image_url text,
	created_at      timestamptz NOT NULL,
	version         bigint      NOT NULL,
	doc             tsvector    NOT NULL,
	exact           tsvector    NOT NULL,
	plain           text        NOT NULL,
	length          integer     NOT NULL
);
CREATE INDEX albums_index_doc   ON albums_index USING gin (doc) WITH (fastupdate = off);
CREATE INDEX albums_index_exact ON albums_index USING gin (exact) WITH (fastupdate = off);
CREATE INDEX albums_index_plain ON albums_index (plain text_pattern_ops);

CREATE TABLE tracks_index (
	track_id    uuid        PRIMARY KEY,
	album_id    uuid        NOT NULL,
	artist_id   uuid        NOT NULL,
	title       text        NOT NULL,
	album_title text,
	artist_name text,
	duration    bigint,
	created_at  timestamptz NOT NULL,
	version     bigint      NOT NULL,
	doc         tsvector    NOT NULL,
	exact       tsvector    NOT NULL,
	plain       text        NOT NULL,
	length      integer     NOT NULL
);
CREATE INDEX tracks_index_doc   ON tracks_index USING gin (doc) WITH (fastupdate = off);
CREATE INDEX tracks_index_exact ON tracks_index USING gin (exact) WITH (fastupdate = off);
CREATE INDEX tracks_index_plain ON tracks_index (plain text_pattern_ops);

-- Who may write a document: a writer takes a stamp before it reads the source and writes only over older stamps. Whoever took
-- the highest stamp read the source last, so a slow writer cannot put old state over new, whatever event it came from.
-- Rows of deleted things stay as tombstones.
CREATE SEQUENCE stamp CACHE 1;
CREATE TABLE stamps (
	id    uuid   PRIMARY KEY,
	stamp bigint NOT NULL
) WITH (fillfactor = 80);

-- In how many documents of a kind a lexeme stands; refreshed by a job. What is missing here is counted when asked for.
CREATE TABLE lexemes (
	kind   text    NOT NULL,
	lexeme text    NOT NULL,
	df     integer NOT NULL,
	PRIMARY KEY (kind, lexeme)
);
CREATE TABLE statistics (
	kind         text             PRIMARY KEY CHECK (kind IN ('posts', 'artists', 'albums', 'tracks')),
	documents    bigint           NOT NULL,
	mean_length  double precision NOT NULL,
	refreshed_at timestamptz      NOT NULL
);
INSERT INTO statistics SELECT kind, 0, 1, 'epoch' FROM unnest(ARRAY['posts', 'artists', 'albums', 'tracks']) kind;

-- Words as people write them, by the kinds of document they stand in, for repairing typos: words of titles and names with each
-- document, words of texts by the job, which also refreshes df: documents that hold the word in exact, or in a sample of texts.
CREATE TABLE vocabulary (
	kind text    NOT NULL,
	word text    NOT NULL,
	df   integer NOT NULL,
	PRIMARY KEY (kind, word)
);
CREATE INDEX vocabulary_typos ON vocabulary USING gin (word gin_trgm_ops) WITH (fastupdate = off);

-- Words that share a fifth of their trigrams with the given one; 0.3, the default, misses two typos in one word.
CREATE FUNCTION neighbours(asked_kind text, typed text, shortest bigint, longest bigint) RETURNS TABLE (word text, df integer)
	LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.2 AS $$
BEGIN
	RETURN QUERY SELECT v.word, v.df FROM vocabulary v
		WHERE v.word % typed AND v.kind = asked_kind AND length(v.word) BETWEEN shortest AND longest
		ORDER BY public.similarity(v.word, typed) DESC, v.df DESC, v.word LIMIT 30;
END $$;
