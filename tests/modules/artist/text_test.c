/* Names, titles and texts of the catalogue: what is trimmed, what is null, what is refused. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

static void expect_fault(struct answer a, const char *pointer, const char *code)
{
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", pointer);
	expect_at(a, "errors.0.code", code);
}

TEST(names_and_titles_must_be_seen)
{
	static const char *const unseen[] = {"\\u200b", "\\u202e", "   ", "\\u2800", "\\u3164", "\\u0301"};
	const char *artist = artist_named("A"), *album = album_of(artist, "T");
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		expect_fault(api("POST", "/api/v1/artists", ALICE, text("{\"name\":\"%s\"}", unseen[i])),
			     "/name", "blank");
		expect_fault(api("POST", "/api/v1/albums", ALICE,
				 text("{\"artist_id\":\"%s\",\"title\":\"%s\"}", artist, unseen[i])),
			     "/title", "blank");
		expect_fault(api("POST", text("/api/v1/albums/%s/tracks", album), ALICE,
				 text("{\"title\":\"%s\"}", unseen[i])),
			     "/title", "blank");
		expect_fault(api("POST", text("/api/v1/albums/%s/tracks/bulk", album), ALICE,
				 text("{\"tracks\":[{\"title\":\"%s\"}]}", unseen[i])),
			     "/tracks/0/title", "blank");
		expect_fault(api("PATCH", text("/api/v1/artists/%s", artist), ALICE,
				 text("{\"genres\":[\"x\",\"%s\"]}", unseen[i])),
			     "/genres/1", "blank");
	}
}

TEST(names_and_titles_lose_outer_blanks)
{
	struct answer artist =
		api("POST", "/api/v1/artists", ALICE,
		    "{\"name\":\" \\u3000Can \",\"country\":\" Germany\\t\",\"genres\":[\" Kraut \"]}");
	expect_at(artist, "name", "Can");
	expect_at(artist, "slug", "can");
	expect_at(artist, "country", "Germany");
	expect_at(artist, "genres.0", "Kraut");
	struct answer album =
		api("POST", "/api/v1/albums", ALICE,
		    text("{\"artist_id\":\"%s\",\"title\":\"\\nTago Mago\\u2003\"}", at(&artist, "id")));
	expect_at(album, "title", "Tago Mago");
	struct answer track = api("POST", text("/api/v1/albums/%s/tracks", at(&album, "id")), ALICE,
				  "{\"title\":\"  Halleluhwah \"}");
	expect_at(track, "title", "Halleluhwah");
	expect_at(api("PATCH", text("/api/v1/tracks/%s", at(&track, "id")), ALICE, "{\"title\":\" Aumgn \"}"),
		  "title", "Aumgn");
}

TEST(blank_text_that_may_be_null_is_null)
{
	struct answer artist =
		api("POST", "/api/v1/artists", ALICE,
		    "{\"name\":\"Can\",\"country\":\"\",\"bio\":\" \\u200b\",\"photo_url\":\"\"}");
	expect_status(artist, 201);
	expect_at(artist, "country", "null");
	expect_at(artist, "bio", "null");
	expect_at(artist, "photo_url", "null");
	struct answer album =
		api("POST", "/api/v1/albums", ALICE,
		    text("{\"artist_id\":\"%s\",\"title\":\"T\",\"description\":\"  \",\"cover_url\":\"\"}",
			 at(&artist, "id")));
	expect_at(album, "description", "null");
	expect_at(album, "cover_url", "null");
	struct answer track = api("POST", text("/api/v1/albums/%s/tracks", at(&album, "id")), ALICE,
				  "{\"title\":\"t\",\"lyrics\":\" \",\"audio_url\":\" \"}");
	expect_at(track, "lyrics", "null");
	expect_at(track, "audio_url", "null");
	expect_at(
		api("PATCH", text("/api/v1/artists/%s", at(&artist, "id")), ALICE, "{\"country\":\"Cuba\"}"),
		"country", "Cuba");
	expect_at(api("PATCH", text("/api/v1/artists/%s", at(&artist, "id")), ALICE, "{\"country\":\" \"}"),
		  "country", "null");
}
