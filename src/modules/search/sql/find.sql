-- Finding, best first. In every statement:
--   asked       what was typed. Each tsquery is read here once; in an expression it would be once a row.
--   terms       what counts for the score. A stop word has no stem.
--   candidates  the 200 that ts_rank likes best, or as many as the page goes down. They are sorted as bare
--               row addresses, which hold within a statement: whole rows would be copied about.
--   scored      their BM25 (term_score in sql/search/0016_room.sql). What no single term shows is added in
--               units of the rarest term's weight.
--   page        the candidates in the order of their score, and behind the 200 in their own order, below the
--               least of these, so that every page is cut from one order.
-- Posts hold the ids of their artists and not their names: what was typed is looked for in these by their facts (credits.c), and what a name
-- says is added to the vectors of the 200, as if it stood there.
-- Only the rows of the page are read whole. A bound of time is written so that no index can serve it: who does not
-- ask for one would pay for walking through all of that index, since the plan is made for any. What a query touches has a ceiling, whatever it asks for: 3,000 matches are
-- looked at, or 1,200 where texts are checked for phrases. Posts that have them are chosen before (phrases.sql), and then nothing else chooses. They come
-- as a text, which is taken for a thousand where an array is taken for ten: then no plan goes through the table once for each of them.

-- name: find_posts
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
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), candidates AS MATERIALIZED (
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
	ORDER BY coalesce(similarity(d.plain, (SELECT typed FROM asked)) * 8, 0)
		 + 4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL)
		 + CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.exact @@ (SELECT within FROM asked) THEN 3 ELSE 2 END
		 + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0) DESC,
		 d.published_at DESC, d.post_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT d.at, d.n, CASE WHEN d.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.words, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL),
		            5 * similarity(d.plain, (SELECT typed FROM asked)) - 0.8,
		            (SELECT 5 * similarity(d.plain || ' ' || a.name, asked.typed) - 0.8
		             FROM asked, artists_index a WHERE asked.typed IS NOT NULL AND a.artist_id = d.artist_ids[1]))
		   + CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.exact @@ (SELECT within FROM asked) THEN 4 ELSE 1 END
		   + CASE WHEN strpos($written, lower(d.title)) > 0
			THEN 0.4 * length(d.title) / length($written) ELSE 0 END) END AS score
	FROM (SELECT c.at, c.n, d.plain, d.title, d.artist_ids, d.exact, d.forms, d.length + length(names.stems) AS length,
	             CASE WHEN names.stems = '' THEN d.doc ELSE d.doc || names.stems END AS doc,
	             CASE WHEN names.words = '' THEN d.exact ELSE d.exact || names.words END AS words
	      FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	      JOIN posts_index d ON d.ctid = c.at, asked, LATERAL names_in(d.artist_ids, asked.names) names
	      OFFSET 0) d
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, names.artist_names, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN posts_index d ON d.ctid = page.at, LATERAL names_of(d.artist_ids) names
ORDER BY page.score DESC NULLS LAST, n;

