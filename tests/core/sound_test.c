/* What is left of a body that has faults: what is sound is there, the rest is null and not present. */
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "support/test.h"

#include <string.h>

#define PART_FIELDS(F, T)                                                                          \
	F(T, TEXT, name, IN | REQ, "Name", .min = 1, .max = 5)                                     \
	F(T, INT, number, IN | NULLABLE, "Number", .min = 1, .max = 9)
STRUCT(part, PART_FIELDS);
SCHEMA(part, PART_FIELDS, "A part");

#define WHOLE_FIELDS(F, T)                                                                         \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 5)                                   \
	F(T, TEXT, kind, IN, "Kind", .min = 1, .max = 5, .otherwise = "plain")                     \
	F(T, INT, size, IN, "Size", .min = 1, .max = 9)                                            \
	F(T, UUID, owner_id, IN | NULLABLE, "Owner")                                               \
	F(T, UUIDS, ids, IN, "Ids", .max = 3)                                                      \
	F(T, TEXTS, tags, IN, "Tags", .max = 3, .each_max = 5)                                     \
	F(T, MANY, parts, IN, "Parts", .of = &part_schema, .max = 3)
STRUCT(whole, WHOLE_FIELDS);
SCHEMA(whole, WHOLE_FIELDS, "A whole");

#define ID "01890a5d-ac96-774b-bcce-b302099a8057"

static struct arena *a;
static struct whole whole;
static uint64_t present;

static void open_arena(void)
{
	a = arena_new();
}
static void close_arena(void)
{
	arena_free(a);
}
SCENE(open_arena, close_arena);

static int faults_of(const char *text, enum decode_mode mode)
{
	const struct json *doc;

	ck_assert_ptr_null(json_parse(a, text, strlen(text), &doc));
	err e = schema_decode(a, &whole_schema, doc, mode, &whole, &present);
	return e ? e->fault_count : 0;
}

TEST(what_is_sound_is_there_beside_faults)
{
	ck_assert_int_eq(
		faults_of("{\"title\":\"far too long\",\"size\":4,\"owner_id\":\"" ID "\"}", DECODE_CREATE),
		1);
	ck_assert_ptr_null(whole.title);
	ck_assert(!HAS(present, whole_title_field) && HAS(present, whole_size_field));
	ck_assert_int_eq(whole.size, 4);
	ck_assert(!uuid_is_nil(whole.owner_id));
	ck_assert_str_eq(whole.kind, "plain");
}

/* Neither its default nor that it is missing: it was sent. */
TEST(what_is_not_sound_is_null)
{
	ck_assert_int_eq(faults_of("{\"title\":7,\"kind\":\"\",\"size\":99,\"owner_id\":\"x\",\"ids\":5,"
				   "\"tags\":[\"a\",7]}",
				   DECODE_CREATE),
			 6);
	ck_assert_int_eq(present, 0);
	ck_assert_ptr_null(whole.kind);
	ck_assert_int_eq(whole.size, INT_NULL);
	ck_assert(uuid_is_nil(whole.owner_id));
	ck_assert_int_eq(whole.ids.count, 0);
	ck_assert_int_eq(whole.tags.count, 0);
}

TEST(sound_elements_keep_their_places)
{
	ck_assert_int_eq(faults_of("{\"ids\":[\"x\",\"" ID "\"],\"parts\":[{\"name\":\"\",\"number\":3},7,"
				   "{\"name\":\"n\",\"number\":\"3\"}]}",
				   DECODE_PATCH),
			 4);
	ck_assert(HAS(present, whole_ids_field) && HAS(present, whole_parts_field));
	ck_assert_int_eq(whole.ids.count, 2);
	ck_assert(uuid_is_nil(whole.ids.at[0]) && !uuid_is_nil(whole.ids.at[1]));
	const struct part *parts = whole.parts.at;
	ck_assert_int_eq(whole.parts.count, 3);
	ck_assert_ptr_null(parts[0].name);
	ck_assert_int_eq(parts[0].number, 3);
	ck_assert_int_eq(parts[1].number, INT_NULL);
	ck_assert_str_eq(parts[2].name, "n");
	ck_assert_int_eq(parts[2].number, INT_NULL);
}

/* Nobody looks up what may be as long as the body. */
TEST(a_list_that_is_too_long_is_none)
{
	ck_assert_int_eq(faults_of("{\"ids\":[\"" ID "\",\"" ID "\",\"" ID "\",\"" ID "\"]}", DECODE_PATCH),
			 1);
	ck_assert_int_eq(whole.ids.count, 0);
	ck_assert_int_eq(present, 0);
	ck_assert_int_eq(faults_of("{\"ids\":[\"" ID "\",\"" ID "\",\"" ID "\",7]}", DECODE_PATCH), 1);
	ck_assert_int_eq(whole.ids.count, 0);
}
