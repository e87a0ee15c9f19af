-- The most frequent values among at most 10,000 of what matches, or of what the filters alone let pass.

-- name: post_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.tags, d.author_username
	FROM posts_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked))
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text])
	  AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))
	  AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	  AND ($artist::text IS NULL OR $artist IN (SELECT bare(name) FROM unnest(d.artist_names) AS name))
	LIMIT 10000
)
(SELECT 'tags' AS facet, tag AS value, count(*) AS count
 FROM matches, unnest(tags) AS tag
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'author_username' AS facet, author_username AS value, count(*) AS count
 FROM matches WHERE author_username IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20);

-- name: post_facets_listed
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.tags, d.author_username
	FROM posts_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text])
	  AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))
	  AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])
	  AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)
	  AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)
	  AND ($artist::text IS NULL OR $artist IN (SELECT bare(name) FROM unnest(d.artist_names) AS name))
	LIMIT 10000
)
(SELECT 'tags' AS facet, tag AS value, count(*) AS count
 FROM matches, unnest(tags) AS tag
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20)
UNION ALL
(SELECT 'author_username' AS facet, author_username AS value, count(*) AS count
 FROM matches WHERE author_username IS NOT NULL
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20);

-- name: artist_facets
WITH asked AS MATERIALIZED (
	SELECT nullif($stems, '')::tsquery AS stems,
	       nullif($exact, '')::tsquery AS exact,
	       to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.genres, d.country, d.verified
	FROM artists_index d
	WHERE (d.doc @@ (SELECT stems FROM asked) OR d.exact @@ (SELECT exact FROM asked)
	       OR d.plain % $typed::text)
	  AND (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($genre::text IS NULL OR lower($genre) IN (SELECT lower(genre) FROM unnest(d.genres) AS genre))
	  AND ($country::text IS NULL OR lower(d.country) = lower($country::text))
	  AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))
	  AND ($artist::text IS NULL OR d.plain = $artist::text)
	LIMIT 10000
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
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20);

-- name: artist_facets_listed
WITH asked AS MATERIALIZED (
	SELECT to_tsquery('pg_catalog.russian', nullif($without, '')) AS not_stems,
	       nullif($without, '')::tsquery AS not_exact
), matches AS (
	SELECT d.genres, d.country, d.verified
	FROM artists_index d
	WHERE (d.doc @@ (SELECT not_stems FROM asked) OR d.exact @@ (SELECT not_exact FROM asked)) IS NOT TRUE
	  AND ($genre::text IS NULL OR lower($genre) IN (SELECT lower(genre) FROM unnest(d.genres) AS genre))
	  AND ($country::text IS NULL OR lower(d.country) = lower($country::text))
	  AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))
	  AND ($artist::text IS NULL OR d.plain = $artist::text)
	LIMIT 10000
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
 GROUP BY 2 ORDER BY count DESC, value LIMIT 20);
