-- How many there are, counted to 10,001: what matches, and what the filters alone let pass.

-- Words and facts alone: no row is read for more than whether it is there. What begins with a letter or two is in so many entries
-- of the index that a sample of a thousand posts tells first whether there are far more than are counted.
-- name: count_plain_posts
SELECT CASE WHEN $names_only = 1 AND (
	SELECT count(*) FILTER (WHERE d.exact @@ (SELECT nullif($exact, '')::tsquery)) * max(t.documents) > 15000 * count(*)
	FROM statistics t, posts_index d TABLESAMPLE SYSTEM (least(100, 100000.0 / greatest(1,
		(SELECT documents FROM statistics WHERE kind = 'posts'))))
	WHERE t.kind = 'posts')
THEN 10001
ELSE (
	SELECT count(*)
	FROM (SELECT
	      FROM posts_index
	      WHERE doc @@ (SELECT nullif($stems, '')::tsquery) OR exact @@ (SELECT nullif($exact, '')::tsquery)
	      LIMIT 10001) d)
END AS count;

-- name: count_all_posts
SELECT count(*) AS count FROM (SELECT FROM posts_index LIMIT 10001) d;

-- name: count_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM posts_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM (SELECT *
	      FROM posts_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	        AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	        AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	      LIMIT 10001) d
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_artists
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM artists_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM (SELECT *
	      FROM artists_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 10001 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000'))
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_artists
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000')))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_albums
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM albums_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM (SELECT *
	      FROM albums_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 10001 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description)
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_albums
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM albums_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;

-- name: count_tracks
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM tracks_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM (SELECT *
	      FROM tracks_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 10001 ELSE 1200 END) d
	WHERE $phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title)
)
SELECT count(*) AS count FROM matches;

-- name: count_listed_tracks
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT
	FROM tracks_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title))
	LIMIT 10001
)
SELECT count(*) AS count FROM matches;
