-- What is known of words: how common they are by the last count. What that count does not know is rare, or
-- new, and counted here, for the first $typed of the words. One statement for all kinds would be
-- made ready to count in four tables, which takes a third as long as all the rest of it. OFFSET 0: each word is
-- looked up, whatever the planner knows of a table that is new to it.

-- Of a word in names of artists it is told which posts are theirs: of the first fifty, first those who have its neighbour, too, then those of
-- whom there is most; of `most` that are looked at. Where there are more, those who have its neighbour are looked for by themselves. Of
-- whom there is no post nobody asks in vain.
-- name: words_of_posts
WITH asked AS MATERIALIZED (
	SELECT word, lexeme, stems, exact, n, nullif(stems, '')::tsquery AS stems_query, nullif(exact, '')::tsquery AS exact_query,
	       stems LIKE '%:*%' AS begins,
	       CASE WHEN stems LIKE '%:*%' AND length(word) < 3 AND n > 4 THEN 0
		ELSE 1 + CASE WHEN stems LIKE '%:*%' THEN 100 WHEN stems = '' THEN 50 ELSE 400 END / cardinality($words::text[]) END AS most
	FROM unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY AS w (word, lexeme, stems, exact, n)
), alone AS MATERIALIZED (
	SELECT w.n, a.artist_id, a.credit, w.most = count(*) OVER (PARTITION BY w.n) AS cut
	FROM asked w, LATERAL (SELECT artist_id, credit FROM artists_index
		WHERE exact @@ w.exact_query OR name_stems @@ w.stems_query LIMIT w.most) a
), named AS MATERIALIZED (
	SELECT n, artist_id, credit, count(*) OVER (PARTITION BY artist_id) AS words,
	       coalesce((SELECT posts FROM works WHERE works.artist_id = m.artist_id), 0) AS posts
	FROM (SELECT n, artist_id, credit FROM alone
	      UNION
	      SELECT unnest(ARRAY[v.n, w.n]), a.artist_id, a.credit
	      FROM asked v JOIN asked w ON w.n = v.n + 1 AND w.n <= $typed AND NOT v.begins, LATERAL (SELECT artist_id, credit FROM artists_index
			WHERE exact @@ (v.exact_query && w.exact_query) OR name_stems @@ (v.stems_query && w.stems_query) LIMIT 50) a
	      WHERE EXISTS (SELECT FROM alone WHERE cut AND alone.n IN (v.n, w.n))) m
), artists AS MATERIALIZED (
	SELECT n, array_agg(credit::text ORDER BY place) AS credits, sum(greatest(1, posts))::bigint AS posts
	FROM (SELECT *, row_number() OVER (PARTITION BY n ORDER BY words DESC, posts DESC, artist_id) AS place FROM named) m
	WHERE place <= 50 AND (posts > 0 OR EXISTS (SELECT FROM posts_index WHERE exact @@ m.credit))
	GROUP BY n
)
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length, a.credits,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM posts_index WHERE doc @@ w.stems_query LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM posts_index WHERE exact @@ w.exact_query LIMIT 10000) d)
	END), CASE WHEN a.posts > 0 THEN least(a.posts, greatest(1, t.documents)) END) AS df
FROM statistics t,
     asked w
LEFT JOIN artists a USING (n)
LEFT JOIN vocabulary v ON v.kind = 'posts' AND v.word = w.word
LEFT JOIN LATERAL (SELECT df FROM lexemes WHERE kind = 'posts' AND lexeme = w.lexeme OFFSET 0) l ON true
LEFT JOIN LATERAL (
	SELECT sum(df)::bigint AS df FROM lexemes
	WHERE w.stems LIKE '%:*%' AND kind = 'posts'
	  AND lexeme ~>=~ w.word AND lexeme ~<~ (w.word || U&'\+10FFFF')
) p ON true
WHERE t.kind = 'posts'
ORDER BY w.n;

-- name: words_of_artists
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM artists_index WHERE doc @@ w.stems::tsquery LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM artists_index WHERE exact @@ w.exact::tsquery LIMIT 10000) d)
	END)) AS df
FROM statistics t,
     unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY
		AS w (word, lexeme, stems, exact, n)
