/* What bodies and parameters of the catalogue mean: merged links, read-only members, lists of ids. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

TEST(links_are_merged_name_by_name)
{
	struct answer a = api("POST", "/api/v1/artists", ALICE,
			      "{\"name\":\"A\",\"social_links\":"
			      "{\"b\":\"https://b.example\",\"y\":\"https://y.example\"}}");
	const char *path = text("/api/v1/artists/%s", at(&a, "id"));
	struct answer b = api("PATCH", path, ALICE, "{\"social_links\":{\"c\":\"https://c.example\"}}");
	expect_at(b, "social_links.b", "https://b.example");
	expect_at(b, "social_links.y", "https://y.example");
	expect_at(b, "social_links.c", "https://c.example");
	struct answer c = api_with("PATCH", path, ALICE, "Content-Type: application/merge-patch+json\r\n",
				   "{\"social_links\":{\"b\":null,\"none\":null}}");
	expect_status(c, 200);
	expect_absent(c, "social_links.b");
	expect_at(c, "social_links.y", "https://y.example");
	ck_assert_str_eq(api("GET", path, ALICE, NULL).body, c.body);
	expect_at(api("PATCH", path, ALICE, "{\"social_links\":null}"), "social_links", "{}");
	expect_at(api("POST", "/api/v1/artists", ALICE, "{\"name\":\"B\",\"social_links\":null}"),
		  "social_links", "{}");
}

TEST(twenty_links_are_the_most_whatever_the_way_there)
{
	char links[2000] = "{\"name\":\"A\",\"social_links\":{\"n0\":\"https://n.example\"";
	for (int i = 1; i < 20; i++)
		sprintf(links + strlen(links), ",\"n%d\":\"https://n.example\"", i);
	struct answer a = api("POST", "/api/v1/artists", ALICE, strcat(links, "}}"));
	expect_status(a, 201);
	const char *path = text("/api/v1/artists/%s", at(&a, "id"));
	struct answer more = api("PATCH", path, ALICE, "{\"social_links\":{\"x\":\"https://x.example\"}}");
	expect_status(more, 422);
	expect_at(more, "errors.0.pointer", "/social_links");
	expect_at(more, "errors.0.code", "too_many");
	expect_status(
		api("PATCH", path, ALICE, "{\"social_links\":{\"x\":\"https://x.example\",\"n0\":null}}"),
		200);
	struct answer bad = api("PATCH", path, ALICE, "{\"social_links\":{\"x\":\"nonsense\"}}");
	expect_at(bad, "errors.0.pointer", "/social_links/x");
}

TEST(names_of_links_have_no_blanks_around_them)
{
	static const char *const names[] = {"x ", " x", "\\u00a0x", "a\\nb", "\\u200b", NULL};
	for (const char *const *name = names; *name; name++) {
		const char *links =
			text("{\"name\":\"A\",\"social_links\":{\"%s\":\"https://x.example\"}}", *name);
		expect_at(api("POST", "/api/v1/artists", ALICE, links), "errors.0.code", "invalid_name");
	}
	expect_status(api("POST", "/api/v1/artists", ALICE,
			  "{\"name\":\"A\",\"social_links\":{\"my page\":\"https://x.example\"}}"),
		      201);
}

TEST(a_new_thing_is_not_told_what_it_is)
{
	const char *artist = artist_named("A"), *other = artist_named("B");
	const char *album = album_of(artist, "T"), *tracks = text("/api/v1/albums/%s/tracks", album);
	struct answer a = api("POST", tracks, ALICE, text("{\"title\":\"s\",\"artist_id\":\"%s\"}", other));
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", "/artist_id");
	expect_at(a, "errors.0.code", "read_only");
	expect_status(api("POST", tracks, ALICE,
			  text("{\"title\":\"s\",\"artist_id\":\"%s\",\"plays_count\":0}", artist)),
		      201);
	struct answer bulk =
		api("POST", text("%s/bulk", tracks), ALICE,
		    text("{\"tracks\":[{\"title\":\"a\"},{\"title\":\"b\",\"artist_id\":\"%s\"}]}", other));
	expect_at(bulk, "errors.0.pointer", "/tracks/1/artist_id");
	expect_at(api("POST", "/api/v1/artists", ALICE, "{\"name\":\"C\",\"followers_count\":9}"),
		  "errors.0.pointer", "/followers_count");
	expect_status(api("PATCH", text("/api/v1/artists/%s", artist), ALICE, "{\"followers_count\":9}"),
		      200);
	ck_assert_int_eq(scene_told("artist.created"), 2);
}

TEST(no_ids_are_an_empty_list)
{
	static const char *const lists[] = {"artists", "albums", "tracks"};
	track_on(album_of(artist_named("A"), "T"), "x");
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct answer a = api("GET", text("/api/v1/%s?ids=", lists[i]), NULL, NULL);
		expect_status(a, 200);
		expect_at(a, "items", "[]");
		expect_at(a, "next_cursor", "null");
	}
}

TEST(ids_may_be_repeated)
{
	const char *a = artist_named("A"), *b = artist_named("B"), *c = artist_named("C");
	struct answer both = api("GET", text("/api/v1/artists?ids=%s&ids=%s,%s&ids=", c, a, b), NULL, NULL);
	expect_status(both, 200);
	expect_at(both, "items.0.id", c);
	expect_at(both, "items.1.id", a);
	expect_at(both, "items.2.id", b);
	expect_status(api("GET", "/api/v1/artists?sort=name&sort=name", NULL, NULL), 400);
}

TEST(booleans_are_written_as_people_write_them)
{
	artist_named("A");
	static const char *const no[] = {"false", "0"}, *const yes[] = {"true", "1"};
	for (int i = 0; i < 2; i++) {
		expect_at(api("GET", text("/api/v1/artists?verified=%s&include_total=%s", no[i], yes[i]),
			      NULL, NULL),
			  "total", "1");
		expect_at(api("GET", text("/api/v1/artists?verified=%s&include_total=1", yes[i]), NULL, NULL),
			  "total", "0");
	}
	expect_status(api("GET", "/api/v1/artists?verified=yes", NULL, NULL), 400);
}

TEST(a_route_without_a_body_takes_none)
{
	const char *artist = artist_named("A"), *path = text("/api/v1/artists/%s", artist);
	struct answer a = api("PUT", text("%s/follow", path), ALICE, "{\"x\":1}");
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", "/x");
	expect_at(a, "errors.0.code", "unknown_field");
	expect_at(api("GET", path, NULL, NULL), "followers_count", "0");
	expect_status(api("PUT", text("%s/follow", path), ALICE, "[]"), 422);
	expect_status(api("PUT", text("%s/follow", path), ALICE, "{}"), 204);
	expect_status(api("DELETE", path, ALICE, "{\"reason\":\"x\"}"), 422);
	expect_status(api_with("POST", text("%s/restore", path), ALICE,
			       "Content-Type: application/x-www-form-urlencoded\r\n", "a=b"),
		      415);
	expect_status(api("DELETE", path, ALICE, NULL), 204);
}
