-- The index. A document is written, or removed, only by the highest stamp so far; the stamp stays behind as a
-- tombstone. One statement does both steps, so that a rejected stamp writes nothing. Columns stand in the
-- order of their table, as excluded.* has them.

-- name: stamp_next
SELECT nextval('stamp') AS stamp;

-- name: post_write
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($post_id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
)
INSERT INTO posts_index
	(post_id, title, slug, description, author_id, author_username, primary_artist_id,
	 artist_ids, status, tags, cover_image_url, published_at, created_at, version,
	 doc, exact, plain, length, forms, content_hash)
SELECT id, $title, $slug, $description, $author_id, $author_username,
	$primary_artist_id, $artist_ids, $status, $tags, $cover_image_url,
	$published_at, $created_at, $version,
	$doc::text::tsvector || array_to_tsvector($facts::text[]),
	$exact::text::tsvector || array_to_tsvector($facts::text[]), $plain, $length,
	decode($forms, 'hex'), $content_hash
FROM stamped
ON CONFLICT (post_id) DO UPDATE SET
	(post_id, title, slug, description, content, author_id, author_username, primary_artist_id,
	 artist_ids, artist_names, status, tags, cover_image_url, published_at, created_at, version,
	 doc, exact, plain, length, forms, content_hash) = ROW(excluded.*);

-- name: artist_write
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($artist_id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
)
INSERT INTO artists_index
	(artist_id, name, slug, bio, genres, country, photo_url, verified, followers_count, created_at,
	 version, doc, exact, plain, length, forms, name_words, name_stems, credit)
SELECT id, $name, $slug, $bio, $genres, $country, $photo_url, $verified, $followers_count,
	$created_at, $version,
	$doc::text::tsvector || array_to_tsvector($facts::text[]),
	$exact::text::tsvector || array_to_tsvector($facts::text[]), $plain, $length,
	decode($forms, 'hex'), $name_words::text::tsvector, $name_stems::text::tsvector, $credit::text::tsquery
FROM stamped
ON CONFLICT (artist_id) DO UPDATE SET
	(artist_id, name, slug, bio, genres, country, photo_url, verified, followers_count, created_at,
	 version, doc, exact, plain, length, forms, name_words, name_stems, credit) = ROW(excluded.*);

-- name: album_write
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($album_id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
)
INSERT INTO albums_index
	(album_id, artist_id, title, artist_name, description, album_type, release_date,
	 cover_url, created_at, version, doc, exact, plain, length, forms)
SELECT id, $artist_id, $title, $artist_name, $description, $album_type, $release_date,
	$cover_url, $created_at, $version,
	$doc::text::tsvector || array_to_tsvector($facts::text[]),
	$exact::text::tsvector || array_to_tsvector($facts::text[]), $plain, $length,
	decode($forms, 'hex')
FROM stamped
ON CONFLICT (album_id) DO UPDATE SET
	(album_id, artist_id, title, artist_name, description, album_type, release_date,
	 cover_url, created_at, version, doc, exact, plain, length, forms) = ROW(excluded.*);

-- name: track_write
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($track_id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
)
INSERT INTO tracks_index
	(track_id, album_id, artist_id, title, album_title, artist_name, duration, created_at, version,
	 doc, exact, plain, length, release_date, forms)
SELECT id, $album_id, $artist_id, $title, $album_title, $artist_name, $duration, $created_at,
	$version,
	$doc::text::tsvector || array_to_tsvector($facts::text[]),
	$exact::text::tsvector || array_to_tsvector($facts::text[]), $plain, $length, $release_date,
	decode($forms, 'hex')
FROM stamped
ON CONFLICT (track_id) DO UPDATE SET
	(track_id, album_id, artist_id, title, album_title, artist_name, duration, created_at, version,
	 doc, exact, plain, length, release_date, forms) = ROW(excluded.*);

-- name: user_write
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($user_id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
)
INSERT INTO users_index (user_id, username, created_at, version, doc, exact, plain, length, forms)
SELECT id, $username, $created_at, $version, $doc::text::tsvector, $exact::text::tsvector, $plain, $length,
	decode($forms, 'hex')
FROM stamped
ON CONFLICT (user_id) DO UPDATE SET
	(user_id, username, created_at, version, doc, exact, plain, length, forms) = ROW(excluded.*);

-- An id is that of one document, whatever its kind.
-- name: document_remove
WITH stamped AS (
	INSERT INTO stamps (id, stamp) VALUES ($id, $stamp)
	ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp
	RETURNING id
), posts AS (
	DELETE FROM posts_index WHERE post_id = (SELECT id FROM stamped)
), artists AS (
	DELETE FROM artists_index WHERE artist_id = (SELECT id FROM stamped)
), albums AS (
	DELETE FROM albums_index WHERE album_id = (SELECT id FROM stamped)
), users AS (
	DELETE FROM users_index WHERE user_id = (SELECT id FROM stamped)
)
DELETE FROM tracks_index WHERE track_id = (SELECT id FROM stamped);

-- name: posts_by_ids
SELECT $* FROM posts_index WHERE post_id = ANY($ids);

-- name: artists_by_ids
SELECT $* FROM artists_index WHERE artist_id = ANY($ids);

-- name: albums_by_ids
SELECT $* FROM albums_index WHERE album_id = ANY($ids);

-- name: tracks_by_ids
SELECT $* FROM tracks_index WHERE track_id = ANY($ids);

-- name: users_by_ids
SELECT $* FROM users_index WHERE user_id = ANY($ids);

-- The ids of a kind in order, behind $id. The nil UUID, which begins a scan, arrives as null.
-- name: documents_scan
SELECT id
FROM (SELECT 'posts' AS kind, post_id AS id FROM posts_index
      UNION ALL SELECT 'artists', artist_id FROM artists_index
      UNION ALL SELECT 'albums', album_id FROM albums_index
      UNION ALL SELECT 'tracks', track_id FROM tracks_index
      UNION ALL SELECT 'users', user_id FROM users_index) d
WHERE kind = $kind AND id > coalesce($id::uuid, '00000000-0000-0000-0000-000000000000')
ORDER BY id
LIMIT $limit;

-- name: documents_older
SELECT d.id
FROM unnest($ids::uuid[]) AS d (id) LEFT JOIN stamps s USING (id)
WHERE s.stamp < $stamp OR s.stamp IS NULL
ORDER BY d.id;

-- name: documents_total
SELECT CASE $kind
	WHEN 'posts' THEN (SELECT count(*) FROM posts_index)
	WHEN 'artists' THEN (SELECT count(*) FROM artists_index)
	WHEN 'albums' THEN (SELECT count(*) FROM albums_index)
	WHEN 'tracks' THEN (SELECT count(*) FROM tracks_index)
	WHEN 'users' THEN (SELECT count(*) FROM users_index)
END AS count;

-- name: vocabulary_add
INSERT INTO vocabulary (kind, word, df, sound)
SELECT $kind, word, 1, sound FROM unnest($words::text[], $sounds::text[]) AS w (word, sound) WHERE length(word) <= 40
ON CONFLICT DO NOTHING;
