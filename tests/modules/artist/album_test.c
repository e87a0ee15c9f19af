/* Albums and tracks: writing, order, what hides with its parents, who may do what. */
#include "modules/artist/scene.h"
#include "support/test.h"

static struct answer read_album(const char *id)
{
	return api("GET", text("/api/v1/albums/%s", id), NULL, NULL);
}

SCENE(open_scene, scene_stop);

TEST(an_album_is_written_and_read_back)
{
	const char *artist = artist_named("A");
	struct answer a = api("POST", "/api/v1/albums", ALICE,
			      text("{\"artist_id\":\"%s\",\"title\":\"T\",\"album_type\":\"ep\",\"release_"
				   "date\":\"1999-12-31\","
				   "\"release_date_precision\":\"year\",\"description\":\"d\"}",
				   artist));
	expect_status(a, 201);
	expect_at(a, "album_type", "EP");
	expect_at(a, "release_date", "1999-01-01");
	expect_at(a, "artist_name", "A");
	expect_at(a, "total_tracks", "0");
	expect_at(a, "tracks", "[]");
	struct answer b = read_album(at(&a, "id"));
	ck_assert_str_eq(a.body, b.body);
	ck_assert_int_eq(scene_told("album.created"), 1);
	struct answer plain =
		api("POST", "/api/v1/albums", ALICE,
		    text("{\"artist_id\":\"%s\",\"title\":\"U\",\"release_date\":\"2001-02-03\"}", artist));
	expect_at(plain, "album_type", "album");
	expect_at(plain, "release_date_precision", "day");
}

TEST(faults_of_albums_are_named)
{
	const char *artist = artist_named("A");
	expect_status(api("POST", "/api/v1/albums", ALICE, "{\"title\":\"T\"}"), 422);
	expect_status(
		api("POST", "/api/v1/albums", NULL, text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist)),
		401);
	struct answer unknown =
		api("POST", "/api/v1/albums", ALICE, "{\"artist_id\":\"" NOBODY "\",\"title\":\"T\"}");
	expect_status(unknown, 422);
	expect_at(unknown, "errors.0.pointer", "/artist_id");
	expect_status(api("POST", "/api/v1/albums", ALICE,
			  text("{\"artist_id\":\"%s\",\"title\":\"T\",\"album_type\":\"tape\"}", artist)),
		      422);
	expect_status(
		api("POST", "/api/v1/albums", ALICE,
		    text("{\"artist_id\":\"%s\",\"title\":\"T\",\"release_date\":\"1999-02-30\"}", artist)),
		422);
	const char *path = text("/api/v1/albums/%s", album_of(artist, "T"));
	struct answer moved = api("PATCH", path, ALICE, text("{\"artist_id\":\"%s\"}", artist_named("B")));
	expect_at(moved, "errors.0.code", "immutable");
	expect_status(api("PATCH", path, ALICE, text("{\"artist_id\":\"%s\",\"title\":\"U\"}", artist)), 200);
}

TEST(who_may_edit_albums)
{
	const char *artist = artist_named("A"), *album = album_of(artist, "T"),
		   *path = text("/api/v1/albums/%s", album);
	const char *track = track_on(album, "x");
	expect_status(api("PATCH", path, BOB, "{\"title\":\"x\"}"), 403);
	expect_status(api("DELETE", path, BOB, NULL), 403);
	expect_status(api("POST", text("%s/tracks", path), BOB, "{\"title\":\"x\"}"), 403);
	expect_status(api("PATCH", text("/api/v1/tracks/%s", track), BOB, "{\"title\":\"y\"}"), 403);
	expect_status(api("DELETE", text("/api/v1/tracks/%s", track), BOB, NULL), 403);
	expect_status(api("PUT", text("%s/tracks/order", path), BOB, text("{\"track_ids\":[\"%s\"]}", track)),
		      403);
	expect_status(api("PATCH", path, MOD, "{\"title\":\"x\"}"), 200);
	expect_status(api("PATCH", text("/api/v1/artists/%s", artist), MOD, "{\"verified\":true}"), 200);
	expect_status(api("PATCH", path, ALICE, "{\"title\":\"x\"}"), 403);
	expect_status(api("POST", text("%s/tracks", path), ALICE, "{\"title\":\"x\"}"), 403);
	expect_status(api("PATCH", text("/api/v1/tracks/%s", track), ALICE, "{\"title\":\"y\"}"), 403);
	expect_status(
		api("POST", "/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist)),
		403);
	expect_status(
		api("POST", "/api/v1/albums", MOD, text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist)),
		201);
}