-- Words of very many posts: the newest five hundred matches, gone through from the newest post on (the limit
-- around all of them keeps the planner from sorting them), those that are called so, and a thousand that hold the
-- words in their titles or names, however old, but for what begins with a letter or two. A page that begins further down has twice as many, and all pages
-- are cut from one order, since what it has more comes last.
-- name: find_common_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($all, '')::tsquery AS whole,
	       nullif($same, '')::tsquery AS same,
	       nullif($named, '')::tsquery AS named,
	       nullif($near, '')::tsquery AS near,
	       nullif($within, '')::tsquery AS within,
	       nullif($names, '')::tsquery AS names,
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact,
	       $offset::bigint + $limit::bigint > 200 AS deep
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), last AS MATERIALIZED (
	SELECT published_at, post_id
	FROM posts_index
	WHERE published_at >= coalesce($after::timestamptz, '-infinity')
	  AND published_at < coalesce($before::timestamptz, 'infinity')
	ORDER BY published_at DESC, post_id DESC
	LIMIT 1 OFFSET 5999
), matches AS (
	SELECT d.at, CASE WHEN (SELECT deep FROM asked) THEN row_number() OVER () > 500
		OR coalesce((d.published_at, d.post_id)
			< ((SELECT published_at FROM last), (SELECT post_id FROM last)), false) ELSE false END AS more
	FROM (SELECT d.at, d.published_at, d.post_id
	      FROM (SELECT ctid AS at, exact, doc, published_at, post_id
	            FROM posts_index
	            WHERE published_at >= coalesce($after::timestamptz, '-infinity')
	              AND published_at < coalesce($before::timestamptz, 'infinity')
	            ORDER BY published_at DESC, post_id DESC
	            LIMIT CASE WHEN (SELECT stems FROM asked) IS NULL AND $names_only = 0 THEN 0
	                       WHEN (SELECT deep FROM asked) THEN 12000 ELSE 6000 END) d
	      WHERE CASE WHEN $names_only = 1 THEN d.exact @@ (SELECT exact FROM asked)
	                 AND (d.exact @@ (SELECT named FROM asked)) IS NOT TRUE
	            ELSE d.doc @@ (SELECT stems FROM asked) AND (d.exact @@ (SELECT exact FROM asked)) IS NOT TRUE END
	        AND (d.doc @@ (SELECT not_stems FROM asked)
	             OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN (SELECT deep FROM asked) THEN 1000 ELSE 500 END) d
	UNION ALL
	(SELECT d.ctid, false
	 FROM posts_index d
	 WHERE d.exact @@ (SELECT named FROM asked)
	   AND coalesce(d.exact @@ nullif($facts, '')::tsquery, true)
	   AND (d.doc @@ (SELECT not_stems FROM asked)
	        OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	   AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	   AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	 LIMIT 100)
	UNION ALL
	(SELECT d.ctid, false
	 FROM posts_index d
	 WHERE $names_only = 0 AND d.exact @@ (SELECT exact FROM asked)
	   AND (d.exact @@ (SELECT named FROM asked)) IS NOT TRUE
	   AND (d.doc @@ (SELECT not_stems FROM asked)
	        OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	   AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	   AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	 LIMIT 1000)
), candidates AS MATERIALIZED (
	SELECT m.at
	FROM matches m
	JOIN posts_index d ON d.ctid = m.at
	ORDER BY m.more, 4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL)
		 + CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.exact @@ (SELECT within FROM asked) THEN 3 ELSE 2 END
		 + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0) DESC,
		 d.published_at DESC, d.post_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT d.at, d.n, CASE WHEN d.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.words, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), NULL)
		   + CASE WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.exact @@ (SELECT within FROM asked) THEN 4 ELSE 1 END) END AS score
	FROM (SELECT c.at, c.n, d.plain, d.title, d.artist_ids, d.exact, d.forms, d.length + length(names.stems) AS length,
	             CASE WHEN names.stems = '' THEN d.doc ELSE d.doc || names.stems END AS doc,
	             CASE WHEN names.words = '' THEN d.exact ELSE d.exact || names.words END AS words
	      FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	      JOIN posts_index d ON d.ctid = c.at, asked, LATERAL names_in(d.artist_ids, asked.names) names
	      OFFSET 0) d
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, names.artist_names, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN posts_index d ON d.ctid = page.at, LATERAL names_of(d.artist_ids) names
ORDER BY page.score DESC NULLS LAST, n;

-- Names that look like the whole of what was typed, typos and all, are candidates too when a word of it is
-- unknown ($typed).
-- name: find_artists
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
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), candidates AS MATERIALIZED (
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
	ORDER BY coalesce(similarity(d.plain, (SELECT typed FROM asked)) * 8, 0)
		 + (4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked))
		    + coalesce(d.exact @@ (SELECT whole FROM asked), false)::int * 2
		    + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0)) DESC,
		 d.followers_count DESC, d.artist_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT c.at, c.n, CASE WHEN c.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		            5 * similarity(d.plain, (SELECT typed FROM asked)) - 0.8)
		   + CASE WHEN d.exact @@ (SELECT near FROM asked) THEN 3
			WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' THEN 2 ELSE 1 END)
		+ ln(1 + d.followers_count) / 10 END AS score
	FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	JOIN artists_index d ON d.ctid = c.at
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN artists_index d ON d.ctid = page.at
ORDER BY page.score DESC NULLS LAST, n;

