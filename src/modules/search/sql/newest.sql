-- What matches, newest first. The names are those of find.sql; only the hits of the page are scored.

-- name: newest_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM posts_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($all, '')::tsquery AS whole,
	       nullif($same, '')::tsquery AS same,
	       nullif($named, '')::tsquery AS named,
	       nullif($near, '')::tsquery AS near,
	       nullif($within, '')::tsquery AS within,
	       nullif($names, '')::tsquery AS names,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), page AS MATERIALIZED (
	SELECT d.at
	FROM ((SELECT d.ctid AS at, d.*
	       FROM posts_index d
	       WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	              OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                  AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	         AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	         AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	         AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	       LIMIT 3000)
	      UNION ALL
	      SELECT d.ctid AS at, d.*
	      FROM string_to_table(array_to_string($having::uuid[], ','), ',') AS id JOIN posts_index d ON d.post_id = id::uuid) d
	ORDER BY d.published_at DESC, d.post_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, names.artist_names,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc || added.stems, d.exact || added.words, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL),
		   CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			ELSE 1 END) AS score
FROM page
JOIN posts_index d ON d.ctid = page.at, asked, LATERAL names_of(d.artist_ids) names,
	LATERAL names_in(d.artist_ids, asked.names) added
ORDER BY d.published_at DESC, d.post_id DESC;

-- Words of very many posts: of the newest twelve thousand those that match.
-- name: newest_common_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($all, '')::tsquery AS whole,
	       nullif($same, '')::tsquery AS same,
	       nullif($named, '')::tsquery AS named,
	       nullif($near, '')::tsquery AS near,
	       nullif($within, '')::tsquery AS within,
	       nullif($names, '')::tsquery AS names,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), page AS MATERIALIZED (
	SELECT d.at
	FROM (SELECT ctid AS at, exact, doc, published_at, post_id
	      FROM posts_index
	      WHERE published_at >= coalesce($after::timestamptz, '-infinity')
	        AND published_at < coalesce($before::timestamptz, 'infinity')
	      ORDER BY published_at DESC, post_id DESC
	      LIMIT 12000) d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	ORDER BY d.published_at DESC, d.post_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, names.artist_names,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc || added.stems, d.exact || added.words, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL),
		   CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			ELSE 1 END) AS score
FROM page
JOIN posts_index d ON d.ctid = page.at, asked, LATERAL names_of(d.artist_ids) names,
	LATERAL names_in(d.artist_ids, asked.names) added
ORDER BY d.published_at DESC, d.post_id DESC;

-- name: newest_artists
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM artists_index WHERE exact @@ nullif($called, '')::tsquery)
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
	      FROM artists_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.name, d.bio, d.country,
		array_to_string(d.genres, U&'\E000')))
	ORDER BY d.created_at DESC, d.artist_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		   CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END)
	+ ln(1 + d.followers_count) / 10 AS score
FROM page
JOIN artists_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.artist_id DESC;

-- name: newest_albums
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM albums_index WHERE exact @@ nullif($called, '')::tsquery)
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
	      FROM albums_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description))
	ORDER BY d.created_at DESC, d.album_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		   CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END) AS score
FROM page
JOIN albums_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.album_id DESC;

-- name: newest_tracks
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM tracks_index WHERE exact @@ nullif($called, '')::tsquery)
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
	      FROM tracks_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title))
	ORDER BY d.created_at DESC, d.track_id DESC
	LIMIT $limit OFFSET $offset
)
SELECT $d.*,
	coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
	          FROM terms), 0)
	+ (SELECT coalesce(max(weight), 1) FROM terms)
	* greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		   CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END) AS score
FROM page
JOIN tracks_index d ON d.ctid = page.at
ORDER BY d.created_at DESC, d.track_id DESC;
