/* Widgets: writing, reading, paging, and what is told. */
#include "support/harness.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

extern const struct module widget_module;

#define ANN "user:0190aaaa-0000-7000-8000-00000000000a"

static void open_widgets(void)
{
	static const struct service nothing_needed[] = {{0}};
	harness_start(&widget_module, nothing_needed, NULL);
}

SCENE(open_widgets, harness_stop);

static struct answer made(const char *title)
{
	char body[300];
	snprintf(body, sizeof body, "{\"title\":\"%s\"}", title);
	struct answer a = api("POST", "/api/v1/widgets", ANN, body);
	ck_assert_msg(a.status == 201, "status %d: %s", a.status, a.body);
	return a;
}

TEST(a_widget_is_made_told_and_read_back)
{
	struct answer a = made("First"), read = api("GET", header_of(&a, "Location"), NULL, NULL);
	ck_assert_int_eq(read.status, 200);
	ck_assert_str_eq(at(&read, "id"), at(&a, "id"));
	ck_assert_str_eq(at(&read, "title"), "First");
	ck_assert_str_eq(at(&read, "created_by"), strchr(ANN, ':') + 1);
	ck_assert_int_eq(harness_told("widget.created"), 1);
	ck_assert_ptr_nonnull(strstr(harness_told_payload("widget.created", 0), at(&a, "id")));
}

TEST(what_cannot_be_is_refused)
{
	ck_assert_int_eq(api("POST", "/api/v1/widgets", NULL, "{\"title\":\"x\"}").status, 401);
	ck_assert_int_eq(api("POST", "/api/v1/widgets", ANN, "{}").status, 422);
	ck_assert_int_eq(api("POST", "/api/v1/widgets", ANN, "{\"title\":\"two\\nlines\"}").status, 422);
	ck_assert_int_eq(
		api("GET", "/api/v1/widgets/0190aaaa-0000-7000-8000-0000000000ff", NULL, NULL).status, 404);
	ck_assert_int_eq(harness_told("widget.created"), 0);
}

TEST(pages_meet_without_gap_or_overlap)
{
	char path[200];
	for (int i = 0; i < 3; i++)
		made((const char *const[]){"One", "Two", "Three"}[i]);
	struct answer first = api("GET", "/api/v1/widgets?limit=2", NULL, NULL);
	ck_assert_str_eq(at(&first, "items.0.title"), "Three");
	ck_assert_str_eq(at(&first, "items.1.title"), "Two");
	snprintf(path, sizeof path, "/api/v1/widgets?limit=2&cursor=%s", at(&first, "next_cursor"));
	struct answer second = api("GET", path, NULL, NULL);
	ck_assert_str_eq(at(&second, "items.0.title"), "One");
	ck_assert_ptr_null(at(&second, "items.1.title"));
	ck_assert_str_eq(at(&second, "next_cursor"), "null");
}
