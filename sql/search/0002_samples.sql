-- Artists are listed by filters alone; words are counted in samples; two typos in one word are repaired.

CREATE INDEX artists_index_created ON artists_index (created_at DESC, artist_id DESC);

-- 0 makes the job count every kind again. What it counts are the words that are not rare; others are counted when asked for.
ALTER TABLE statistics ADD bytes bigint NOT NULL DEFAULT 0; -- of the table, when it was counted
ALTER TABLE statistics ALTER bytes DROP DEFAULT;

-- Loads pg_trgm into this session: a setting that no loaded library knows may be named by superusers only.
SELECT public.show_limit();

-- Words that share a seventh of their trigrams with the given one: two typos in a word of seven letters leave no more.
CREATE OR REPLACE FUNCTION neighbours(asked_kind text, typed text, shortest bigint, longest bigint) RETURNS TABLE (word text, df integer)
	LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.14 AS $$
BEGIN
	RETURN QUERY SELECT v.word, v.df FROM vocabulary v
		WHERE v.word % typed AND v.kind = asked_kind AND length(v.word) BETWEEN shortest AND longest
		ORDER BY public.similarity(v.word, typed) DESC, v.df DESC, v.word LIMIT 100;
END $$;

-- How many documents there are, and how long those of a sample are in the mean.
CREATE FUNCTION measured(kind text, sample bigint, OUT documents bigint, OUT mean_length double precision) LANGUAGE plpgsql STABLE AS $$
BEGIN
	EXECUTE format('SELECT count(*) FROM %I', kind || '_index') INTO documents;
	EXECUTE format('SELECT greatest(coalesce(avg(length), 1), 1) FROM %I TABLESAMPLE SYSTEM (%s)', kind || '_index',
		least(100, sample * 100.0 / greatest(documents, 1))) INTO mean_length;
END $$;

-- Words of a tsvector and in how many documents they stand, by a sample of so many, of which `fewest` must hold one to be told.
CREATE FUNCTION sampled(asked_kind text, words text, sample bigint, fewest bigint) RETURNS TABLE (word text, df integer) LANGUAGE plpgsql STABLE AS $$
DECLARE
	all_documents bigint := (SELECT documents FROM statistics WHERE kind = asked_kind);
	percent double precision := least(100, sample * 100.0 / greatest(all_documents, 1));
	pages text := format('%I TABLESAMPLE SYSTEM (%s) REPEATABLE (%s)', asked_kind || '_index', percent, random());
	seen bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM ' || pages INTO seen;
	RETURN QUERY SELECT s.word, CASE WHEN percent < 100 THEN s.ndoc * all_documents / greatest(seen, 1) ELSE s.ndoc END::integer
		FROM ts_stat(format('SELECT %s FROM %s', words, pages)) s WHERE percent = 100 OR s.ndoc >= fewest;
END $$;
