-- A term of several lexemes counts as one occurrence, so that a beginning of many words is worth no more than one of them; a name
-- within the question more than one that shares a word with it.
CREATE OR REPLACE FUNCTION called(exact tsvector, same tsquery, named tsquery, near tsquery, within tsquery)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN exact @@ same THEN 1.15 WHEN exact @@ named THEN 1 WHEN exact @@ near THEN 0.93
		WHEN exact @@ within THEN 0.68 ELSE 0 END
$$;

-- As in 0009, but for tf of a term of several lexemes (hash -1).
CREATE OR REPLACE FUNCTION term_score(weight double precision, stem tsquery, word tsquery, hash bigint,
	doc tsvector, exact tsvector, forms bytea, length integer, mean_length double precision)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT weight * (
		CASE WHEN doc @@ stem THEN
			1.9 * (1 - (0.9 * (0.6 + 0.4 * length / mean_length))
				/ (CASE WHEN hash < 0 THEN 1
					ELSE 1 / (1.64493406685 * (1.0000001 - least(1, ts_rank('{1,1,1,1}', doc, stem)))) - 0.5 END
					+ (0.9 * (0.6 + 0.4 * length / mean_length))))
			+ CASE WHEN ts_rank('{0,0,0,1}', doc, stem) > 0 THEN 0.5 ELSE 0 END
			+ CASE WHEN hash >= 0 AND forms <> ''
				AND get_bit(forms, hash % (octet_length(forms) * 8)) = 1 THEN 0.3 ELSE 0 END
		ELSE 0 END
		+ CASE WHEN exact @@ word THEN 0.5 ELSE 0 END)
$$;

INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
