-- What is known of words: how common they are by the last count. What that count does not know is rare, or
-- new, and counted here, for the first $typed of the words.
-- name: word_facts
SELECT w.word, s.lexeme, s.stems, t.documents, t.mean_length, greatest(0, v.df, coalesce(l.df,
	CASE WHEN w.n <= $typed AND s.lexeme IS NOT NULL THEN
		CASE $kind
		WHEN 'posts' THEN (SELECT count(*) FROM (SELECT FROM posts_index WHERE doc @@ stems::tsquery LIMIT 10000) d)
		WHEN 'artists' THEN (SELECT count(*) FROM (SELECT FROM artists_index WHERE doc @@ stems::tsquery LIMIT 10000) d)
		WHEN 'albums' THEN (SELECT count(*) FROM (SELECT FROM albums_index WHERE doc @@ stems::tsquery LIMIT 10000) d)
		WHEN 'tracks' THEN (SELECT count(*) FROM (SELECT FROM tracks_index WHERE doc @@ stems::tsquery LIMIT 10000) d)
		END
	END)) AS df
FROM statistics t, unnest($words::text[], $raw::text[]) WITH ORDINALITY AS w (word, raw, n)
LEFT JOIN LATERAL (
	SELECT min(lexeme) AS lexeme,
	       phraseto_tsquery('pg_catalog.russian', translate(w.raw, 'ёЁ', 'еЕ'))::text AS stems
	FROM unnest(stems(w.raw))
) s ON true
LEFT JOIN vocabulary v ON v.kind = $kind AND v.word = w.word
LEFT JOIN lexemes l ON l.kind = $kind AND l.lexeme = s.lexeme
WHERE t.kind = $kind
ORDER BY w.n;

-- Words of the vocabulary that share trigrams with one nobody wrote, and are of about its length.
-- name: neighbours_of
SELECT w.of, n.word, n.df
FROM unnest($words::text[], $shortest::bigint[], $longest::bigint[]) WITH ORDINALITY
		AS w (word, shortest, longest, of),
     LATERAL neighbours($kind, w.word, w.shortest, w.longest) AS n
ORDER BY w.of;