TEST(albums_and_tracks_of_a_verified_artist_are_its_moderators)
{
	const char *artist = artist_named("A"), *album = text("/api/v1/albums/%s", album_of(artist, "T"));
	const char *track = track_on(album + strlen("/api/v1/albums/"), "x");
	expect_status(api("PATCH", text("/api/v1/artists/%s", artist), MOD, "{\"verified\":true}"), 200);
	expect_code(api("DELETE", album, ALICE, NULL), 403, "verified_artist");
	expect_code(api("POST", text("%s/tracks/bulk", album), ALICE, "{\"tracks\":[{\"title\":\"x\"}]}"),
		    403, "verified_artist");
	expect_code(
		api("PUT", text("%s/tracks/order", album), ALICE, text("{\"track_ids\":[\"%s\"]}", track)),
		403, "verified_artist");
	expect_code(api("DELETE", text("/api/v1/tracks/%s", track), ALICE, NULL), 403, "verified_artist");
	expect_status(api("DELETE", album, MOD, NULL), 204);
}

TEST(an_edit_that_comes_too_late_is_refused)
{
	const char *artist = artist_named("A"), *id = album_of(artist, "T"),
		   *album = text("/api/v1/albums/%s", id);
	const char *track_id = track_on(id, "x"), *track = text("/api/v1/tracks/%s", track_id);
	const char *gone = text("/api/v1/albums/%s", album_of(artist, "Gone")),
		   *gone_track = text("/api/v1/tracks/%s", track_on(id, "y"));
	expect_status(api("DELETE", gone, ALICE, NULL), 204);
	expect_status(api("DELETE", gone_track, ALICE, NULL), 204);
	scene_lose("UPDATE", "tracks");
	expect_code(api("PATCH", track, ALICE, "{\"title\":\"late\"}"), 409, "edit_conflict");
	expect_code(api("DELETE", track, ALICE, NULL), 409, "edit_conflict");
	expect_code(api("POST", text("%s/restore", gone_track), ALICE, NULL), 409, "edit_conflict");
	scene_lose("UPDATE", "albums");
	expect_code(
		api("PUT", text("%s/tracks/order", album), ALICE, text("{\"track_ids\":[\"%s\"]}", track_id)),
		409, "edit_conflict");
	expect_code(api("PATCH", album, ALICE, "{\"title\":\"late\"}"), 409, "edit_conflict");
	expect_code(api("DELETE", album, ALICE, NULL), 409, "edit_conflict");
	expect_code(api("POST", text("%s/restore", gone), ALICE, NULL), 409, "edit_conflict");
}

