-- Whatever passes the filters, newest first: for queries without a word. All fit alike, so the score is that
-- of the popularity.

-- name: list_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND d.published_at >= coalesce($after::timestamptz, '-infinity')
	  AND d.published_at < coalesce($before::timestamptz, 'infinity')
	ORDER BY d.published_at DESC, d.post_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, names.artist_names, 0::float8 AS score
FROM page
JOIN posts_index d ON d.ctid = page.at, LATERAL names_of(d.artist_ids) names
ORDER BY d.published_at DESC, d.post_id DESC;

-- name: list_artists
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000')))
	ORDER BY d.created_at DESC, d.artist_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, ln(1 + d.followers_count) / 10 AS score
FROM page
JOIN artists_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.artist_id DESC;

-- name: list_albums
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM albums_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description))
	ORDER BY d.created_at DESC, d.album_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN albums_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.album_id DESC;

-- name: list_tracks
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), page AS MATERIALIZED (
	SELECT d.ctid AS at
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title))
	ORDER BY d.created_at DESC, d.track_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, 0::float8 AS score
FROM page
JOIN tracks_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.track_id DESC;
