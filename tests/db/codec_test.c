/* Every type to the server and back, in binary, with nulls and extremes; and as the server prints what it was
 * given. */
#include "db/scene.h"
#include "support/test.h"

#include <math.h>

#define EVERYTHING_FIELDS(F, T)                                                                    \
	F(T, UUID, id, 0, "Key")                                                                   \
	F(T, BOOL, flag, 0, "boolean")                                                             \
	F(T, INT, small, 0, "smallint")                                                            \
	F(T, INT, medium, 0, "integer")                                                            \
	F(T, INT, large, 0, "bigint")                                                              \
	F(T, REAL, narrow, 0, "real")                                                              \
	F(T, REAL, wide, 0, "double precision")                                                    \
	F(T, TEXT, words, 0, "text")                                                               \
	F(T, TEXT, limited, 0, "varchar")                                                          \
	F(T, TEXT, padded, 0, "char(3)")                                                           \
	F(T, TIME, at, 0, "timestamptz")                                                           \
	F(T, DATE, day, 0, "date")                                                                 \
	F(T, JSON, document, 0, "jsonb")                                                           \
	F(T, JSON, raw, 0, "json")                                                                 \
	F(T, TEXTS, tags, 0, "text[]")                                                             \
	F(T, TEXTS, terms, 0, "jsonb, an array")                                                   \
	F(T, UUIDS, links, 0, "uuid[]")                                                            \
	F(T, INTS, numbers, 0, "bigint[]")                                                         \
	F(T, BYTES, blob, 0, "bytea")
STRUCT(everything, EVERYTHING_FIELDS);
SCHEMA(everything, EVERYTHING_FIELDS, "One of each");

static struct statement statements[] = {
	{.name = "put",
	 .sql = "INSERT INTO everything ($*) VALUES ($id, $flag, $small, $medium, $large, $narrow, $wide, "
		"$words, "
		"$limited, $padded, $at, $day, $document, $raw, $tags, $terms, $links, $numbers, $blob) "
		"RETURNING $*",
	 .in = &everything_schema,
	 .out = &everything_schema},
	{.name = "get",
	 .sql = "SELECT $e.* FROM everything AS e WHERE id = $id",
	 .in = &by_id_schema,
	 .out = &everything_schema},
	{.name = "odd",
	 .sql = "SELECT '{{1,2},{3,NULL}}'::bigint[] AS numbers, '[5:6]={a,\"\"}'::text[] AS tags, "
		"'[\"a\", 1, null, [\"b\"], {\"c\": \"d\"}, \"e\\u001f\u0451\"]'::jsonb AS terms, "
		"'-infinity'::timestamptz AS at, 'infinity'::date AS day",
	 .out = &everything_schema},
	{.name = "days",
	 .sql = "SELECT day::date AS day, day::text AS words FROM generate_series("
		"timestamp '0001-01-01', timestamp '9999-12-31', interval '97 days') AS day",
	 .out = &everything_schema},
	{.name = "day_as_text",
	 .sql = "SELECT ($day::date)::text AS words",
	 .in = &everything_schema,
	 .out = &everything_schema},
	{0},
};
enum { PUT, GET, ODD, DAYS, DAY_AS_TEXT };

/* Puts it, and checks that what comes back from the insert and from a read is the same. */
static void assert_survives(struct ctx *cx, struct everything *in)
{
	struct everything returned, got;
	in->id = uuid_new();
	struct change *ch = change_begin(cx);
	change_returning_(ch, &statements[PUT], in, &returned);
	assert_fine(change_commit(cx, ch));
	assert_fine(db_row_(cx, &statements[GET], &(struct by_id){in->id}, &got));
	ck_assert(schema_equal(&everything_schema, in, &returned));
	ck_assert(schema_equal(&everything_schema, in, &got));
}

static void assert_printed(const struct everything *in, const char *expression, const char *wanted)
{
	char id[UUID_TEXT];
	uuid_text(in->id, id);
	char *text = test_sql(scene_conninfo,
			      "SET TimeZone = 'UTC'; SELECT (%s)::text FROM alpha.everything WHERE id = '%s'",
			      expression, id);
	ck_assert_msg(text ? wanted && strcmp(text, wanted) == 0 : !wanted, "%s is %s, not %s", expression,
		      text, wanted);
	free(text);
}

static void open_codec_scene(void)
{
	scene_more = statements;
	scene_sql = "CREATE TABLE everything (id uuid PRIMARY KEY, flag boolean, small smallint, medium "
		    "integer, large bigint, "
		    "narrow real, wide double precision, words text, limited varchar(20), padded char(3), at "
		    "timestamptz, day date, "
		    "document jsonb, raw json, tags text[], terms jsonb, links uuid[], numbers bigint[], "
		    "blob bytea)";
	open_scene();
}

SCENE(open_codec_scene, close_scene);

TASK_TEST(nulls_survive)
{
	struct everything e;
	schema_clear(&everything_schema, &e);
	assert_survives(cx, &e);
	assert_printed(&e,
		       "num_nulls(small, medium, large, narrow, wide, words, limited, padded, at, day, "
		       "document, raw, blob)",
		       "13");
	assert_printed(&e, "tags", "{}"); /* lists have no null of their own */
	assert_printed(&e, "terms", "[]");
	return NULL;
}

