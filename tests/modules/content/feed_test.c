/* The Atom feed: ids for ever, links of the site's address and never of the request's, and 304 for who polls.
 */
#include "modules/content/scene.h"
#include "support/test.h"

#define FEED API "/feeds/posts.atom"

SCENE(open_scene, scene_stop);

static struct answer feed(const char *headers)
{
	return api_with("GET", FEED, NULL, headers, NULL);
}

/* Host is whatever a client says it is. */
TEST(nothing_in_it_depends_on_the_request)
{
	published_by(ANN, "first", "");
	struct answer a = feed(NULL),
		      b = feed("X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n");

	expect_status(a, 200);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_ptr_null(strstr(a.body, "://test")); /* the Host of these requests */
	ck_assert_ptr_nonnull(strstr(a.body, "<id>urn:uuid:"));
	ck_assert_ptr_nonnull(strstr(a.body, "href=\"/api/v1/posts/slug/first\""));
	ck_assert_ptr_null(strstr(a.body, "<content"));
}

TEST(who_polls_has_it_already)
{
	published_by(ANN, "first", "");
	struct answer a = feed(NULL);
	const char *tag = text("If-None-Match: %s\r\n", header_of(&a, "ETag"));
	const char *since = text("If-Modified-Since: %s\r\n", header_of(&a, "Last-Modified"));

	ck_assert_ptr_nonnull(header_of(&a, "Last-Modified"));
	struct answer again = feed(tag);
	expect_status(again, 304);
	ck_assert_str_eq(header_of(&again, "ETag"), header_of(&a, "ETag"));
	expect_status(feed(since), 304);
	expect_status(feed("If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), 200);
	expect_status(feed(text("%sIf-None-Match: \"x\"\r\n", since)), 200); /* the tag alone counts */
	published_by(ANN, "second", "");
	expect_status(feed(tag), 200);
}

static void open_site(void)
{
	open_scene_with((const char *const[]){"http.public_url=https://music.example.org", NULL});
}

SCENE(open_site, scene_stop);

TEST(with_the_address_of_the_site_readers_are_sent_there)
{
	published_by(ANN, "first", "");
	struct answer a = feed(NULL);

	expect_status(a, 200);
	ck_assert_ptr_nonnull(strstr(a.body, "rel=\"self\" type=\"application/atom+xml\" "
					     "href=\"https://music.example.org" FEED "\""));
	ck_assert_ptr_nonnull(
		strstr(a.body, "type=\"text/html\" href=\"https://music.example.org/posts/first\""));
	ck_assert_ptr_nonnull(strstr(a.body, "<content type=\"text/markdown\">text of first</content>"));
	ck_assert_ptr_nonnull(strstr(a.body, "<id>urn:uuid:5a0f2a54-"));
}
