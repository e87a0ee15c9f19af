-- doc and exact are made by the server, which cuts, folds and stems documents and queries by one function; no place of a
-- lexeme is kept, so phrases are checked on the texts.

-- A bit for each form of a word that stands in the texts, where its hash falls, for telling "famed" from "fame".
ALTER TABLE posts_index   ADD forms bytea NOT NULL DEFAULT '';
ALTER TABLE artists_index ADD forms bytea NOT NULL DEFAULT '';
ALTER TABLE albums_index  ADD forms bytea NOT NULL DEFAULT '';
ALTER TABLE tracks_index  ADD forms bytea NOT NULL DEFAULT '';

-- How far a name is what was asked for: as written, signs aside, in other letters or forms, as a part of the question. The
-- forms of whole names stand in exact with a blank before them.
CREATE FUNCTION called(exact tsvector, same tsquery, named tsquery, near tsquery, within tsquery)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN exact @@ same THEN 1.15 WHEN exact @@ named THEN 1 WHEN exact @@ near THEN 0.9
		WHEN exact @@ within THEN 0.5 ELSE 0 END
$$;

-- Whether all phrases stand in one field each, and none of those that must not. U+E000 is in no text and parts the fields; the
-- patterns do not match over it.
CREATE FUNCTION has_phrases(phrases text[], without_any text, VARIADIC fields text[])
	RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	all_fields text := array_to_string(fields, U&'\E000');
	phrase text;
BEGIN
	FOREACH phrase IN ARRAY phrases LOOP
		IF all_fields !~* phrase THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN without_any IS NULL OR all_fields !~* without_any;
END $$;

-- What one term adds to the score of a document: BM25 (Robertson and Zaragoza 2009; k1 0.9, b 0.4), so between 0 and 1.9
-- times its weight; half as much for standing in the title, and for standing there or in a name exactly as it was typed;
-- a little for standing anywhere in the very form that was typed (hash).
--
-- ts_rank of one lexeme with equal weights is the sum of 1/i^2 over its i occurrences divided by pi^2/6 (tsrank.c,
-- calc_rank_or); 1 / (pi^2/6 - sum) - 1/2 gives the number of occurrences back, within 5 %. Of a term of several lexemes
-- (hash -1) the sum itself is taken for it. With tf occurrences and K = 0.9 (0.6 + 0.4 length / mean_length), BM25 is
-- 1.9 tf / (tf + K), here written as 1.9 (1 - K / (tf + K)) so that tf stands in it once: the planner would compute it
-- again for each.
CREATE FUNCTION term_score(weight double precision, stem tsquery, word tsquery, hash bigint,
	doc tsvector, exact tsvector, forms bytea, length integer, mean_length double precision)
	RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT weight * (
		CASE WHEN doc @@ stem THEN
			1.9 * (1 - (0.9 * (0.6 + 0.4 * length / mean_length))
				/ (CASE WHEN hash < 0 THEN greatest(1, 1.64493406685 * ts_rank('{1,1,1,1}', doc, stem))
					ELSE 1 / (1.64493406685 * (1.0000001 - least(1, ts_rank('{1,1,1,1}', doc, stem)))) - 0.5 END
					+ (0.9 * (0.6 + 0.4 * length / mean_length))))
			+ CASE WHEN ts_rank('{0,0,0,1}', doc, stem) > 0 THEN 0.5 ELSE 0 END
			+ CASE WHEN hash >= 0 AND forms <> ''
				AND get_bit(forms, hash % (octet_length(forms) * 8)) = 1 THEN 0.15 ELSE 0 END
		ELSE 0 END
		+ CASE WHEN exact @@ word THEN 0.5 ELSE 0 END)
$$;

-- Nothing calls these any more.
DROP FUNCTION term_score(double precision, tsquery, tsquery, tsvector, tsvector, integer, double precision);
DROP FUNCTION stems(text);
DROP FUNCTION bare(text);

-- The documents are written again by the job that rebuilds; until one is, it is found by most of its words.
INSERT INTO rebuild (asked_at) SELECT now() WHERE EXISTS (SELECT FROM inbox_cursor WHERE off > 0) -- what is new has nothing to write again
	ON CONFLICT (is_only) DO UPDATE SET asked_at = now();
UPDATE statistics SET bytes = 0;
