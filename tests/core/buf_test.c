/* Buffers, on malloc and on an arena, and JSON strings against a slow writer of the same rules. */
#include "support/test.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(a_buffer_grows_on_malloc_and_on_an_arena)
{
	struct arena *a = arena_new();

	for (int on_arena = 0; on_arena < 2; on_arena++) {
		struct buf b = {.arena = on_arena ? a : NULL};

		for (int i = 0; i < 20000; i++) {
			buf_char(&b, (char)('a' + i % 26));
			if (i % 100 == 0)
				arena_alloc(a, 8); /* so that it cannot always grow in place */
		}
		ck_assert_uint_eq(b.len, 20000);
		for (int i = 0; i < 20000; i++)
			ck_assert_int_eq(b.at[i], 'a' + i % 26);
		buf_free(&b);
		ck_assert_uint_eq(b.len, 0);
	}
	arena_free(a);
}

TEST(the_text_ends_with_a_nul_and_is_not_longer_for_it)
{
	struct buf b = {0};

	ck_assert_str_eq(buf_text(&b), "");
	buf_str(&b, "ab");
	ck_assert_str_eq(buf_text(&b), "ab");
	buf_add(&b, NULL, 0);
	buf_str(&b, "cd");
	ck_assert_str_eq(buf_text(&b), "abcd");
	ck_assert_uint_eq(b.len, 4);
	buf_free(&b);
}

TEST(integers_to_the_limits)
{
	const int64_t numbers[] = {0, 1, -1, 9, 10, 99, 100, -1234567, INT64_MAX, INT64_MIN};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct buf b = {0};
		char expected[32];

		snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
		buf_int(&b, numbers[i]);
		ck_assert_str_eq(buf_text(&b), expected);
		buf_free(&b);
	}
}

TEST(formats_longer_than_the_room)
{
	for (int width = 1; width < 1100; width++) {
		struct buf b = {0};

		buf_str(&b, "x");
		buf_fmt(&b, "%0*d", width, 7);
		ck_assert_uint_eq(b.len, (size_t)width + 1);
		ck_assert_int_eq(b.at[width], '7');
		buf_free(&b);
	}
}

/* RFC 8259 section 7, one byte after the other. */
static void slow_json_str(struct buf *b, const char *s)
{
	buf_char(b, '"');
	for (; *s; s++)
		switch (*s) {
		case '"': buf_str(b, "\\\""); break;
		case '\\': buf_str(b, "\\\\"); break;
		case '\b': buf_str(b, "\\b"); break;
		case '\f': buf_str(b, "\\f"); break;
		case '\n': buf_str(b, "\\n"); break;
		case '\r': buf_str(b, "\\r"); break;
		case '\t': buf_str(b, "\\t"); break;
		default:
			if ((unsigned char)*s < 0x20)
				buf_fmt(b, "\\u%04x", *s);
			else
				buf_char(b, *s);
		}
	buf_char(b, '"');
}

static void same_as_slow(const char *s)
{
	struct buf fast = {0}, slow = {0};

	json_str(&fast, s);
	slow_json_str(&slow, s);
	ck_assert_str_eq(buf_text(&fast), buf_text(&slow));
	buf_free(&fast);
	buf_free(&slow);
}

TEST(each_byte_at_each_place_is_escaped_as_it_must)
{
	char s[40];

	for (size_t len = 1; len < 20; len++)
		for (size_t place = 0; place < len; place++)
			for (int byte = 1; byte < 256; byte++) {
				memset(s, 'x', len);
				s[len] = '\0';
				s[place] = (char)byte;
				same_as_slow(s);
			}
}

TEST(strings_of_many_escapes)
{
	char s[2000];

	srand(1);
	for (int round = 0; round < 300; round++) {
		size_t len = (size_t)rand() % sizeof s;

		for (size_t i = 0; i < len; i++)
			s[i] = (char)(rand() % 4 ? "ab\xd0\xb6\""[rand() % 5] : 1 + rand() % 127);
		s[len ? len - 1 : 0] = '\0';
		same_as_slow(s);
	}
}

static const char *json(struct buf *b, const char *s, const struct uuid *id, const int64_t *t)
{
	b->len = 0;
	if (id)
		json_uuid(b, *id);
	else if (t)
		json_time(b, *t);
	else
		json_str(b, s);
	return buf_text(b);
}

TEST(what_is_null_is_written_as_null)
{
	static const struct uuid nil, one = {{0x01, [15] = 0xff}};
	const int64_t none = TIME_NULL, zero = 0;
	struct buf b = {0};

	ck_assert_str_eq(json(&b, NULL, NULL, NULL), "null");
	ck_assert_str_eq(json(&b, "", NULL, NULL), "\"\"");
	ck_assert_str_eq(json(&b, NULL, &nil, NULL), "null");
	ck_assert_str_eq(json(&b, NULL, &one, NULL), "\"01000000-0000-0000-0000-0000000000ff\"");
	ck_assert_str_eq(json(&b, NULL, NULL, &none), "null");
	ck_assert_str_eq(json(&b, NULL, NULL, &zero), "\"1970-01-01T00:00:00.000Z\"");
	buf_free(&b);
}
