-- How many there are, counted to 10,001: what matches, and what the filters alone let pass.

-- name: count_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM posts_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text])
	  AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))
	  AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	  AND ($artist::text IS NULL OR $artist IN (SELECT bare(name) FROM unnest(d.artist_names) AS name))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_posts
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text])
	  AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))
	  AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	  AND ($artist::text IS NULL OR $artist IN (SELECT bare(name) FROM unnest(d.artist_names) AS name))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_artists
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM artists_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	       OR d.plain % $typed::text)
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($genre::text IS NULL OR lower($genre) IN (SELECT lower(genre) FROM unnest(d.genres) AS genre))
	  AND ($country::text IS NULL OR lower(d.country) = lower($country::text))
	  AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))
	  AND ($artist::text IS NULL OR d.plain = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_artists
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($genre::text IS NULL OR lower($genre) IN (SELECT lower(genre) FROM unnest(d.genres) AS genre))
	  AND ($country::text IS NULL OR lower(d.country) = lower($country::text))
	  AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))
	  AND ($artist::text IS NULL OR d.plain = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_albums
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM albums_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_albums
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM albums_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_tracks
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_tracks
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;
