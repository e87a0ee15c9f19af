/* People with browsers, who come to `/` or follow a link that is wrong, get a page; programs get what they
 * got before. */
#include "http/scene.h"
#include "support/test.h"

#define BROWSER "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"

SCENE(open_server, serve_end);

TEST(an_unknown_path_is_told_as_a_page)
{
	struct got g = request("GET", "/nothing/<b>", BROWSER, NULL);
	if (g.status == 400) /* such a target is refused before it is looked for */
		g = request("GET", "/nothing/%3Cb%3E", BROWSER, NULL);
	ck_assert_int_eq(g.status, 404);
	assert_header(&g, "Content-Type", "text/html; charset=utf-8");
	assert_header(&g, "X-Content-Type-Options", "nosniff");
	ck_assert_ptr_nonnull(strstr(g.body, "<h1>VobeMusic</h1>"));
	ck_assert_ptr_nonnull(strstr(g.body, "/nothing/%3Cb%3E"));
	ck_assert_ptr_nonnull(strstr(g.body, "/openapi.json"));
	g = request("GET", "/a&b", BROWSER, NULL);
	ck_assert_ptr_nonnull(strstr(g.body, "/a&amp;b"));
}

TEST(programs_get_a_problem)
{
	struct got g = request("GET", "/nothing", "", NULL);
	assert_problem(&g, 404, "not_found");
	g = request("GET", "/nothing", "Accept: application/json\r\n", NULL);
	assert_problem(&g, 404, "not_found");
	g = request("POST", "/nothing", BROWSER, NULL);
	assert_problem(&g, 404, "not_found");
	g = request("GET", "/api/v1/locked", BROWSER, NULL); /* a route's own problem stays what it is */
	assert_problem(&g, 409, "note_locked");
}
