-- The artists of $1 that are there, for posts that feature some.
SELECT id, name, slug FROM artist.artists WHERE id = ANY ($1) AND NOT is_deleted
