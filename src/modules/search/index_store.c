/* The SQL of the index. */
#include "index_store.h"

/*
 * A document is written, or removed, only by the highest stamp so far; the stamp stays behind as a tombstone. One statement
 * does both steps, so that a rejected stamp writes nothing.
 */
#define STAMPED(id)                                                                                \
	"WITH stamped AS (INSERT INTO stamps (id, stamp) VALUES ($" id ", $stamp) "                \
	"ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp WHERE stamps.stamp < excluded.stamp RETURNING id) "

#define REMOVE(table, id) STAMPED("id") "DELETE FROM " table " WHERE " id " = (SELECT id FROM stamped)"

/* The nil UUID, which begins a scan, arrives as NULL. */
#define BEHIND "coalesce($id::uuid, '00000000-0000-0000-0000-000000000000')"
#define OF_KIND(KIND, kind)                                                                        \
	[KIND##_REMOVE] = {kind "_remove", REMOVE(kind "s_index", kind "_id"), .in = &stamped_id_schema}, \
	[KIND##S_BY_IDS] = {kind "s_by_ids", "SELECT $* FROM " kind "s_index WHERE " kind "_id = ANY($ids)", .in = &by_ids_schema, \
		.out = KIND##_ENTRY},                                                              \
	[KIND##_SCAN] = {kind "_scan", "SELECT " kind "_id AS id FROM " kind "s_index WHERE " kind "_id > " BEHIND " ORDER BY " kind "_id LIMIT $limit", \
		.in = &scan_in_schema, .out = &by_id_schema},                                      \
	[KIND##_COUNT] = {kind "_count", "SELECT count(*) AS count FROM " kind "s_index", .out = &count_row_schema, .lane = LANE_SLOW}
#define POST_ENTRY &post_entry_schema
#define ARTIST_ENTRY &artist_entry_schema
#define ALBUM_ENTRY &album_entry_schema
#define TRACK_ENTRY &track_entry_schema

struct statement index_statements[INDEX_STATEMENTS + 1] = {
	[STAMP_NEXT] = {"stamp_next", "SELECT nextval('stamp') AS stamp", .out = &stamp_row_schema},

	[POST_WRITE] = {"post_write", STAMPED("post_id")
		", given AS (SELECT setweight(stems($title), 'A') || setweight(stems(concat_ws(' ', $description::text, $author_username::text, "
		"array_to_string($artist_names::text[], ' '), array_to_string($tags::text[], ' '))), 'B') "
		"|| setweight(stems($content), 'D') AS doc) "
		"INSERT INTO posts_index (post_id, title, slug, description, content, author_id, author_username, primary_artist_id, "
		"artist_ids, artist_names, status, tags, cover_image_url, published_at, created_at, version, doc, exact, plain, length) "
		"SELECT id, $title, $slug, $description, $content, $author_id, $author_username, $primary_artist_id, $artist_ids, "
		"$artist_names, $status, $tags, $cover_image_url, $published_at, $created_at, $version, doc, array_to_tsvector($words::text[]), "
		"$plain, length(doc) FROM stamped, given "
		"ON CONFLICT (post_id) DO UPDATE SET title = excluded.title, slug = excluded.slug, description = excluded.description, "
		"content = excluded.content, author_id = excluded.author_id, author_username = excluded.author_username, "
		"primary_artist_id = excluded.primary_artist_id, artist_ids = excluded.artist_ids, artist_names = excluded.artist_names, "
		"status = excluded.status, tags = excluded.tags, cover_image_url = excluded.cover_image_url, "
		"published_at = excluded.published_at, created_at = excluded.created_at, version = excluded.version, "
		"doc = excluded.doc, exact = excluded.exact, plain = excluded.plain, length = excluded.length", .in = &post_entry_schema},
	[ARTIST_WRITE] = {"artist_write", STAMPED("artist_id")
		", given AS (SELECT setweight(stems($name), 'A') || setweight(stems(array_to_string($genres::text[], ' ') || ' ' || "
		"coalesce($country, '')), 'B') || setweight(stems(coalesce($bio, '')), 'D') AS doc) "
		"INSERT INTO artists_index (artist_id, name, slug, bio, genres, country, image_url, verified, followers_count, created_at, "
		"version, doc, exact, plain, length) "
		"SELECT id, $name, $slug, $bio, $genres, $country, $image_url, $verified, $followers_count, $created_at, $version, doc, "
		"array_to_tsvector($words::text[]), $plain, length(doc) FROM stamped, given "
		"ON CONFLICT (artist_id) DO UPDATE SET name = excluded.name, slug = excluded.slug, bio = excluded.bio, "
		"genres = excluded.genres, country = excluded.country, image_url = excluded.image_url, verified = excluded.verified, "
		"followers_count = excluded.followers_count, created_at = excluded.created_at, version = excluded.version, "
		"doc = excluded.doc, exact = excluded.exact, plain = excluded.plain, length = excluded.length", .in = &artist_entry_schema},
	[ALBUM_WRITE] = {"album_write", STAMPED("album_id")
		", given AS (SELECT setweight(stems($title), 'A') || setweight(stems(coalesce($artist_name, '')), 'B') "
		"|| setweight(stems(coalesce($description, '')), 'D') AS doc) "
		"INSERT INTO albums_index (album_id, artist_id, title, artist_name, description, album_type, release_date, "
		"cover_image_url, created_at, version, doc, exact, plain, length) "
		"SELECT id, $artist_id, $title, $artist_name, $description, $album_type, $release_date, $cover_image_url, $created_at, "
		"$version, doc, array_to_tsvector($words::text[]), $plain, length(doc) FROM stamped, given "
		"ON CONFLICT (album_id) DO UPDATE SET artist_id = excluded.artist_id, title = excluded.title, "
		"artist_name = excluded.artist_name, description = excluded.description, album_type = excluded.album_type, "
		"release_date = excluded.release_date, cover_image_url = excluded.cover_image_url, created_at = excluded.created_at, "
		"version = excluded.version, doc = excluded.doc, exact = excluded.exact, plain = excluded.plain, "
		"length = excluded.length", .in = &album_entry_schema},
	[TRACK_WRITE] = {"track_write", STAMPED("track_id")
		", given AS (SELECT setweight(stems($title), 'A') || "
		"setweight(stems(coalesce($artist_name, '') || ' ' || coalesce($album_title, '')), 'B') AS doc) "
		"INSERT INTO tracks_index (track_id, album_id, artist_id, title, album_title, artist_name, duration, created_at, version, "
		"doc, exact, plain, length) "
		"SELECT id, $album_id, $artist_id, $title, $album_title, $artist_name, $duration, $created_at, $version, doc, "
		"array_to_tsvector($words::text[]), $plain, length(doc) FROM stamped, given "
		"ON CONFLICT (track_id) DO UPDATE SET album_id = excluded.album_id, artist_id = excluded.artist_id, "
		"title = excluded.title, album_title = excluded.album_title, artist_name = excluded.artist_name, "
		"duration = excluded.duration, created_at = excluded.created_at, version = excluded.version, doc = excluded.doc, "
		"exact = excluded.exact, plain = excluded.plain, length = excluded.length", .in = &track_entry_schema},

	OF_KIND(POST, "post"),
	OF_KIND(ARTIST, "artist"),
	OF_KIND(ALBUM, "album"),
	OF_KIND(TRACK, "track"),

	[VOCABULARY_ADD] = {"vocabulary_add",
		"INSERT INTO vocabulary (kind, word, df) SELECT $kind, word, 1 FROM unnest($words::text[]) word WHERE length(word) <= 40 "
		"ON CONFLICT DO NOTHING", .in = &words_in_schema},
	STATEMENTS_END,
};
