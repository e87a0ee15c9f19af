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

/* `columns` and `values` are those between the id and what all tables end in, in the order of the table. */
#define LAST_COLUMNS ", created_at, version, doc, exact, plain, length"
#define WRITE(table, id, doc, columns, values)                                                     \
	STAMPED(id) ", given AS (SELECT " doc " AS doc) INSERT INTO " table " (" id ", " columns LAST_COLUMNS ") " \
	"SELECT id, " values ", $created_at, $version, doc, array_to_tsvector($words::text[]), $plain, length(doc) FROM stamped, given " \
	"ON CONFLICT (" id ") DO UPDATE SET (" id ", " columns LAST_COLUMNS ") = ROW(excluded.*)"

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

	[POST_WRITE] = {"post_write", WRITE("posts_index", "post_id",
		"setweight(stems($title), 'A') || setweight(stems(concat_ws(' ', $description::text, $author_username::text, "
		"array_to_string($artist_names::text[], ' '), array_to_string($tags::text[], ' '))), 'B') || setweight(stems($content), 'D')",
		"title, slug, description, content, author_id, author_username, primary_artist_id, artist_ids, artist_names, status, tags, cover_image_url, published_at",
		"$title, $slug, $description, $content, $author_id, $author_username, $primary_artist_id, $artist_ids, $artist_names, $status, $tags, $cover_image_url, "
		"$published_at"), .in = &post_entry_schema},
	[ARTIST_WRITE] = {"artist_write", WRITE("artists_index", "artist_id",
		"setweight(stems($name), 'A') || setweight(stems(array_to_string($genres::text[], ' ') || ' ' || coalesce($country, '')), 'B') "
		"|| setweight(stems(coalesce($bio, '')), 'D')",
		"name, slug, bio, genres, country, photo_url, verified, followers_count",
		"$name, $slug, $bio, $genres, $country, $photo_url, $verified, $followers_count"),
		.in = &artist_entry_schema},
	[ALBUM_WRITE] = {"album_write", WRITE("albums_index", "album_id",
		"setweight(stems($title), 'A') || setweight(stems(coalesce($artist_name, '')), 'B') || setweight(stems(coalesce($description, '')), 'D')",
		"artist_id, title, artist_name, description, album_type, release_date, cover_url",
		"$artist_id, $title, $artist_name, $description, $album_type, $release_date, $cover_url"),
		.in = &album_entry_schema},
	[TRACK_WRITE] = {"track_write", WRITE("tracks_index", "track_id",
		"setweight(stems($title), 'A') || setweight(stems(coalesce($artist_name, '') || ' ' || coalesce($album_title, '')), 'B')",
		"album_id, artist_id, title, album_title, artist_name, duration",
		"$album_id, $artist_id, $title, $album_title, $artist_name, $duration"), .in = &track_entry_schema},

	OF_KIND(POST, "post"),
	OF_KIND(ARTIST, "artist"),
	OF_KIND(ALBUM, "album"),
	OF_KIND(TRACK, "track"),

	[VOCABULARY_ADD] = {"vocabulary_add",
		"INSERT INTO vocabulary (kind, word, df) SELECT $kind, word, 1 FROM unnest($words::text[]) word WHERE length(word) <= 40 "
		"ON CONFLICT DO NOTHING", .in = &words_in_schema},
	STATEMENTS_END,
};