-- name: find_albums
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
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), candidates AS MATERIALIZED (
	SELECT d.at
	FROM (SELECT d.ctid AS at, d.*
	      FROM albums_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.description))
	ORDER BY coalesce(similarity(d.plain, (SELECT typed FROM asked)) * 8, 0)
		 + 4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked))
		 + coalesce(d.exact @@ (SELECT whole FROM asked), false)::int * 2
		 + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0) DESC,
		 d.album_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT c.at, c.n, CASE WHEN c.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		            5 * similarity(d.plain, (SELECT typed FROM asked)) - 0.8,
		            5 * similarity(d.plain || ' ' || d.artist_name, (SELECT typed FROM asked)) - 0.8)
		   + CASE WHEN d.exact @@ (SELECT near FROM asked) THEN 3
			WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' OR d.exact @@ (SELECT within FROM asked) THEN 2 ELSE 1 END
		   + CASE WHEN strpos($written, lower(d.title)) > 0
			THEN 0.4 * length(d.title) / length($written) ELSE 0 END) END AS score
	FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	JOIN albums_index d ON d.ctid = c.at
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN albums_index d ON d.ctid = page.at
ORDER BY page.score DESC NULLS LAST, n;

-- name: find_tracks
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
	       nullif($ranked, '')::tsquery AS ranked,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), terms AS MATERIALIZED (
	SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight, hash
	FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[], $hashes::bigint[])
		AS t (stem, word, weight, hash)
), candidates AS MATERIALIZED (
	SELECT d.at
	FROM (SELECT d.ctid AS at, d.*
	      FROM tracks_index d
	      WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	             OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
	                 AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
	        AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	      LIMIT CASE WHEN $phrased = 0 THEN 3000 ELSE 1200 END) d
	WHERE ($phrased = 0 OR has_phrases($phrases::text[], $without_phrases::text, d.title, d.artist_name, d.album_title))
	ORDER BY coalesce(similarity(d.plain, (SELECT typed FROM asked)) * 8, 0)
		 + 4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked))
		 + coalesce(d.exact @@ (SELECT whole FROM asked), false)::int * 2
		 + coalesce(ts_rank(d.doc, (SELECT ranked FROM asked), 1), 0) DESC,
		 d.track_id DESC
	LIMIT greatest(200, $offset::bigint + $limit::bigint)
), scored AS MATERIALIZED (
	SELECT c.at, c.n, CASE WHEN c.n <= 200 THEN
		coalesce((SELECT sum(term_score(weight, stem, word, hash, d.doc, d.exact, d.forms, d.length, $mean_length))
		          FROM terms), 0)
		+ (SELECT coalesce(max(weight), 1) FROM terms)
		* (greatest(4 * called(d.exact, (SELECT same FROM asked), (SELECT named FROM asked),
			     (SELECT near FROM asked), (SELECT within FROM asked)),
		            5 * similarity(d.plain, (SELECT typed FROM asked)) - 0.8,
		            5 * similarity(d.plain || ' ' || d.artist_name, (SELECT typed FROM asked)) - 0.8)
		   + CASE WHEN d.exact @@ (SELECT near FROM asked) THEN 3
			WHEN NOT coalesce(d.exact @@ (SELECT whole FROM asked), false) THEN 0
			WHEN d.plain LIKE $plain || ' %' OR d.exact @@ (SELECT within FROM asked) THEN 2 ELSE 1 END
		   + CASE WHEN strpos($written, lower(d.title)) > 0
			THEN 0.4 * length(d.title) / length($written) ELSE 0 END) END AS score
	FROM (SELECT row_number() OVER () AS n, at FROM candidates) c
	JOIN tracks_index d ON d.ctid = c.at
), page AS MATERIALIZED (
	SELECT at, n, score, min(score) OVER () AS least
	FROM scored
	ORDER BY score DESC NULLS LAST, n
	LIMIT $limit OFFSET $offset
)
SELECT $d.*, coalesce(page.score, page.least * 200 / n) AS score
FROM page
JOIN tracks_index d ON d.ctid = page.at
ORDER BY page.score DESC NULLS LAST, n;
