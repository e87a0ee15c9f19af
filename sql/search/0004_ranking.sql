-- What many searches share. Both are small enough for the planner to put into the statement itself.

-- The words of a name folded and without punctuation, as words_plain() makes them: "The Who" is "the who".
CREATE FUNCTION bare(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT btrim(regexp_replace(regexp_replace(translate(lower(name), 'ё', 'е'),
		'[^[:alnum:][:space:]]+', '', 'g'), '\s+', ' ', 'g'))
$$;

-- What one term adds to the score of a document: BM25 (Robertson and Zaragoza 2009; k1 0.9, b 0.4), and half as much
-- for standing in the title, and for standing there or in a name exactly as it was typed.
--
-- ts_rank of one term with equal weights is the sum of 1/i^2 over its i occurrences divided by pi^2/6 (tsrank.c,
-- calc_rank_or); 1 / (pi^2/6 - sum) - 1/2 gives the number of occurrences back, within 5 %. Taking documents apart by
-- unnest() is 30 times slower. With tf occurrences and K = 0.9 (0.6 + 0.4 length / mean_length), BM25 is
-- 1.9 tf / (tf + K), here written as 1.9 (1 - K / (tf + K)) so that tf stands in it once: the planner would compute it
-- again for each.
CREATE FUNCTION term_score(weight double precision, stem tsquery, word tsquery,
	doc tsvector, exact tsvector, length integer, mean_length double precision)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT weight * (
		CASE WHEN doc @@ stem THEN
			1.9 * (1 - (0.9 * (0.6 + 0.4 * length / mean_length))
				/ ((1 / (1.64493406685 * (1.0000001 - ts_rank('{1,1,1,1}', doc, stem))) - 0.5)
					+ (0.9 * (0.6 + 0.4 * length / mean_length))))
			+ CASE WHEN ts_rank('{0,0,0,1}', doc, stem) > 0 THEN 0.5 ELSE 0 END
		ELSE 0 END
		+ CASE WHEN exact @@ word THEN 0.5 ELSE 0 END)
$$;