TEST(an_album_of_an_artist_that_is_deleted_meanwhile_is_refused)
{
	const char *artist = artist_named("A");
	scene_lose("INSERT", "albums");
	expect_code(
		api("POST", "/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist)),
		422, "artist_unknown");
}

TEST(only_what_is_deleted_is_restored_and_only_below_what_is_there)
{
	const char *id = album_of(artist_named("A"), "T"), *album = text("/api/v1/albums/%s", id);
	const char *track = text("/api/v1/tracks/%s", track_on(id, "x"));
	expect_status(api("POST", text("%s/restore", album), ALICE, NULL), 200);
	expect_status(api("POST", text("%s/restore", track), ALICE, NULL), 200);
	expect_status(api("POST", text("%s/restore", track), BOB, NULL), 403);
	expect_status(api("DELETE", track, ALICE, NULL), 204);
	expect_status(api("DELETE", album, ALICE, NULL), 204);
	expect_code(api("POST", text("%s/restore", track), MOD, NULL), 409, "parent_deleted");
}

TEST(tracks_get_the_next_number)
{
	const char *album = album_of(artist_named("A"), "T"), *path = text("/api/v1/albums/%s/tracks", album);
	struct answer a = api("POST", path, ALICE,
			      "{\"title\":\"one\",\"duration\":61,\"lyrics\":\"la\","
			      "\"audio_url\":\"https://example.com/1.ogg\"}");
	expect_at(a, "lyrics", "la");
	expect_at(a, "audio_url", "https://example.com/1.ogg");
	expect_at(a, "track_number", "1");
	expect_at(a, "disc_number", "1");
	ck_assert_str_eq(header_of(&a, "Location"), text("/api/v1/tracks/%s", at(&a, "id")));
	expect_at(a, "album_title", "T");
	expect_at(a, "artist_name", "A");
	struct answer again = api("GET", text("/api/v1/tracks/%s", at(&a, "id")), NULL, NULL);
	ck_assert_str_eq(again.body, a.body);
	struct answer b = api("POST", path, ALICE, "{\"title\":\"seven\",\"track_number\":7}");
	expect_at(b, "track_number", "7");
	struct answer c = api("POST", path, ALICE, "{\"title\":\"eight\"}");
	expect_at(c, "track_number", "8");
	struct answer d = api("POST", path, ALICE, "{\"title\":\"other disc\",\"disc_number\":2}");
	expect_at(d, "track_number", "1");
	struct answer taken = api("POST", path, ALICE, "{\"title\":\"x\",\"track_number\":7}");
	expect_status(taken, 409);
	expect_at(taken, "code", "track_number_taken");
	expect_status(api("POST", path, ALICE, "{\"title\":\"x\",\"duration\":0}"), 422);
	expect_status(api("POST", path, ALICE, "{\"title\":\"x\",\"audio_url\":\"file:///1.ogg\"}"), 422);
	expect_status(api("POST", path, ALICE, "{\"title\":\"x\",\"duration\":86401}"), 422);
	expect_status(api("POST", "/api/v1/albums/" NOBODY "/tracks", ALICE, "{\"title\":\"x\"}"), 404);
	struct answer album_now = read_album(album);
	expect_at(album_now, "total_tracks", "4");
	expect_at(album_now, "tracks.3.title", "other disc");
	ck_assert_ptr_null(at(&album_now, "tracks.0.lyrics"));
}

TEST(many_tracks_at_once_get_numbers_of_their_own)
{
	enum { MANY = 24 };
	struct call calls[MANY];
	struct answer answers[MANY];
	const char *album = album_of(artist_named("A"), "T"), *path = text("/api/v1/albums/%s/tracks", album);
	for (int i = 0; i < MANY; i++)
		calls[i] = (struct call){"POST", path, ALICE, NULL, "{\"title\":\"x\"}"};
	api_together(calls, answers, MANY);
	for (int i = 0; i < MANY; i++)
		expect_status(answers[i], 201);
	struct answer now = read_album(album);
	expect_at(now, text("tracks.%d.track_number", MANY - 1), text("%d", MANY));
}

TEST(bulk_adds_all_or_none)
{
	const char *album = album_of(artist_named("A"), "T"),
		   *path = text("/api/v1/albums/%s/tracks/bulk", album);
	struct answer a = api(
		"POST", path, ALICE,
		"{\"tracks\":[{\"title\":\"a\"},{\"title\":\"b\",\"track_number\":4},{\"title\":\"c\"}]}");
	expect_status(a, 200);
	expect_at(a, "items.0.track_number", "5");
	expect_at(a, "items.1.track_number", "4");
	expect_at(a, "items.2.track_number", "6");
	struct answer taken =
		api("POST", path, ALICE,
		    "{\"tracks\":[{\"title\":\"d\"},{\"title\":\"e\",\"track_number\":4},"
		    "{\"title\":\"f\",\"track_number\":9},{\"title\":\"g\",\"track_number\":9}]}");
	expect_at(taken, "errors.0.pointer", "/tracks/1/track_number");
	expect_at(taken, "errors.1.pointer", "/tracks/3/track_number");
	struct answer faulty = api("POST", path, ALICE, "{\"tracks\":[{\"title\":\"d\"},{\"title\":\"\"}]}");
	expect_status(faulty, 422);
	expect_at(faulty, "errors.0.pointer", "/tracks/1/title");
	expect_status(api("POST", path, ALICE, "{\"tracks\":[]}"), 422);
	struct answer keyed =
		api_with("POST", path, ALICE, "Idempotency-Key: k\r\n", "{\"tracks\":[{\"title\":\"z\"}]}");
	struct answer again =
		api_with("POST", path, ALICE, "Idempotency-Key: k\r\n", "{\"tracks\":[{\"title\":\"z\"}]}");
	ck_assert_str_eq(keyed.body, again.body);
	struct answer now = read_album(album);
	expect_at(now, "total_tracks", "4");
	ck_assert_int_eq(scene_told("track.created"), 4);
}

TEST(an_order_names_every_track_once)
{
	const char *album = album_of(artist_named("A"), "T"),
		   *path = text("/api/v1/albums/%s/tracks/order", album);
	const char *a = track_on(album, "a"), *b = track_on(album, "b"), *c = track_on(album, "c");
	struct answer done = api("PUT", path, ALICE, text("{\"track_ids\":[\"%s\",\"%s\",\"%s\"]}", c, a, b));
	expect_status(done, 200);
	expect_at(done, "tracks.0.title", "c");
	expect_at(done, "tracks.2.title", "b");
	expect_at(done, "tracks.2.track_number", "3");
	expect_status(api("PUT", path, ALICE, text("{\"track_ids\":[\"%s\",\"%s\"]}", c, a)), 422);
	expect_status(api("PUT", path, ALICE, text("{\"track_ids\":[\"%s\",\"%s\",\"%s\"]}", c, a, a)), 422);
	expect_status(api("PUT", path, ALICE, text("{\"track_ids\":[\"%s\",\"%s\",\"%s\"]}", c, a, NOBODY)),
		      422);
	expect_status(api("PUT", path, ALICE,
			  text("{\"track_ids\":[\"%s\",\"%s\",\"%s\",\"%s\"]}", c, a, b, NOBODY)),
		      422);
}

TEST(tracks_are_edited_deleted_and_restored)
{
	const char *album = album_of(artist_named("A"), "T"), *first = track_on(album, "a"),
		   *second = track_on(album, "b");
	const char *path = text("/api/v1/tracks/%s", first);
	struct answer edited = api("PATCH", path, ALICE,
				   "{\"title\":\"A\",\"duration\":null,\"lyrics\":\"la\","
				   "\"audio_url\":\"https://example.com/2.ogg\"}");
	expect_status(edited, 200);
	expect_at(edited, "title", "A");
	expect_at(edited, "lyrics", "la");
	expect_at(edited, "audio_url", "https://example.com/2.ogg");
	expect_status(api("PATCH", path, ALICE, edited.body), 200);
	expect_status(api("PATCH", path, ALICE, "{\"track_number\":2}"), 409);
	expect_status(
		api_with("PATCH", path, ALICE, "If-Match: \"v1-0000000000000000\"\r\n", "{\"title\":\"x\"}"),
		412);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("GET", path, NULL, NULL), 404);
	expect_status(api("PATCH", text("/api/v1/tracks/%s", second), ALICE, "{\"track_number\":1}"), 200);
	expect_status(api("POST", text("%s/restore", path), ALICE, NULL),
		      409); /* its number was given away */
	expect_status(api("PATCH", text("/api/v1/tracks/%s", second), ALICE, "{\"track_number\":2}"), 200);
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 404);
	expect_status(api("POST", text("%s/restore", path), ALICE, NULL), 200);
	expect_status(api("POST", text("%s/restore", path), ALICE, NULL), 200);
	struct answer now = read_album(album);
	expect_at(now, "total_tracks", "2");
	ck_assert_int_eq(scene_told("track.restored"), 1);
}

