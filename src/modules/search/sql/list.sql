-- Whatever passes the filters, newest first: for queries without a word. All fit alike, so the score is that
-- of the popularity.

-- name: list_posts
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text])
	  AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))
	  AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	  AND ($artist::text IS NULL OR $artist IN (SELECT bare(name) FROM unnest(d.artist_names) AS name))
	ORDER BY d.published_at DESC, d.post_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN posts_index d ON d.ctid = page.at
ORDER BY d.published_at DESC, d.post_id DESC;

-- name: list_artists
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($genre::text IS NULL OR lower($genre) IN (SELECT lower(genre) FROM unnest(d.genres) AS genre))
	  AND ($country::text IS NULL OR lower(d.country) = lower($country::text))
	  AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))
	  AND ($artist::text IS NULL OR d.plain = $artist::text)
	ORDER BY d.created_at DESC, d.artist_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, ln(1 + d.followers_count) / 10 AS score
FROM page
JOIN artists_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.artist_id DESC;

-- name: list_albums
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM albums_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	ORDER BY d.created_at DESC, d.album_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN albums_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.album_id DESC;

-- name: list_tracks
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($artist::text IS NULL OR bare(d.artist_name) = $artist::text)
	ORDER BY d.created_at DESC, d.track_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN tracks_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.track_id DESC;
