-- What is known of words: how common they are by the last count. What that count does not know is rare, or
-- new, and counted here, for the first $typed of the words. One statement for all kinds would be
-- made ready to count in four tables, which takes a third as long as all the rest of it. OFFSET 0: each word is
-- looked up, whatever the planner knows of a table that is new to it.

-- name: words_of_posts
SELECT w.word, nullif(w.lexeme, '') AS lexeme, w.stems, w.exact, t.documents, t.mean_length,
	greatest(0, v.df, coalesce(l.df, CASE
		WHEN w.n > $typed THEN 0
		WHEN w.stems LIKE '%:*%' AND p.df > 0 THEN least(t.documents, p.df)
		WHEN w.stems <> '' THEN
			(SELECT count(*) FROM (SELECT FROM posts_index WHERE doc @@ w.stems::tsquery LIMIT 10000) d)
		WHEN v.df IS NULL THEN
			(SELECT count(*) FROM (SELECT FROM posts_index WHERE exact @@ w.exact::tsquery LIMIT 10000) d)
	END)) AS df
FROM statistics t,
     unnest($words::text[], $lexemes::text[], $stems::text[], $exact::text[]) WITH ORDINALITY
		AS w (word, lexeme, stems, exact, n)
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

-- Words of the vocabulary that share trigrams with one nobody wrote, and are of about its length.
-- name: neighbours_of
SELECT w.of, n.word, n.df
FROM unnest($words::text[], $shortest::bigint[], $longest::bigint[]) WITH ORDINALITY
		AS w (word, shortest, longest, of),
     LATERAL neighbours($kind, w.word, w.shortest, w.longest) AS n
ORDER BY w.of;

-- Words of names that sound like one nobody wrote.
-- name: sounding
SELECT w.of, v.word, v.df
FROM unnest($words::text[]) WITH ORDINALITY AS w (sound, of),
     LATERAL (SELECT word, df FROM vocabulary WHERE kind = $kind AND sound = w.sound ORDER BY df DESC, word LIMIT 50) AS v
ORDER BY w.of;

-- Which of the words stand in a document still: the vocabulary forgets none, and what was deleted must not be told
-- by a repair. Words of posts may come from their texts.
-- name: living_words_of_posts
SELECT w.n AS of
FROM unnest($words::text[]) WITH ORDINALITY AS w (word, n)
WHERE EXISTS (SELECT FROM posts_index WHERE exact @@ ('''' || w.word || '''')::tsquery)
   OR EXISTS (SELECT FROM posts_index
	WHERE doc @@ phraseto_tsquery('pg_catalog.russian', translate(w.word, 'ёЁ', 'еЕ')))
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
