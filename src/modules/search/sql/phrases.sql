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
