-- Names and titles that begin as typed; behind them, when they are few, artists with a word that begins so.
-- LIKE with a parameter cannot use an index, so the range is told; U+10FFFF is behind all text.
-- name: suggestions
WITH begun AS MATERIALIZED (
	(SELECT 'artists' AS type, artist_id AS id, name AS text, slug AS slug
	 FROM artists_index
	 WHERE plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\+10FFFF')
	 ORDER BY followers_count DESC, length(name), name LIMIT $limit)
	UNION ALL
	(SELECT 'albums', album_id, title, NULL
	 FROM albums_index
	 WHERE plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\+10FFFF')
	 ORDER BY length(title), title LIMIT $limit)
	UNION ALL
	(SELECT 'tracks', track_id, title, NULL
	 FROM tracks_index
	 WHERE plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\+10FFFF')
	 ORDER BY length(title), title LIMIT $limit)
	UNION ALL
	(SELECT 'posts', post_id, title, slug
	 FROM posts_index
	 WHERE plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\+10FFFF')
	 ORDER BY published_at DESC LIMIT $limit)
)
SELECT * FROM begun
UNION ALL
(SELECT 'artists', artist_id, name, slug
 FROM artists_index
 WHERE (SELECT count(*) FROM begun) < $limit
   AND exact @@ (SELECT $inside::text::tsquery)
   AND NOT (plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\+10FFFF'))
 ORDER BY followers_count DESC, length(name), name LIMIT $limit);
