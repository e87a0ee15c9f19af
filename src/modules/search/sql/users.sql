-- Users, by the same rules as everything else (find.sql): they have a name and nothing besides.

-- name: find_users
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM users_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($all, '')::tsquery AS whole,
	       nullif($same, '')::tsquery AS same,
	       nullif($named, '')::tsquery AS named,
	       nullif($near, '')::tsquery AS near,
	       nullif($within, '')::tsquery AS within,
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), candidates AS MATERIALIZED (
	SELECT d.at
	FROM (SELECT d.ctid AS at, d.*
	      FROM users_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.username))
	ORDER BY coalesce(similarity(d.plain, (SELECT typed FROM asked)) * 8, 0)
		 + 4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked))
		 + coalesce(d.exact @@ (SELECT whole FROM asked), false)::int * 2
		 + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0) DESC,
		 d.user_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT c.at, c.n, CASE WHEN c.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		            5 * similarity(d.plain, (SELECT typed FROM asked)) - 0.8)
		   + CASE WHEN d.exact @@ (SELECT near FROM asked) THEN 3
			WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END) END AS score
	FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	JOIN users_index d ON d.ctid = c.at
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN users_index d ON d.ctid = page.at
ORDER BY page.score DESC NULLS LAST, n;

-- name: newest_users
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM users_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($all, '')::tsquery AS whole,
	       nullif($same, '')::tsquery AS same,
	       nullif($named, '')::tsquery AS named,
	       nullif($near, '')::tsquery AS near,
	       nullif($within, '')::tsquery AS within,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), page AS MATERIALIZED (
	SELECT d.at
	FROM (SELECT d.ctid AS at, d.*
	      FROM users_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.username))
	ORDER BY d.created_at DESC, d.user_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		   CASE WHEN d.exact @@ (SELECT near FROM asked) THEN 3
			WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END) AS score
FROM page
JOIN users_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.user_id DESC;

-- name: list_users
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM users_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.username))
	ORDER BY d.created_at DESC, d.user_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN users_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.user_id DESC;

-- name: count_users
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM users_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM (SELECT *
	      FROM users_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 10001 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.username)
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_users
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM users_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.username))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: words_of_users
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM users_index WHERE doc @@ w.stems::tsquery LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM users_index WHERE exact @@ w.exact::tsquery LIMIT 10000) d)
	END)) AS df
FROM statistics t,
     unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY
		AS w (word, lexeme, stems, exact, n)
LEFT JOIN vocabulary v ON v.kind = 'users' AND v.word = w.word
LEFT JOIN LATERAL (SELECT df FROM lexemes WHERE kind = 'users' AND lexeme = w.lexeme OFFSET 0) l ON true
LEFT JOIN LATERAL (
	SELECT sum(df)::bigint AS df FROM lexemes
	WHERE w.stems LIKE '%:*%' AND kind = 'users'
	  AND lexeme ~>=~ w.word AND lexeme ~<~ (w.word || U&'\+10FFFF')
) p ON true
WHERE t.kind = 'users'
ORDER BY w.n;

-- name: living_words_of_users
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM users_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
ORDER BY w.n;
