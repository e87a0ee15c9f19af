-- The most frequent values among at most 2,000 of what matches, or of what the filters alone let pass; and how many were looked at.

-- name: post_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM posts_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.tags, d.author_username
	FROM ((SELECT *
	       FROM posts_index d
	       WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	              OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                  AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	         AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	         AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	         AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	       LIMIT 2000)
	      UNION ALL
	      SELECT d.*
	      FROM string_to_table(array_to_string($having::uuid[], ','), ',') AS id JOIN posts_index d ON d.post_id = id::uuid) d
)
(SELECT 'tags' AS facet, tag AS value, count(*) AS count
 FROM matches, unnest(tags) AS tag
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'author_username' AS facet, author_username AS value, count(*) AS count
 FROM matches WHERE author_username IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- Of what find_common_posts finds, among the newest.
-- name: common_post_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.tags, d.author_username
	FROM (SELECT tags, author_username, doc, exact
	      FROM posts_index
	      WHERE published_at >= coalesce($after::timestamptz, '-infinity')
	        AND published_at < coalesce($before::timestamptz, 'infinity')
	      ORDER BY published_at DESC, post_id DESC
	      LIMIT 6000) d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	LIMIT 2000
)
(SELECT 'tags' AS facet, tag AS value, count(*) AS count
 FROM matches, unnest(tags) AS tag
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'author_username' AS facet, author_username AS value, count(*) AS count
 FROM matches WHERE author_username IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: listed_post_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.tags, d.author_username
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	LIMIT 2000
)
(SELECT 'tags' AS facet, tag AS value, count(*) AS count
 FROM matches, unnest(tags) AS tag
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'author_username' AS facet, author_username AS value, count(*) AS count
 FROM matches WHERE author_username IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: artist_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM artists_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.genres, d.country, d.verified
	FROM (SELECT *
	      FROM artists_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 2000 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000'))
)
(SELECT 'genres' AS facet, genre AS value, count(*) AS count
 FROM matches, unnest(genres) AS genre
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'country' AS facet, country AS value, count(*) AS count
 FROM matches WHERE country IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'verified' AS facet, verified::text AS value, count(*) AS count
 FROM matches
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: listed_artist_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.genres, d.country, d.verified
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000')))
	LIMIT 2000
)
(SELECT 'genres' AS facet, genre AS value, count(*) AS count
 FROM matches, unnest(genres) AS genre
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'country' AS facet, country AS value, count(*) AS count
 FROM matches WHERE country IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'verified' AS facet, verified::text AS value, count(*) AS count
 FROM matches
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: album_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM albums_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.album_type, d.artist_name
	FROM (SELECT *
	      FROM albums_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 2000 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description)
)
(SELECT 'album_type' AS facet, album_type AS value, count(*) AS count
 FROM matches WHERE album_type IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'artist_name' AS facet, artist_name AS value, count(*) AS count
 FROM matches WHERE artist_name IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: listed_album_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.album_type, d.artist_name
	FROM albums_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description))
	LIMIT 2000
)
(SELECT 'album_type' AS facet, album_type AS value, count(*) AS count
 FROM matches WHERE album_type IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'artist_name' AS facet, artist_name AS value, count(*) AS count
 FROM matches WHERE artist_name IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: track_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM tracks_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.artist_name, d.album_title
	FROM (SELECT *
	      FROM tracks_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 2000 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title)
)
(SELECT 'artist_name' AS facet, artist_name AS value, count(*) AS count
 FROM matches WHERE artist_name IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'album_title' AS facet, album_title AS value, count(*) AS count
 FROM matches WHERE album_title IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;

-- name: listed_track_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.artist_name, d.album_title
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title))
	LIMIT 2000
)
(SELECT 'artist_name' AS facet, artist_name AS value, count(*) AS count
 FROM matches WHERE artist_name IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'album_title' AS facet, album_title AS value, count(*) AS count
 FROM matches WHERE album_title IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
SELECT 'looked_at', '', count(*) FROM matches;
