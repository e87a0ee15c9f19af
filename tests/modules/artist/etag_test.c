/* One representation has one tag: read, edited, and answered again under an Idempotency-Key. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

/* The tag of `made`, and of reading it anew. */
static void expect_same_tag(const struct answer *made, const char *path, const char *as)
{
	struct answer read = api("GET", path, as, NULL);
	expect_status(read, 200);
	ck_assert_ptr_nonnull(header_of(made, "ETag"));
	ck_assert_str_eq(made->body, read.body);
	ck_assert_str_eq(header_of(made, "ETag"), header_of(&read, "ETag"));
}

/* jsonb gives members back in an order of its own, with blanks. */
TEST(links_have_one_order_whoever_tells_them)
{
	static const char body[] =
		"{\"name\":\"Kino\",\"social_links\":{\"website\":\"https://a.example/?q=a,b:c\","
		"\"vk\":\"https://vk.example\",\"a\\\"b\":\"https://b.example\"}}";
	struct answer made = api("POST", "/api/v1/artists", ALICE, body);
	const char *path = text("/api/v1/artists/%s", at(&made, "id"));

	expect_status(made, 201);
	expect_same_tag(&made, path, ALICE);
	struct answer edited =
		api("PATCH", path, ALICE,
		    "{\"social_links\":{\"zz\":\"https://z.example\",\"b\":\"https://b.example\"}}");
	expect_status(edited, 200);
	expect_same_tag(&edited, path, ALICE);
	edited = api("PATCH", path, ALICE, "{\"bio\":\"Leningrad\",\"genres\":[\"Rock\"]}");
	expect_same_tag(&edited, path, ALICE);
	const char *match = text("If-Match: %s\r\n", header_of(&edited, "ETag"));
	expect_status(api_with("PATCH", path, ALICE, match, "{\"country\":\"SU\"}"), 200);
	expect_status(api_with("PATCH", path, ALICE, match, "{\"country\":\"RU\"}"), 412);
}

TEST(albums_and_tracks_have_one_tag)
{
	const char *artist = artist_named("Kino");
	struct answer album =
		api("POST", "/api/v1/albums", ALICE,
		    text("{\"artist_id\":\"%s\",\"title\":\"45\",\"release_date\":\"1982-01-01\"}", artist));
	const char *path = text("/api/v1/albums/%s", at(&album, "id"));

	expect_status(album, 201);
	expect_same_tag(&album, path, ALICE);
	album = api("PATCH", path, ALICE, "{\"description\":\"First\"}");
	expect_same_tag(&album, path, ALICE);
	struct answer track = api("POST", text("%s/tracks", path), ALICE, "{\"title\":\"Time\"}");
	const char *track_path = text("/api/v1/tracks/%s", at(&track, "id"));
	expect_status(track, 201);
	expect_same_tag(&track, track_path, ALICE);
	track = api("PATCH", track_path, ALICE, "{\"duration\":150}");
	expect_same_tag(&track, track_path, ALICE);
}

/* The tag of an album is none of its artist, though both are of version 1. */
TEST(a_tag_of_another_resource_is_none)
{
	const char *artist = artist_named("Kino"), *album = album_of(artist, "45");
	struct answer read = api("GET", text("/api/v1/albums/%s", album), NULL, NULL);
	const char *match = text("If-Match: %s\r\n", header_of(&read, "ETag"));

	expect_status(api_with("PATCH", text("/api/v1/artists/%s", artist), ALICE, match, "{\"bio\":\"x\"}"),
		      412);
	expect_status(api_with("PATCH", text("/api/v1/albums/%s", album), ALICE, match, "{\"title\":\"x\"}"),
		      200);
	expect_status(api_with("PATCH", text("/api/v1/albums/%s", album), ALICE,
			       "If-Match: \"v2-anything\"\r\n", "{\"title\":\"y\"}"),
		      412);
}

TEST(an_edit_that_changes_nothing_writes_nothing)
{
	struct answer artist = api("POST", "/api/v1/artists", ALICE,
				   "{\"name\":\"A\",\"genres\":[\"Rock\",\"Jazz\"],\"social_links\":"
				   "{\"y\":\"https://y.example\",\"b\":\"https://b.example\"}}");
	struct answer album = api("POST", "/api/v1/albums", ALICE,
				  text("{\"artist_id\":\"%s\",\"title\":\"T\",\"release_date\":\"1999-05\"}",
				       at(&artist, "id")));
	struct answer track = api("POST", text("/api/v1/albums/%s/tracks", at(&album, "id")), ALICE,
				  "{\"title\":\"a\",\"duration\":5}");
	const struct answer *made[] = {&artist, &album, &track, NULL};

	for (const struct answer **of = made; *of; of++) {
		const char *path = header_of(*of, "Location");
		struct answer before = api("GET", path, ALICE, NULL);
		struct answer same =
			api("PATCH", path, ALICE, before.body); /* read, edit nothing, send back */
		expect_status(same, 200);
		ck_assert_str_eq(same.body, before.body);
		ck_assert_str_eq(header_of(&before, "ETag"), header_of(&same, "ETag"));
		expect_status(api("PATCH", path, ALICE, "{}"), 200);
	}
	ck_assert_int_eq(
		scene_told("artist.updated") + scene_told("album.updated") + scene_told("track.updated"), 0);
	expect_at(api("PATCH", header_of(&artist, "Location"), ALICE, "{\"name\":\"B\"}"), "name", "B");
	ck_assert_int_eq(scene_told("artist.updated"), 1);
}
