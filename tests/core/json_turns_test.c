/* JSON that is read by turns, and against cJSON's own parser. */
#include "core/json/json.h"
#include "support/test.h"
#include "vobe/json.h"

#include <cjson/cJSON.h>
#include <string.h>

static struct arena *a;

static void open_arena(void)
{
	a = arena_new();
}
static void close_arena(void)
{
	arena_free(a);
}

SCENE(open_arena, close_arena);

/* As far as its own parser goes, which reads 63 characters of a number. */
static void same_as_cjson(const char *text, size_t len, const struct json *doc)
{
	cJSON *theirs = cJSON_ParseWithLength(text, len);

	ck_assert_msg(!theirs || cJSON_Compare((const cJSON *)doc, theirs, true), "%.*s", (int)len, text);
	cJSON_Delete(theirs);
}

static err count_rest(void *arg)
{
	++*(int *)arg;
	return NULL;
}

static err end_it(void *arg)
{
	return ++*(int *)arg == 3 ? CANCELLED : NULL;
}

/* Units repeated to a string of three stretches and some, an escape across each border of two among them. */
static const char *long_text(const char *unit)
{
	struct buf b = {.arena = a};

	buf_str(&b, "{\"a\":[1,\"");
	while (b.len < 3 * JSON_STRETCH + 1000)
		buf_str(&b, unit);
	buf_str(&b, "\",1234567890123456789,-0.5e3,{}]}");
	return buf_text(&b);
}

TEST(what_is_read_by_turns_is_the_same)
{
	static const char *const units[] = {"x", "\\u0416", "\\ud83d\\ude00.", "\\\\\\\"", "\xd0\x96\\n"};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		const char *text = long_text(units[i]);
		struct buf turns = {.arena = a}, once = {.arena = a};
		const struct json *doc, *again;
		int rests = 0;
		ck_assert_ptr_null(json_parse_by_turns(a, text, strlen(text), count_rest, &rests, &doc));
		ck_assert_int_ge(rests, 3);
		json_write(&turns, doc);
		ck_assert_ptr_null(json_parse(a, text, strlen(text), &again));
		json_write(&once, again);
		ck_assert_str_eq(buf_text(&turns), buf_text(&once));
		same_as_cjson(text, strlen(text), doc);
	}
}

TEST(a_rest_may_end_it)
{
	const char *text = long_text("\\u0416");
	const struct json *doc;
	int rests = 0;

	ck_assert_ptr_eq(json_parse_by_turns(a, text, strlen(text), end_it, &rests, &doc), CANCELLED);
	ck_assert_int_eq(rests, 3);
}

TEST(trees_are_as_cjson_builds_them)
{
	static const char *const texts[] = {
		"null",
		"[]",
		"{}",
		"\"\"",
		"-0",
		"[[[]],{\"a\":{\"b\":[1,2.5,-3e7]}},true,false,null]",
		"{\"\\u0061\\n\":\"\\ud834\\udd1e\\/\",\"\":1.7976931348623157e308}",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct json *doc;
		ck_assert_ptr_null(json_parse(a, texts[i], strlen(texts[i]), &doc));
		same_as_cjson(texts[i], strlen(texts[i]), doc);
	}
}
