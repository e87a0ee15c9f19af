-- Writes wait in a list of each text index, which is searched like the index and goes into it when it is full: a word that many of its
-- documents have is then written once. A list of posts holds fifty of them in doc, some two hundred in exact; reading it takes a search
-- 1.4 us for each, and the post that fills it waits some 20 ms longer to be found.

DO $$
DECLARE
	index regclass;
BEGIN
	FOR index IN SELECT c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam
			WHERE c.relnamespace = 'search'::regnamespace AND c.relkind = 'i' AND a.amname = 'gin' LOOP
		EXECUTE format('ALTER INDEX %s SET (fastupdate = on, gin_pending_list_limit = 64)', index);
	END LOOP;
END $$;
ALTER INDEX idx_posts_index_doc   SET (gin_pending_list_limit = 256);
ALTER INDEX idx_posts_index_exact SET (gin_pending_list_limit = 128);
ALTER INDEX idx_posts_index_typos SET (gin_pending_list_limit = 128);

-- As in 0012, but a form sets three bits of `forms`, which are fewer for it: a post of some 900 characters is again a quarter of a page.
-- Posts have no fact of their year any more, which nothing asks for: their time is a column.
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
				AND get_bit(forms, hash % (octet_length(forms) * 8)) = 1
				AND get_bit(forms, hash / (octet_length(forms) * 8) % (octet_length(forms) * 8)) = 1
				AND get_bit(forms, (hash % (octet_length(forms) * 8) + hash / (octet_length(forms) * 8))
					% (octet_length(forms) * 8)) = 1
				THEN 0.3 ELSE 0 END
		ELSE 0 END
		+ CASE WHEN exact @@ word THEN 0.5 ELSE 0 END)
$$;

-- The documents are written again by the job that rebuilds; until one is, its words count a little less as typed.
INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
