/* Imports of artists, albums and tracks: good lines once, the faults of others, numbers, corrections. */
#include "modules/artist/scene.h"
#include "support/import_lines.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

#define ID(kind, n) "\"id\":\"0190cccc-000" #kind "-7000-8000-00000000000" #n "\""
#define ARTIST(n) "\"artist_id\":\"0190cccc-0001-7000-8000-00000000000" #n "\""
#define ALBUM(n) "\"album_id\":\"0190cccc-0002-7000-8000-00000000000" #n "\""

/* What a task is given: a kind's lines, the fates they must have. */
struct loading {
	const char *const *lines;
	const char *fates;
	enum import_mode mode;
	const struct importer *(*to)(void);
};

static const struct importer *artists(void)
{
	return &artist_import_service()->artists;
}

static const struct importer *albums(void)
{
	return &artist_import_service()->albums;
}

static const struct importer *tracks(void)
{
	return &artist_import_service()->tracks;
}

static err run_job(struct ctx *cx, void *arg)
{
	const struct loading *job = arg;
	const int count = (int)strlen(job->fates);
	struct import_outcome *o = ARENA_ARRAY(cx->arena, struct import_outcome, count);

	TRY(import_lines(cx, job->to(), job->lines, count, job->mode, o));
	ck_assert(import_fates_are(o, job->fates));
	return NULL;
}

static void import(const struct importer *(*to)(void), const char *const *lines, const char *fates,
		   enum import_mode mode)
{
	struct loading job = {lines, fates, mode, to};
	err e = scene_call(run_job, &job);
	ck_assert_msg(!e, "%s", e ? e->detail : "");
}

static const char *const some_artists[] = {
	"{" ID(1, 1) ",\"name\":\"Same\",\"genres\":[\"Rock\"],"
		     "\"social_links\":{\"x\":\"https://example.com\",\"a\":\"https://a.example\"}}",
	"{" ID(1, 2) ",\"name\":\"Same\"}",
	"{" ID(1, 3) ",\"name\":\"\"}",
	"{" ID(1, 4) ",\"name\":\"x\",\"photo_url\":\"ftp://x\"}",
	"{" ID(1, 1) ",\"name\":\"Twice in the file\"}",
	"{" ID(1, 5) ",\"name\":\"Same 2\"}",
	"{" ID(1, 6) ",\"name\":\"Same\"}",
};

static const char *const some_albums[] = {
	"{" ID(2, 1) "," ARTIST(1) ",\"title\":\"year\",\"release_date\":\"1999\",\"album_type\":\"ALBUM\"}",
	"{" ID(2, 2) "," ARTIST(1) ",\"title\":\"month\",\"release_date\":\"1999-12\",\"album_type\":\"ep\"}",
	"{" ID(2, 3) "," ARTIST(1) ",\"title\":\"day\",\"release_date\":\"1999-12-31\"}",
	"{" ID(2, 4) "," ARTIST(9) ",\"title\":\"nobody's\"}",
	"{" ID(2, 5) "," ARTIST(1) ",\"title\":\"bad\",\"release_date\":\"1999-13-01\"}",
	"{" ID(2, 6) "," ARTIST(1) ",\"title\":\"bad\",\"album_type\":\"tape\"}",
	"{" ID(2, 7) "," ARTIST(
		1) ",\"title\":\"cut\",\"release_date\":\"1999-12-31\",\"release_date_precision\":\"year\"}",
};

static const char *const some_tracks[] = {
	"{" ID(3, 1) "," ALBUM(1) ",\"title\":\"a\",\"duration\":1,\"track_number\":1}",
	"{" ID(3, 2) "," ALBUM(1) ",\"title\":\"b\"}",
	"{" ID(3, 3) "," ALBUM(1) ",\"title\":\"c\",\"track_number\":1}",
	"{" ID(3, 4) "," ALBUM(9) ",\"title\":\"d\",\"track_number\":1}",
	"{" ID(3, 5) "," ALBUM(1) ",\"title\":\"e\",\"duration\":90000,\"track_number\":5}",
	"{" ID(3, 6) ",\"title\":\"of no album\"}",
};