TEST(an_artist_takes_its_albums_and_tracks_along)
{
	const char *artist = artist_named("A"), *album = album_of(artist, "T"), *track = track_on(album, "x");
	const char *gone = album_of(artist, "deleted by itself");
	const char *paths[] = {text("/api/v1/albums/%s", album), text("/api/v1/tracks/%s", track),
			       text("/api/v1/artists/%s/albums", artist),
			       text("/api/v1/artists/%s/tracks", artist)};
	api("DELETE", text("/api/v1/albums/%s", gone), ALICE, NULL);
	expect_status(api("DELETE", text("/api/v1/artists/%s", artist), ALICE, NULL), 204);
	for (int i = 0; i < 4; i++)
		expect_status(api("GET", paths[i], NULL, NULL), 404);
	struct answer all = api("GET", "/api/v1/albums?include_total=true", NULL, NULL);
	expect_at(all, "items", "[]");
	expect_at(all, "total", "0");
	all = api("GET", text("/api/v1/tracks?ids=%s", track), NULL, NULL);
	expect_at(all, "items", "[]");
	all = api("GET", "/api/v1/tracks?include_total=true", NULL, NULL);
	expect_at(all, "total", "0");
	expect_status(api("PATCH", paths[0], ALICE, "{\"title\":\"x\"}"), 404);
	expect_status(api("POST", text("%s/tracks", paths[0]), ALICE, "{\"title\":\"x\"}"), 404);
	expect_status(
		api("POST", "/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist)),
		422);
	struct answer orphan = api("POST", text("/api/v1/albums/%s/restore", gone), MOD, NULL);
	expect_status(orphan, 409);
	expect_at(orphan, "code", "parent_deleted");
	expect_status(api("POST", text("/api/v1/artists/%s/restore", artist), ALICE, NULL), 200);
	for (int i = 0; i < 4; i++)
		expect_status(api("GET", paths[i], NULL, NULL), 200);
	expect_status(api("GET", text("/api/v1/albums/%s", gone), NULL, NULL), 404);
	expect_status(api("POST", text("/api/v1/albums/%s/restore", gone), ALICE, NULL), 200);
	ck_assert_int_eq(scene_told("album.deleted"), 1);
	ck_assert_int_eq(scene_told("track.deleted"), 0);
}

TEST(an_album_takes_its_tracks_along)
{
	const char *artist = artist_named("A"), *album = album_of(artist, "T"), *track = track_on(album, "x");
	const char *path = text("/api/v1/albums/%s", album);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
	expect_status(api("GET", text("/api/v1/tracks/%s", track), NULL, NULL), 404);
	struct answer list = api("GET", text("/api/v1/artists/%s/tracks", artist), NULL, NULL);
	expect_at(list, "items", "[]");
	expect_status(api("POST", text("%s/restore", path), BOB, NULL), 404);
	struct answer back = api("POST", text("%s/restore", path), ALICE, NULL);
	expect_status(back, 200);
	expect_at(back, "total_tracks", "1");
	expect_status(api("GET", text("/api/v1/tracks/%s", track), NULL, NULL), 200);
}

/* Titles of a list, page by page. */
static const char *titles(const char *path)
{
	static char all[256];
	const char *cursor = NULL;
	*all = '\0';
	do {
		struct answer a = api("GET",
				      text("%s%slimit=1%s%s", path, strchr(path, '?') ? "&" : "?",
					   cursor ? "&cursor=" : "", cursor ? cursor : ""),
				      NULL, NULL);
		expect_status(a, 200);
		if (at(&a, "items.0.title"))
			strcat(all, at(&a, "items.0.title"));
		cursor = at(&a, "next_cursor");
	} while (strcmp(cursor, "null") != 0);
	return all;
}

TEST(albums_are_listed)
{
	const char *a = artist_named("A"), *b = artist_named("B");
	made("/api/v1/albums", ALICE,
	     text("{\"artist_id\":\"%s\",\"title\":\"2\",\"release_date\":\"1950-01-01\"}", a));
	made("/api/v1/albums", ALICE,
	     text("{\"artist_id\":\"%s\",\"title\":\"1\",\"release_date\":\"2020-01-01\",\"album_type\":"
		  "\"single\"}",
		  a));
	made("/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"0\"}", a));
	made("/api/v1/albums", ALICE,
	     text("{\"artist_id\":\"%s\",\"title\":\"b\",\"release_date\":\"1980-01-01\"}", b));
	test_sql(scene_conninfo(),
		 "UPDATE artist.albums SET created_at = '2026-01-01' WHERE title IN ('0', 'b')");
	ck_assert_str_eq(titles(text("/api/v1/artists/%s/albums", a)), "120");
	ck_assert_str_eq(titles("/api/v1/albums?sort=-release_date"), "1b20");
	ck_assert_uint_eq(strlen(titles("/api/v1/albums")), 4);
	ck_assert_str_eq(titles("/api/v1/albums?album_type=SINGLE"), "1");
	ck_assert_str_eq(titles(text("/api/v1/albums?artist_id=%s", b)), "b");
	ck_assert_str_eq(titles(text("/api/v1/artists/%s/albums?album_type=album", a)), "20");
	struct answer total =
		api("GET", text("/api/v1/artists/%s/albums?include_total=true&limit=1", a), NULL, NULL);
	expect_at(total, "total", "3");
	expect_status(api("GET", "/api/v1/artists/" NOBODY "/albums", NULL, NULL), 404);
	expect_status(api("GET", "/api/v1/albums?album_type=tape", NULL, NULL), 400);
}

