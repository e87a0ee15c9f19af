-- Users can be found: those with an active account, by their name.
CREATE TABLE users_index (
	user_id    uuid        PRIMARY KEY,
	username   text        NOT NULL,
	created_at timestamptz NOT NULL,
	version    bigint      NOT NULL,
	doc        tsvector    NOT NULL,
	exact      tsvector    NOT NULL,
	plain      text        NOT NULL, -- the name folded and bare
	length     integer     NOT NULL,
	forms      bytea       NOT NULL
);
CREATE INDEX idx_users_index_doc   ON users_index USING gin (doc) WITH (fastupdate = off);
CREATE INDEX idx_users_index_exact ON users_index USING gin (exact) WITH (fastupdate = off);
CREATE INDEX idx_users_index_plain ON users_index (plain text_pattern_ops);
CREATE INDEX idx_users_index_created_at ON users_index (created_at DESC, user_id DESC);

ALTER TABLE statistics DROP CONSTRAINT statistics_kind_check,
	ADD CHECK (kind IN ('posts', 'artists', 'albums', 'tracks', 'users'));
INSERT INTO statistics (kind, documents, mean_length, refreshed_at, bytes) VALUES ('users', 0, 1, 'epoch', 0);

INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();

-- How much there is of an artist: posts, albums and tracks, counted by the job that counts words. What is known by more comes first.
CREATE TABLE works (
	artist_id uuid   PRIMARY KEY,
	count     bigint NOT NULL
);
CREATE INDEX idx_artists_index_followers_count ON artists_index (followers_count DESC);
CREATE INDEX idx_vocabulary_word ON vocabulary (kind, word text_pattern_ops);

-- Titles are known again by their looks, slips and all.
CREATE INDEX idx_albums_index_typos ON albums_index USING gin (plain gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX idx_tracks_index_typos ON tracks_index USING gin (plain gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX idx_posts_index_typos  ON posts_index  USING gin (plain gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX idx_users_index_typos  ON users_index  USING gin (plain gin_trgm_ops) WITH (fastupdate = off);

-- Behind the indexes, which load pg_trgm: who is no superuser may name a setting of it only then. As in 0005; the vocabulary holds tags too, which are no words.
CREATE OR REPLACE FUNCTION neighbours(asked_kind text, typed text, shortest bigint, longest bigint)
	RETURNS TABLE (word text, df integer) LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.14 AS $$
BEGIN
	RETURN QUERY SELECT v.word, v.df FROM vocabulary v
		WHERE v.word % typed AND v.kind = asked_kind AND length(v.word) BETWEEN shortest AND longest AND v.word !~ '^:'
		ORDER BY extensions.similarity(v.word, typed) DESC, v.df DESC, v.word LIMIT 100;
END $$;

-- What words of names sound like, for those that are written by ear. The rebuild learns them anew.
DELETE FROM vocabulary;
ALTER TABLE vocabulary ADD sound text;
CREATE INDEX idx_vocabulary_sound ON vocabulary (kind, sound);

-- How common what a prefix begins is.
CREATE INDEX idx_lexemes_lexeme ON lexemes (kind, lexeme text_pattern_ops);
