-- As in 0020_credits.sql, but a word of two kinds is told twice, since to sort them out is cheaper when few are left; and no index says which
-- words are of a kind, which are most of them, where trigrams leave few.
CREATE OR REPLACE FUNCTION neighbours(kinds text[], typed text, shortest bigint, longest bigint) RETURNS TABLE (word text, df integer)
	LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.14 AS $$
BEGIN
	RETURN QUERY SELECT v.word, v.df FROM vocabulary v
		WHERE v.word % typed AND v.kind || '' = ANY (kinds) AND length(v.word) BETWEEN shortest AND longest AND v.word !~ '^:'
		ORDER BY extensions.similarity(v.word, typed) DESC, v.df DESC, v.word LIMIT 150;
END $$;