TEST(tracks_are_listed)
{
	const char *a = artist_named("A"), *b = artist_named("B");
	const char *on_a = album_of(a, "X"), *on_b = album_of(b, "Y");
	track_on(on_a, "1");
	track_on(on_a, "2");
	track_on(on_b, "3");
	test_sql(scene_conninfo(),
		 "UPDATE artist.tracks SET created_at = ('2026-01-0' || title)::timestamptz");
	ck_assert_str_eq(titles("/api/v1/tracks"), "321");
	ck_assert_str_eq(titles(text("/api/v1/tracks?album_id=%s", on_a)), "21");
	ck_assert_str_eq(titles(text("/api/v1/tracks?album_id=%s&artist_id=%s", on_a, b)), "");
	ck_assert_str_eq(titles(text("/api/v1/artists/%s/tracks", b)), "3");
	struct answer total = api("GET", text("/api/v1/artists/%s/tracks?include_total=true", a), NULL, NULL);
	expect_at(total, "total", "2");
}

TEST(albums_are_edited)
{
	const char *path = text("/api/v1/albums/%s", album_of(artist_named("A"), "Old"));
	struct answer a =
		api("PATCH", path, ALICE,
		    "{\"title\":\"New\",\"album_type\":\"COMPILATION\",\"release_date\":\"1970-05-06\","
		    "\"release_date_precision\":\"month\"}");
	expect_status(a, 200);
	expect_at(a, "album_type", "compilation");
	expect_at(a, "release_date", "1970-05-01");
	struct answer b = api("PATCH", path, ALICE, "{\"release_date\":null}");
	expect_at(b, "release_date_precision", "null");
	expect_status(api("PATCH", path, ALICE, b.body), 200);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("album.updated", 0), "\"old_title\": \"Old\""));
}
