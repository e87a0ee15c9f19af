-- Genres are compared without letter case and with hyphens for blanks: Trip Hop is trip-hop.

UPDATE artists SET facets = (
	SELECT coalesce(array_agg(DISTINCT CASE WHEN f LIKE 'genre:%' THEN regexp_replace(f, '[ _-]+', '-', 'g') ELSE f END), '{}')
	FROM unnest(facets) AS f)
WHERE EXISTS (SELECT FROM unnest(facets) AS f WHERE f LIKE 'genre:%' AND f ~ '[ _]|--');