TASK_TEST(usual_values_survive)
{
	static const char *const tags[] = {"рок", "", "NULL", "a,b\"c\\"};
	static const char *const terms[] = {"рок", "", "a,b\"c\\", "[\"x\"]", "\t\n\x01\x1f/\b\f\r"};
	const struct uuid links[] = {uuid_new(), uuid_new()};
	static const int64_t numbers[] = {0, -1, 42};
	static const uint8_t blob[] = {0, 1, 255, 0};
	struct everything e = {
		.flag = true,
		.small = -5,
		.medium = 70000,
		.large = 5000000000,
		.narrow = 0.5,
		.wide = 3.25,
		.words = "Ёлка 🎵 ' \\ \"",
		.limited = "limited",
		.padded = "abc",
		.at = 1700000000123456,
		.day = "2024-02-29",
		.document = "{\"a\": [1, 2]}",
		.raw = "{ \"b\" :  1}",
		.tags = {tags, 4},
		.terms = {terms, 5},
		.links = {links, 2},
		.numbers = {numbers, 3},
		.blob = {blob, sizeof blob},
	};
	assert_survives(cx, &e);
	assert_printed(&e, "words", "Ёлка 🎵 ' \\ \"");
	assert_printed(&e, "at", "2023-11-14 22:13:20.123456+00");
	assert_printed(&e, "day", "2024-02-29");
	assert_printed(&e, "document->'a'->1", "2");
	assert_printed(&e, "tags[1] || tags[3] || tags[4]", "рокNULLa,b\"c\\");
	assert_printed(&e, "terms->>0 || (terms->>2) || (terms->>3)", "рокa,b\"c\\[\"x\"]");
	assert_printed(&e, "ascii(substr(terms->>4, 4, 1))", "31");
	assert_printed(&e, "numbers", "{0,-1,42}");
	assert_printed(&e, "blob", "\\x0001ff00");
	assert_printed(&e, "wide + narrow", "3.75");
	return NULL;
}

TASK_TEST(extremes_survive)
{
	struct everything e, f;
	schema_clear(&everything_schema, &e);
	e.small = INT16_MIN;
	e.medium = INT32_MIN;
	e.large = INT64_MIN + 1; /* INT64_MIN itself is null */
	e.narrow = -INFINITY;
	e.wide = 1.7976931348623157e308;
	e.words = "";
	e.at = TIME_END;
	e.day = "0001-01-01";
	e.document = "null";
	e.blob = (struct bytes){.at = (const uint8_t *)"", .len = 0};
	assert_survives(cx, &e);
	assert_printed(&e, "at", "infinity");
	assert_printed(&e, "octet_length(blob)", "0");
	assert_printed(&e, "large", "-9223372036854775807");
	schema_clear(&everything_schema, &f);
	f.small = INT16_MAX;
	f.medium = INT32_MAX;
	f.large = INT64_MAX;
	f.narrow = INFINITY;
	f.wide = 5e-324;
	f.at = -62135596800 * SECOND_US;
	f.day = "9999-12-31";
	assert_survives(cx, &f);
	assert_printed(&f, "at", "0001-01-01 00:00:00+00");
	assert_printed(&f, "day", "9999-12-31");
	return NULL;
}

TASK_TEST(values_out_of_range_are_refused)
{
	struct everything e;
	schema_clear(&everything_schema, &e);
	const int64_t small_out[] = {INT16_MAX + 1, INT16_MIN - 1},
		      medium_out[] = {INT64_C(1) << 31, -(INT64_C(1) << 31) - 1};
	for (int i = 0; i < 2; i++) {
		e.small = small_out[i];
		e.medium = INT_NULL;
		assert_problem(db_row_(cx, &statements[PUT], &e, &e), INTERNAL);
		e.small = INT_NULL;
		e.medium = medium_out[i];
		assert_problem(db_row_(cx, &statements[PUT], &e, &e), INTERNAL);
	}
	e.medium = INT_NULL;
	e.day = "2023-02-29";
	assert_problem(db_row_(cx, &statements[PUT], &e, &e), INTERNAL);
	ck_assert_int_eq(stats().statements, 0);
	return NULL;
}

TASK_TEST(odd_values_of_others_are_read)
{
	struct everything e;
	assert_fine(db_row_(cx, &statements[ODD], NULL, &e));
	ck_assert_int_eq(e.numbers.count, 3); /* any dimensions, flat; nulls left out */
	ck_assert_int_eq(e.numbers.at[2], 3);
	ck_assert_int_eq(e.tags.count, 2);
	ck_assert_str_eq(e.tags.at[0], "a");
	ck_assert_str_eq(e.tags.at[1], "");
	ck_assert_int_eq(e.terms.count, 2); /* strings of the array itself */
	ck_assert_str_eq(e.terms.at[0], "a");
	ck_assert_str_eq(e.terms.at[1], "e\x1f"
					"\u0451");
	ck_assert_int_eq(e.at, TIME_NULL + 1);
	ck_assert_str_eq(e.day, "infinity");
	ck_assert(uuid_is_nil(e.id));
	ck_assert(isnan(e.wide));
	return NULL;
}

TASK_TEST(dates_agree_with_the_server)
{
	struct everything *days, e;
	int count;
	assert_fine(db_rows_(cx, &statements[DAYS], NULL, (void **)&days, &count));
	ck_assert_int_gt(count, 37000);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(strncmp(days[i].day, days[i].words, 10), 0);
	for (int i = 0; i < count; i += 97) {
		assert_fine(db_row_(cx, &statements[DAY_AS_TEXT], &days[i], &e));
		ck_assert_str_eq(e.words, days[i].day);
	}
	return NULL;
}