TEST(imports_obey_the_rules_and_can_be_repeated)
{
	import(artists, some_artists, "AARRPAA", IMPORT_KEEPS);
	import(albums, some_albums, "AAARRRA", IMPORT_KEEPS);
	import(tracks, some_tracks, "AARRRR", IMPORT_KEEPS);
	import(artists, some_artists, "PPRRDPP", IMPORT_KEEPS);
	import(albums, some_albums, "PPPRRRP", IMPORT_KEEPS);
	import(tracks, some_tracks, "PPRRRR", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("artist.created"), 4);
	ck_assert_int_eq(scene_told("album.created"), 4);
	ck_assert_int_eq(scene_told("track.created"), 2);
	char *slugs =
		test_sql(scene_conninfo(), "SELECT string_agg(slug, ' ' ORDER BY slug) FROM artist.artists");
	ck_assert_int_eq(strncmp(slugs, "same same-", 10), 0);
	free(slugs);
	struct answer year = api("GET", text("/api/v1/albums/0190cccc-0002-7000-8000-%012d", 1), NULL, NULL);
	expect_at(year, "release_date", "1999-01-01");
	expect_at(year, "release_date_precision", "year");
	expect_at(year, "tracks.0.title", "a");
	expect_at(year, "tracks.1.track_number", "null");
	struct answer month = api("GET", text("/api/v1/albums/0190cccc-0002-7000-8000-%012d", 2), NULL, NULL);
	expect_at(month, "release_date_precision", "month");
	expect_at(month, "album_type", "EP");
}

/* --- corrections --- */

TEST(a_line_that_differs_is_written_when_that_is_wished)
{
	const char *const other_artists[] = {"{" ID(1, 1) ",\"name\":\"Renamed\",\"genres\":[\"Rock\"]}",
					     "{" ID(1, 2) ",\"name\":\"Same\",\"is_deleted\":true}"};
	const char *const other_albums[] = {
		"{" ID(2, 1) "," ARTIST(1) ",\"title\":\"year\",\"release_date\":\"2001-02\"}"};
	const char *const other_tracks[] = {"{" ID(3, 1) "," ALBUM(1) ",\"title\":\"a\",\"lyrics\":\"la\"}",
					    "{" ID(3, 2) "," ALBUM(1) ",\"title\":\"b\",\"track_number\":1}"};

	import(artists, some_artists, "AARRPAA", IMPORT_KEEPS);
	import(albums, some_albums, "AAARRRA", IMPORT_KEEPS);
	import(tracks, some_tracks, "AARRRR", IMPORT_KEEPS);
	import(artists, other_artists, "DD", IMPORT_KEEPS);
	ck_assert_int_eq(scene_told("artist.updated"), 0);
	import(artists, other_artists, "UU", IMPORT_UPDATES);
	import(artists, other_artists, "PP", IMPORT_UPDATES);
	ck_assert_int_eq(scene_told("artist.updated"), 1);
	ck_assert_int_eq(scene_told("artist.deleted"), 1);
	struct answer renamed =
		api("GET", text("/api/v1/artists/0190cccc-0001-7000-8000-%012d", 1), NULL, NULL);
	expect_at(renamed, "slug", "renamed");
	expect_at(renamed, "social_links.x", "https://example.com");
	import(albums, other_albums, "U", IMPORT_UPDATES);
	struct answer album = api("GET", text("/api/v1/albums/0190cccc-0002-7000-8000-%012d", 1), NULL, NULL);
	expect_at(album, "release_date", "2001-02-01");
	expect_at(album, "release_date_precision", "month");
	import(tracks, other_tracks, "UR", IMPORT_UPDATES); /* a number in use is the fault of its line */
	ck_assert_int_eq(scene_told("track.updated"), 1);
}

