/* Widgets: writing, reading, paging, and what is told. */
#include "support/client.h"
#include "support/expect.h"
#include "support/scene.h"
#include "support/test.h"

#include <string.h>

extern const struct module widget_module;

#define ANN    "user:0190aaaa-0000-7000-8000-00000000000a"
#define NOBODY "0190aaaa-0000-7000-8000-0000000000ff"

static void open_scene(void)
{
	static const struct service nothing_needed[] = {{0}};
	scene_start(&widget_module, nothing_needed, NULL);
}

static struct answer made(const char *title)
{
	struct answer a = api("POST", "/api/v1/widgets", ANN, text("{\"title\":\"%s\"}", title));
	expect_status(a, 201);
	return a;
}

SCENE(open_scene, scene_stop);

TEST(a_widget_is_made_told_and_read_back)
{
	struct answer a = made("First"), read = api("GET", header_of(&a, "Location"), NULL, NULL);
	expect_status(read, 200);
	expect_at(read, "id", at(&a, "id"));
	expect_at(read, "title", "First");
	expect_at(read, "created_by", strchr(ANN, ':') + 1);
	ck_assert_int_eq(scene_told("widget.created"), 1);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("widget.created", 0), at(&a, "id")));
}

TEST(what_cannot_be_is_refused)
{
	expect_status(api("POST", "/api/v1/widgets", NULL, "{\"title\":\"x\"}"), 401);
	expect_status(api("POST", "/api/v1/widgets", ANN, "{}"), 422);
	expect_status(api("POST", "/api/v1/widgets", ANN, "{\"title\":\"two\\nlines\"}"), 422);
	expect_status(api("GET", "/api/v1/widgets/" NOBODY, NULL, NULL), 404);
	ck_assert_int_eq(scene_told("widget.created"), 0);
}

TEST(pages_meet_without_gap_or_overlap)
{
	for (int i = 0; i < 3; i++)
		made((const char *const[]){"One", "Two", "Three"}[i]);
	struct answer first = api("GET", "/api/v1/widgets?limit=2", NULL, NULL);
	expect_at(first, "items.0.title", "Three");
	expect_at(first, "items.1.title", "Two");
	const char *cursor = at(&first, "next_cursor");
	struct answer second = api("GET", text("/api/v1/widgets?limit=2&cursor=%s", cursor), NULL, NULL);
	expect_at(second, "items.0.title", "One");
	expect_absent(second, "items.1.title");
	expect_at(second, "next_cursor", "null");
}
