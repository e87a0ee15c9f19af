-- What begins as typed. Every branch is cut before anything is sorted: of artists those most followed are looked at first, of
-- the rest some hundred. Names as
-- they were typed come before their forms in other letters. An artist whose name merely holds the word has one place in
-- five; then come albums, tracks, posts,
-- users and tags. LIKE with a parameter cannot use an index, so ranges are told; U+10FFFF is behind all text.

-- name: suggestions
WITH begins AS MATERIALIZED (
	SELECT b AS first, b || U&'\+10FFFF' AS last, (n > $exactly)::int AS class
	FROM unnest($begins::text[]) WITH ORDINALITY AS t (b, n)
), near AS MATERIALIZED (
	SELECT at, min(class) AS class
	FROM (
		SELECT a.at, class
		FROM begins, LATERAL (SELECT ctid AS at FROM artists_index
			WHERE plain ~>=~ first AND plain ~<~ last LIMIT 300) a
		UNION ALL
		SELECT a.at, class
		FROM (SELECT ctid AS at, plain FROM artists_index ORDER BY followers_count DESC LIMIT 1000) a
		JOIN begins ON a.plain ~>=~ first AND a.plain ~<~ last
		UNION ALL
		(SELECT ctid, 1 FROM artists_index WHERE exact @@ (SELECT nullif($forms, '')::tsquery) LIMIT 300)
		UNION ALL
		(SELECT ctid, 2 FROM artists_index WHERE exact @@ (SELECT nullif($inside, '')::tsquery) LIMIT 300)
	) a
	GROUP BY at
), artists AS (
	SELECT a.*, class = 2 AS inside, ARRAY[followers_count, coalesce(w.count, 0)] AS popularity, row_number() OVER (
		PARTITION BY class = 2
		ORDER BY class, followers_count DESC, coalesce(w.count, 0) DESC, length(name), name) AS n
	FROM near
	JOIN artists_index a ON a.ctid = near.at
	LEFT JOIN works w USING (artist_id)
), named AS (
	SELECT 1000 AS place, 'albums' AS type, album_id AS id, title, NULL AS slug, artist_id, artist_name,
	       left(release_date, 4) AS year
	FROM begins, LATERAL (SELECT * FROM albums_index WHERE plain ~>=~ first AND plain ~<~ last LIMIT 50) a
	UNION
	SELECT 2000, 'tracks', track_id, title, NULL, artist_id, artist_name, left(release_date, 4)
	FROM begins, LATERAL (SELECT * FROM tracks_index WHERE plain ~>=~ first AND plain ~<~ last LIMIT 50) t
), titles AS (
	SELECT DISTINCT ON (type, lower(title), artist_name) named.*, coalesce(a.followers_count, 0) AS followers,
	       coalesce(w.count, 0) AS works
	FROM named
	LEFT JOIN artists_index a USING (artist_id)
	LEFT JOIN works w USING (artist_id)
	ORDER BY type, lower(title), artist_name, year, id
), posts AS (
	SELECT p.*
	FROM begins, LATERAL (SELECT post_id, title, slug, author_username, published_at FROM posts_index
		WHERE plain ~>=~ first AND plain ~<~ last LIMIT 50) p
), users AS (
	SELECT u.*
	FROM begins, LATERAL (SELECT user_id, username FROM users_index
		WHERE plain ~>=~ first AND plain ~<~ last LIMIT 50) u
), tags AS (
	SELECT v.word, v.df
	FROM vocabulary v
	WHERE $tag <> '' AND v.kind = 'posts' AND v.word ~>=~ $tag AND v.word ~<~ ($tag || U&'\+10FFFF')
	LIMIT 50
), found AS (
	SELECT CASE WHEN NOT inside THEN n
		WHEN popularity > (SELECT popularity FROM artists WHERE n = 5 AND NOT inside) THEN 5 * n - 0.5
		ELSE 5 * n + 0.5 END AS place, 'artists' AS type, artist_id AS id, name AS text, slug,
	       NULL AS artist_name, NULL AS author_username, NULL AS year
	FROM artists
	UNION ALL
	SELECT place + row_number() OVER (PARTITION BY type ORDER BY followers DESC, works DESC, length(title), title), type, id,
	       title, slug, artist_name, NULL, year
	FROM titles
	UNION ALL
	SELECT 3000 + row_number() OVER (ORDER BY published_at DESC), 'posts', post_id, title, slug, NULL, author_username,
	       to_char(published_at AT TIME ZONE 'UTC', 'YYYY')
	FROM posts
	UNION ALL
	SELECT 4000 + row_number() OVER (ORDER BY length(username), username), 'users', user_id, username, NULL, NULL, NULL, NULL
	FROM users
	UNION ALL
	SELECT 5000 + row_number() OVER (ORDER BY df DESC, word), 'tags', NULL, substr(word, 6), substr(word, 6), NULL, NULL, NULL
	FROM tags
	WHERE EXISTS (SELECT FROM posts_index WHERE exact @@ ('''' || word || '''')::tsquery)
)
SELECT type, id, text, slug, artist_name, author_username, year
FROM found
ORDER BY place
LIMIT $limit;

-- Artists whose names hold something that looks like what was typed.
-- name: lookalikes
SELECT 'artists' AS type, a.artist_id AS id, name AS text, slug, NULL AS artist_name, NULL AS author_username, NULL AS year
FROM artists_index a
LEFT JOIN works w USING (artist_id)
WHERE $typed::text <% plain
ORDER BY word_similarity($typed::text, plain) DESC, followers_count DESC, coalesce(w.count, 0) DESC, length(name), name
LIMIT $limit;