static err import_deleted(struct ctx *cx, void *arg)
{
	const char *const lines[] = {"{" ID(
		1, 1) ",\"name\":\"Gone\",\"is_deleted\":true,\"deleted_at\":\"2020-01-02T03:04:05Z\"}"};
	struct import_outcome o[1];
	(void)arg;
	TRY(import_lines(cx, artists(), lines, 1, IMPORT_KEEPS, o));
	ck_assert(import_fates_are(o, "A"));
	return NULL;
}

TEST(what_was_deleted_comes_deleted)
{
	ck_assert_ptr_null(scene_call(import_deleted, NULL));
	expect_status(api("GET", text("/api/v1/artists/0190cccc-0001-7000-8000-%012d", 1), NULL, NULL), 404);
	ck_assert_int_eq(scene_told("artist.created"), 1);
	ck_assert_int_eq(scene_told("artist.deleted"), 1);
}

/* A thing of each kind that is there already; how the line says that it is not deleted, or says nothing. */
static const char *line_of(const struct answer *thing, const char *more)
{
	return text("{\"id\":\"%s\"%s}", at(thing, "id"), more);
}

static void brings_back(const struct importer *(*to)(void), const char *collection,
			const struct answer *thing, const char *members)
{
	const char *path = text("/api/v1/%s/%s", collection, at(thing, "id"));
	const char *const silent[] = {line_of(thing, members)};
	const char *const live[] = {line_of(thing, text("%s,\"is_deleted\":false", members))};

	expect_status(api("DELETE", path, ALICE, NULL), 204);
	import(to, silent, "G", IMPORT_KEEPS);
	import(to, silent, "G", IMPORT_RESTORES);
	import(to, live, "D", IMPORT_KEEPS);
	expect_status(api("GET", path, NULL, NULL), 404);
	import(to, live, "B", IMPORT_UPDATES);
	import(to, live, "P", IMPORT_UPDATES);
	expect_status(api("GET", path, NULL, NULL), 200);
	expect_status(api("DELETE", path, MOD, NULL), 204);
	import(to, silent, "S", IMPORT_RESTORES);
	import(to, live, "S", IMPORT_KEEPS);
	import(to, live, "S", IMPORT_UPDATES);
	expect_status(api("GET", path, NULL, NULL), 404);
	import(to, live, "B", IMPORT_RESTORES);
	expect_status(api("GET", path, NULL, NULL), 200);
}

TEST(what_was_deleted_here_comes_back_when_the_line_says_so)
{
	struct answer of = api("POST", "/api/v1/artists", ALICE, "{\"name\":\"Kino\"}");
	const char *artist_id = text("%s", at(&of, "id"));
	struct answer on = api("POST", "/api/v1/albums", ALICE,
			       text("{\"artist_id\":\"%s\",\"title\":\"Night\"}", artist_id));
	const char *album_id = text("%s", at(&on, "id"));
	struct answer part =
		api("POST", text("/api/v1/albums/%s/tracks", album_id), ALICE, "{\"title\":\"One\"}");
	const char *of_artist = text(",\"artist_id\":\"%s\",\"title\":\"Night\"", artist_id);
	const char *of_album = text(",\"album_id\":\"%s\",\"title\":\"One\"", album_id);

	brings_back(artists, "artists", &of, ",\"name\":\"Kino\"");
	brings_back(albums, "albums", &on, of_artist);
	brings_back(tracks, "tracks", &part, of_album);
	ck_assert_int_eq(scene_told("artist.restored"), 2);
	ck_assert_int_eq(scene_told("album.restored"), 2);
	ck_assert_int_eq(scene_told("track.restored"), 2);

	const char *const orphan[] = {line_of(&part, text("%s,\"is_deleted\":false", of_album))};
	expect_status(api("DELETE", text("/api/v1/tracks/%s", at(&part, "id")), ALICE, NULL), 204);
	expect_status(api("DELETE", text("/api/v1/albums/%s", album_id), ALICE, NULL), 204);
	import(tracks, orphan, "R", IMPORT_RESTORES); /* under what is deleted nothing comes back */
}
