-- Names of artists stand in the index once, with the artist, and not in each of its posts: a post is found by them since it holds its artists' ids, and
-- shows them as they are when it is found. So a new name is one row, however many posts there are. `artist_names` has the name that the original design
-- gives the field, and stays empty.
ALTER TABLE posts_index ALTER artist_names SET DEFAULT '{}';

-- What a name adds to the `exact` and the `doc` of a post; and which posts are the artist's, asked of either.
ALTER TABLE artists_index
	ADD name_words tsvector NOT NULL DEFAULT '', ADD name_stems tsvector NOT NULL DEFAULT '', ADD credit tsquery NOT NULL DEFAULT '';
CREATE INDEX idx_artists_index_name_stems ON artists_index USING gin (name_stems) WITH (fastupdate = on, gin_pending_list_limit = 64);

-- So many posts are the artist's, by the same samples: as common as that is the name in them.
ALTER TABLE works ADD posts bigint NOT NULL DEFAULT 0;

CREATE AGGREGATE vectors_joined(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '', PARALLEL = SAFE);

-- What the names of a post's artists that have anything to do with the question add to its vectors. Inlined where it is called.
CREATE FUNCTION names_in(ids uuid[], asked tsquery) RETURNS TABLE (words tsvector, stems tsvector) LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT vectors_joined(name_words), vectors_joined(name_stems)
	FROM artists_index
	WHERE asked IS NOT NULL AND artist_id = ANY (ids) AND (name_words @@ asked OR name_stems @@ asked)
$$;

-- The names of a post's artists, in their order.
CREATE FUNCTION names_of(ids uuid[]) RETURNS TABLE (artist_names text[]) LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(array_agg(a.name ORDER BY i.n), '{}')
	FROM unnest(ids) WITH ORDINALITY AS i (id, n) JOIN artists_index a ON a.artist_id = i.id
$$;

-- As in 0010, of several kinds.
CREATE FUNCTION neighbours(kinds text[], typed text, shortest bigint, longest bigint) RETURNS TABLE (word text, df integer)
	LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.14 AS $$
BEGIN
	RETURN QUERY SELECT v.word, max(v.df) FROM vocabulary v
		WHERE v.word % typed AND v.kind = ANY (kinds) AND length(v.word) BETWEEN shortest AND longest AND v.word !~ '^:'
		GROUP BY v.word
		ORDER BY extensions.similarity(v.word, typed) DESC, max(v.df) DESC, v.word LIMIT 100;
END $$;
DROP FUNCTION neighbours(text, text, bigint, bigint);

-- The documents are written again by the job that rebuilds: posts are found by the names in them until then.
INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
