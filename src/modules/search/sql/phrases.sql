-- Posts that may have the phrases: those with all words of them, or the newest; and which phrases stand in what the index has of them, a bit for
-- each. What they say is looked at by the content module.

-- name: phrased_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($facts, '')::tsquery AS facts,
	       CASE WHEN EXISTS (SELECT FROM posts_index WHERE exact @@ nullif($called, '')::tsquery)
		THEN NULL ELSE $typed::text END AS typed,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
)
SELECT d.post_id AS id, phrases_in($phrases::text[], d.title, d.description, d.author_username,
	array_to_string(names.artist_names, U&'\E000'), array_to_string(d.tags, U&'\E000')) AS fits
FROM posts_index d, LATERAL names_of(d.artist_ids) names
WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	OR (d.plain % (SELECT typed FROM asked) AND similarity(d.plain, (SELECT typed FROM asked)) > 0.4
		AND coalesce(d.exact @@ (SELECT facts FROM asked), true)))
  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
LIMIT 1200;

-- Of words of very many posts the newest, and those with the words in their titles or names: all that have them would be most of the table.
-- name: phrased_common_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	(SELECT d.at
	 FROM (SELECT ctid AS at, doc, exact
	       FROM posts_index
	       WHERE published_at >= coalesce($after::timestamptz, '-infinity')
	         AND published_at < coalesce($before::timestamptz, 'infinity')
	       ORDER BY published_at DESC, post_id DESC
	       LIMIT 6000) d
	 WHERE d.doc @@ (SELECT stems FROM asked)
	   AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	 LIMIT 800)
	UNION
	(SELECT ctid
	 FROM posts_index
	 WHERE exact @@ (SELECT exact FROM asked)
	   AND (doc @@ (SELECT not_stems FROM asked) OR exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	   AND ($after::timestamptz IS NULL OR published_at >= $after::timestamptz)
	   AND ($before::timestamptz IS NULL OR published_at < $before::timestamptz)
	 LIMIT 400)
)
SELECT d.post_id AS id, phrases_in($phrases::text[], d.title, d.description, d.author_username,
	array_to_string(names.artist_names, U&'\E000'), array_to_string(d.tags, U&'\E000')) AS fits
FROM matches m JOIN posts_index d ON d.ctid = m.at, LATERAL names_of(d.artist_ids) names;

-- name: phrased_newest_posts
WITH asked AS MATERIALIZED (
	SELECT nullif($without_stems, '')::tsquery AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
)
SELECT d.post_id AS id, phrases_in($phrases::text[], d.title, d.description, d.author_username,
	array_to_string(names.artist_names, U&'\E000'), array_to_string(d.tags, U&'\E000')) AS fits
FROM posts_index d, LATERAL names_of(d.artist_ids) names
WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
  AND d.published_at >= coalesce($after::timestamptz, '-infinity')
  AND d.published_at < coalesce($before::timestamptz, 'infinity')
ORDER BY d.published_at DESC, d.post_id DESC
LIMIT 1200;
