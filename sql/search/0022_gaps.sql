-- As in 0020_credits.sql, but a name stands where its id stands though the index knows no such artist: of one that is just gone, or new, it may hear later
-- than of the posts.
CREATE OR REPLACE FUNCTION names_of(ids uuid[]) RETURNS TABLE (artist_names text[]) LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(array_agg(coalesce(a.name, '') ORDER BY i.n), '{}')
	FROM unnest(ids) WITH ORDINALITY AS i (id, n) LEFT JOIN artists_index a ON a.artist_id = i.id
$$;
