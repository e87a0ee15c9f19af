/* Dates of albums: the date and how much of it is known are judged together. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

static struct answer posted(const char *artist, const char *members)
{
	return api("POST", "/api/v1/albums", ALICE,
		   text("{\"artist_id\":\"%s\",\"title\":\"T\",%s}", artist, members));
}

static void expect_date(struct answer a, int status, const char *date, const char *precision)
{
	expect_status(a, status);
	expect_at(a, "release_date", date);
	expect_at(a, "release_date_precision", precision);
}

TEST(the_length_of_a_date_gives_its_precision)
{
	const char *artist = artist_named("A");
	expect_date(posted(artist, "\"release_date\":\"1999\""), 201, "1999-01-01", "year");
	expect_date(posted(artist, "\"release_date\":\"1999-05\""), 201, "1999-05-01", "month");
	expect_date(posted(artist, "\"release_date\":\"1999-05-31\""), 201, "1999-05-31", "day");
	expect_date(posted(artist, "\"release_date\":\"1999-05-31\",\"release_date_precision\":\"month\""),
		    201, "1999-05-01", "month");
	expect_date(posted(artist, "\"release_date\":\"1999-05\",\"release_date_precision\":null"), 201,
		    "1999-05-01", "month");
	expect_date(posted(artist, "\"release_date\":null,\"release_date_precision\":null"), 201, "null",
		    "null");
}

TEST(a_precision_says_no_more_than_its_date)
{
	const char *artist = artist_named("A");
	struct answer a = posted(artist, "\"release_date\":\"1999\",\"release_date_precision\":\"month\"");
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", "/release_date_precision");
	expect_at(a, "errors.0.code", "too_precise");
	expect_status(posted(artist, "\"release_date\":\"1999-05\",\"release_date_precision\":\"day\""), 422);
	struct answer alone = posted(artist, "\"release_date_precision\":\"year\"");
	expect_status(alone, 422);
	expect_at(alone, "errors.0.code", "without_date");
}

TEST(what_is_no_date_is_refused)
{
	static const char *const none[] = {"0000",  "0000-01-01", "1999-13",  "1999-02-30",
					   "199",   "1999-5",     "19990531", "1999-05-31T00:00:00Z",
					   "-1999", "10000-01-01"};
	const char *artist = artist_named("A");
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		struct answer a = posted(artist, text("\"release_date\":\"%s\"", none[i]));
		expect_status(a, 422);
		expect_at(a, "errors.0.pointer", "/release_date");
	}
	expect_status(posted(artist, "\"release_date\":1999"), 422);
}

TEST(a_new_date_brings_its_own_precision)
{
	struct answer a = posted(artist_named("A"), "\"release_date\":\"2000\"");
	const char *path = text("/api/v1/albums/%s", at(&a, "id"));
	expect_date(api("PATCH", path, ALICE, "{\"release_date\":\"2001-06-07\"}"), 200, "2001-06-07", "day");
	expect_date(api("PATCH", path, ALICE, "{\"title\":\"U\"}"), 200, "2001-06-07", "day");
	expect_date(api("PATCH", path, ALICE, "{\"release_date\":\"2002-03\"}"), 200, "2002-03-01", "month");
	expect_date(api("PATCH", path, ALICE, "{\"title\":\"V\"}"), 200, "2002-03-01", "month");
	expect_date(api("PATCH", path, ALICE,
			"{\"release_date\":\"2003-04-05\",\"release_date_precision\":\"month\"}"),
		    200, "2003-04-01", "month");
}

TEST(a_precision_alone_may_only_say_less)
{
	struct answer a = posted(artist_named("A"), "\"release_date\":\"2001-06-07\"");
	const char *path = text("/api/v1/albums/%s", at(&a, "id"));
	expect_date(api("PATCH", path, ALICE, "{\"release_date_precision\":\"day\"}"), 200, "2001-06-07",
		    "day");
	expect_date(api("PATCH", path, ALICE, "{\"release_date_precision\":\"month\"}"), 200, "2001-06-01",
		    "month");
	expect_code(api("PATCH", path, ALICE, "{\"release_date_precision\":\"day\"}"), 422,
		    "validation_failed");
	expect_date(api("PATCH", path, ALICE, "{\"release_date_precision\":\"year\"}"), 200, "2001-01-01",
		    "year");
	expect_date(api("GET", path, NULL, NULL), 200, "2001-01-01", "year");
}

TEST(what_was_read_can_be_sent_back)
{
	struct answer a = posted(artist_named("A"), "\"release_date\":\"1999-05\"");
	const char *path = text("/api/v1/albums/%s", at(&a, "id"));
	expect_date(api("PATCH", path, ALICE, a.body), 200, "1999-05-01", "month");
}

TEST(null_clears_date_and_precision)
{
	struct answer a = posted(artist_named("A"), "\"release_date\":\"1999-05\"");
	const char *path = text("/api/v1/albums/%s", at(&a, "id"));
	expect_status(
		api("PATCH", path, ALICE, "{\"release_date\":null,\"release_date_precision\":\"year\"}"),
		422);
	expect_date(api("PATCH", path, ALICE, "{\"release_date\":null}"), 200, "null", "null");
	expect_status(api("PATCH", path, ALICE, "{\"release_date_precision\":\"year\"}"), 422);
	expect_date(api("PATCH", path, ALICE, "{\"release_date\":\"1999\"}"), 200, "1999-01-01", "year");
	expect_date(api("PATCH", path, ALICE, "{\"release_date_precision\":null}"), 200, "null", "null");
}
