-- What begins as typed. Every branch is cut before anything is sorted: three hundred that begin so by the alphabet, and, only where
-- there are more, those of the most followed and of those with the most works. Names as they were typed come before their forms in
-- other letters; before others those with the signs and the last blank that were typed, those that are no more than what was
-- typed, and the popular ones. Popular is by powers of two, since three followers more say less than a name that is nearly all
-- typed: of names about as popular the shortest is first. What is first of some is first of fewer, so a name that was shown stays while it is typed on.
-- An artist whose name merely holds the word has one place in five; then come albums, tracks, posts, users and tags.
-- LIKE with a parameter cannot use an index, so ranges are told; U+10FFFF is behind all text.

-- name: suggestions
WITH begins AS MATERIALIZED (
	SELECT b AS first, b || U&'\+10FFFF' AS last, (n > $exactly)::int AS class
	FROM unnest($begins::text[]) WITH ORDINALITY AS t (b, n)
), alphabet AS MATERIALIZED (
	SELECT a.at, first, class
	FROM begins, LATERAL (SELECT ctid AS at FROM artists_index
		WHERE plain ~>=~ first AND plain ~<~ last LIMIT 300) a
), more AS MATERIALIZED (
	SELECT 300 = ANY (SELECT count(*) FROM alphabet GROUP BY first) AS than_these
), near AS MATERIALIZED (
	SELECT at, min(class) AS class
	FROM (
		SELECT at, class FROM alphabet
		UNION ALL
		SELECT a.at, class
		FROM (SELECT ctid AS at, plain FROM artists_index WHERE (SELECT than_these FROM more)
		      ORDER BY followers_count DESC LIMIT 1000) a
		JOIN begins ON a.plain ~>=~ first AND a.plain ~<~ last
		UNION ALL
		SELECT a.ctid, class
		FROM (SELECT artist_id FROM works WHERE (SELECT than_these FROM more) ORDER BY count DESC LIMIT 1000) w
		JOIN artists_index a USING (artist_id)
		JOIN begins ON a.plain ~>=~ first AND a.plain ~<~ last
		UNION ALL
		(SELECT ctid, 0 FROM artists_index WHERE exact @@ (SELECT nullif($literally, '')::tsquery) LIMIT 300)
		UNION ALL
		(SELECT ctid, 1 FROM artists_index WHERE exact @@ (SELECT nullif($forms, '')::tsquery) LIMIT 300)
		UNION ALL
		(SELECT ctid, 2 FROM artists_index WHERE exact @@ (SELECT nullif($inside, '')::tsquery) LIMIT 300)
	) a
	GROUP BY at
), known AS (
	SELECT a.artist_id, name, slug, class, class = 2 AS inside,
	       starts_with(lower(name) || ' ', $literal) OR starts_with(plain || ' ', $literal)
	       OR starts_with(plain || ' ', 'the ' || $literal) AS literal,
	       plain = ANY (($begins::text[])[1:$exactly]) AS whole,
	       ARRAY[trunc(ln(1.0::float8 + followers_count) * 1.442696),
	             trunc(ln(1.0::float8 + coalesce(w.count, 0)) * 1.442696)] AS popularity
	FROM near
	JOIN artists_index a ON a.ctid = near.at
	LEFT JOIN works w USING (artist_id)
), artists AS (
	SELECT *, row_number() OVER (
		PARTITION BY inside
		ORDER BY class, literal DESC, whole DESC, popularity DESC, length(name), name) AS n
	FROM known
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
