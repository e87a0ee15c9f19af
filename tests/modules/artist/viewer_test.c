/* What the catalogue is to who asks: followed or not, theirs to change or not; the same act, the same answer.
 */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(a_member_sees_whom_they_follow)
{
	const char *id = artist_named("A"), *path = text("/api/v1/artists/%s", id);
	artist_named("B");
	expect_absent(api("GET", path, NULL, NULL), "is_following");
	expect_at(api("GET", path, BOB, NULL), "is_following", "false");
	expect_status(api("PUT", text("%s/follow", path), BOB, NULL), 204);
	expect_at(api("GET", path, BOB, NULL), "is_following", "true");
	expect_at(api("GET", path, ALICE, NULL), "is_following", "false");
	expect_at(api("GET", "/api/v1/artists/slug/a", BOB, NULL), "is_following", "true");
	struct answer list = api("GET", "/api/v1/artists", BOB, NULL);
	expect_at(list, "items.0.is_following", "true");
	expect_at(list, "items.1.is_following", "false");
	expect_at(api("GET", text("/api/v1/artists?ids=%s", id), BOB, NULL), "items.0.is_following", "true");
	expect_at(api("GET", "/api/v1/users/me/following", BOB, NULL), "items.0.is_following", "true");
	expect_absent(api("GET", "/api/v1/artists", NULL, NULL), "items.0.is_following");
	expect_status(api("PUT", text("%s/follow", path), ALICE, NULL), 204);
	expect_at(api("PATCH", path, ALICE, "{\"bio\":\"b\"}"), "is_following", "true");
	expect_status(api("DELETE", text("%s/follow", path), BOB, NULL), 204);
	expect_at(api("GET", path, BOB, NULL), "is_following", "false");
}

TEST(albums_are_added_by_who_may_edit_the_artist)
{
	const char *artist = artist_named("A"),
		   *body = text("{\"artist_id\":\"%s\",\"title\":\"T\"}", artist);
	expect_code(api("POST", "/api/v1/albums", BOB, body), 403, "forbidden");
	expect_status(api("POST", "/api/v1/albums", ALICE, body), 201);
	expect_status(api("POST", "/api/v1/albums", MOD, body), 201);
}

TEST(asking_twice_is_as_asking_once)
{
	const char *artist = artist_named("A"), *album = album_of(artist, "T"), *track = track_on(album, "x");
	const char *const paths[] = {text("/api/v1/tracks/%s", track), text("/api/v1/albums/%s", album),
				     text("/api/v1/artists/%s", artist)};
	for (int i = 0; i < 3; i++) {
		struct answer there = api("GET", paths[i], ALICE, NULL);
		struct answer same = api("POST", text("%s/restore", paths[i]), ALICE, NULL);
		expect_status(same, 200);
		ck_assert_str_eq(there.body, same.body);
		expect_status(api("POST", text("%s/restore", paths[i]), BOB, NULL), 403);
		expect_status(api("DELETE", paths[i], ALICE, NULL), 204);
		expect_status(api("DELETE", paths[i], ALICE, NULL), 204);
		expect_status(api_with("DELETE", paths[i], ALICE,
				       text("If-Match: %s\r\n", header_of(&there, "ETag")), NULL),
			      204);
		expect_status(api("DELETE", paths[i], BOB, NULL), 404);
		expect_status(api("POST", text("%s/restore", paths[i]), ALICE, NULL), 200);
	}
	ck_assert_int_eq(
		scene_told("track.deleted") + scene_told("album.deleted") + scene_told("artist.deleted"), 3);
	expect_status(api("DELETE", "/api/v1/artists/" NOBODY, MOD, NULL), 404);
	expect_status(api("DELETE", "/api/v1/albums/" NOBODY, MOD, NULL), 404);
	expect_status(api("DELETE", "/api/v1/tracks/" NOBODY, MOD, NULL), 404);
	expect_status(api("PATCH", paths[2], MOD, "{\"verified\":true}"), 200);
	for (int i = 0; i < 3; i++)
		expect_code(api("POST", text("%s/restore", paths[i]), ALICE, NULL), 403, "verified_artist");
}

TEST(what_a_moderator_deleted_its_maker_may_delete_again)
{
	const char *artist = artist_named("A"), *album = album_of(artist, "T");
	struct answer track =
		api("POST", text("/api/v1/albums/%s/tracks", album), ALICE, "{\"title\":\"a\"}");
	const char *paths[] = {header_of(&track, "Location"), text("/api/v1/albums/%s", album),
			       text("/api/v1/artists/%s", artist), NULL};

	for (const char **path = paths; *path; path++) {
		expect_status(api("DELETE", *path, MOD, NULL), 204);
		expect_status(api("DELETE", *path, ALICE, NULL), 204);
		expect_code(api("POST", text("%s/restore", *path), ALICE, NULL), 403, "deleted_by_staff");
		expect_status(api("POST", text("%s/restore", *path), BOB, NULL), 404);
		expect_status(api("POST", text("%s/restore", *path), MOD, NULL), 200);
	}
}

TEST(an_albums_tracks_are_listed_in_order)
{
	const char *album = album_of(artist_named("A"), "T"), *path = text("/api/v1/albums/%s/tracks", album);
	api("POST", path, ALICE, "{\"title\":\"d\",\"disc_number\":2}");
	api("POST", path, ALICE, "{\"title\":\"b\",\"track_number\":2}");
	api("POST", path, ALICE, "{\"title\":\"a\",\"track_number\":1}");
	api("POST", path, ALICE, "{\"title\":\"c\",\"track_number\":10}");
	struct answer one = api("GET", text("%s?limit=3&include_total=true", path), NULL, NULL);
	expect_at(one, "items.0.title", "a");
	expect_at(one, "items.1.title", "b");
	expect_at(one, "items.2.title", "c");
	expect_at(one, "total", "4");
	struct answer two = api("GET", text("%s?cursor=%s", path, at(&one, "next_cursor")), NULL, NULL);
	expect_at(two, "items.0.title", "d");
	expect_at(two, "next_cursor", "null");
	expect_status(api("GET", "/api/v1/albums/" NOBODY "/tracks", NULL, NULL), 404);
}

TEST(genres_are_one_however_their_words_are_joined)
{
	expect_status(api("POST", "/api/v1/artists", ALICE, "{\"name\":\"A\",\"genres\":[\"Trip Hop\"]}"),
		      201);
	expect_status(api("POST", "/api/v1/artists", ALICE,
			  "{\"name\":\"B\",\"genres\":[\"trip-hop\",\"Trip  Hop\",\"Trip \u2014 Hop\"]}"),
		      201);
	static const char *const asked[] = {"trip-hop",       "Trip%20Hop",       "TRIP_HOP",
					    "trip%20-%20hop", "trip%E2%80%93hop", "trip%20%E2%88%92%20hop"};
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		expect_at(
			api("GET", text("/api/v1/artists?genre=%s&include_total=true", asked[i]), NULL, NULL),
			"total", "2");
	struct answer genres = api("GET", "/api/v1/genres", NULL, NULL);
	expect_at(genres, "items.0.artists_count", "2");
	expect_absent(genres, "items.1");
}
