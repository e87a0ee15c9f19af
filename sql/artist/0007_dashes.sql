-- Genres are compared with a hyphen for a dash of any kind, too: post–punk is post-punk.

UPDATE artists SET facets = (
	SELECT coalesce(array_agg(DISTINCT CASE WHEN f LIKE 'genre:%' THEN regexp_replace(f, '[‐-―−-]+', '-', 'g') ELSE f END), '{}')
	FROM unnest(facets) AS f)
WHERE EXISTS (SELECT FROM unnest(facets) AS f WHERE f LIKE 'genre:%' AND f ~ '[‐-―−]');