LEFT JOIN vocabulary v ON v.kind = 'artists' AND v.word = w.word
LEFT JOIN LATERAL (SELECT df FROM lexemes WHERE kind = 'artists' AND lexeme = w.lexeme OFFSET 0) l ON true
LEFT JOIN LATERAL (
	SELECT sum(df)::bigint AS df FROM lexemes
	WHERE w.stems LIKE '%:*%' AND kind = 'artists'
	  AND lexeme ~>=~ w.word AND lexeme ~<~ (w.word || U&'\+10FFFF')
) p ON true
WHERE t.kind = 'artists'
ORDER BY w.n;

-- name: words_of_albums
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM albums_index WHERE doc @@ w.stems::tsquery LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM albums_index WHERE exact @@ w.exact::tsquery LIMIT 10000) d)
	END)) AS df
FROM statistics t,
     unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY
		AS w (word, lexeme, stems, exact, n)
LEFT JOIN vocabulary v ON v.kind = 'albums' AND v.word = w.word
LEFT JOIN LATERAL (SELECT df FROM lexemes WHERE kind = 'albums' AND lexeme = w.lexeme OFFSET 0) l ON true
LEFT JOIN LATERAL (
	SELECT sum(df)::bigint AS df FROM lexemes
	WHERE w.stems LIKE '%:*%' AND kind = 'albums'
	  AND lexeme ~>=~ w.word AND lexeme ~<~ (w.word || U&'\+10FFFF')
) p ON true
WHERE t.kind = 'albums'
ORDER BY w.n;

-- name: words_of_tracks
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM tracks_index WHERE doc @@ w.stems::tsquery LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM tracks_index WHERE exact @@ w.exact::tsquery LIMIT 10000) d)
	END)) AS df
FROM statistics t,
     unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY
		AS w (word, lexeme, stems, exact, n)
LEFT JOIN vocabulary v ON v.kind = 'tracks' AND v.word = w.word
LEFT JOIN LATERAL (SELECT df FROM lexemes WHERE kind = 'tracks' AND lexeme = w.lexeme OFFSET 0) l ON true
LEFT JOIN LATERAL (
	SELECT sum(df)::bigint AS df FROM lexemes
	WHERE w.stems LIKE '%:*%' AND kind = 'tracks'
	  AND lexeme ~>=~ w.word AND lexeme ~<~ (w.word || U&'\+10FFFF')
) p ON true
WHERE t.kind = 'tracks'
ORDER BY w.n;

-- Words of the vocabulary that share trigrams with one nobody wrote, and are of about its length. Posts are found by names of artists, too.
-- name: neighbours_of
SELECT w.of, n.word, max(n.df) AS df
FROM unnest($words::text[], $shortest::bigint[], $longest::bigint[]) WITH ORDINALITY
		AS w (word, shortest, longest, of),
     LATERAL neighbours(CASE $kind WHEN 'posts' THEN ARRAY['posts', 'artists'] ELSE ARRAY[$kind] END,
		w.word, w.shortest, w.longest) AS n
GROUP BY w.of, n.word
ORDER BY w.of;

-- Words of names that sound like one nobody wrote.
-- name: sounding
SELECT w.of, v.word, v.df
FROM unnest($words::text[]) WITH ORDINALITY AS w (sound, of),
     LATERAL (SELECT word, max(df) AS df FROM vocabulary
		WHERE kind = ANY (CASE $kind WHEN 'posts' THEN ARRAY['posts', 'artists'] ELSE ARRAY[$kind] END) AND sound = w.sound
		GROUP BY word ORDER BY max(df) DESC, word LIMIT 50) AS v
ORDER BY w.of;

-- Which of the words stand in a document still: the vocabulary forgets none, and what was deleted must not be told
-- by a repair. Words of posts may come from their texts.
-- name: living_words_of_posts
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM posts_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
   OR EXISTS (SELECT FROM posts_index
	WHERE doc @@ phraseto_tsquery('pg_catalog.russian', translate(w.word, 'ёЁ', 'еЕ')))
   OR EXISTS (SELECT FROM artists_index a WHERE a.exact @@ ('''' || w.word || '''')::tsquery
	AND EXISTS (SELECT FROM posts_index WHERE exact @@ a.credit))
ORDER BY w.n;

-- name: living_words_of_artists
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM artists_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
ORDER BY w.n;

-- name: living_words_of_albums
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM albums_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
ORDER BY w.n;

-- name: living_words_of_tracks
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM tracks_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
ORDER BY w.n;
