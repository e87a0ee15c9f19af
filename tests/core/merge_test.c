/* Bodies against what is stored: JSON Merge Patch, and what a creating body says that is not its to say. */
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "support/test.h"

#include <string.h>

#define PART_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, name, IN | REQ, "Name", .min = 1, .max = 9, .format = FORMAT_LINE)              \
	F(T, TEXT, note, IN | NULLABLE, "Note", .max = 9)                                          \
	F(T, INT, size, IN, "Size", .min = 1, .max = 9, .otherwise = "3")                          \
	F(T, TEXT, secret, IN | NO_OUT, "Secret", .max = 9)                                        \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(part, PART_FIELDS);
SCHEMA(part, PART_FIELDS, "A part");

#define THING_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 9)                                   \
	F(T, INT, count, 0, "Count")                                                               \
	F(T, TIME, made_at, NULLABLE, "When")                                                      \
	F(T, JSON, any, IN | NULLABLE, "Anything")                                                 \
	F(T, JSON, links, IN | NULLABLE, "Links", .max = 3, .each_max = 30, .format = FORMAT_URL)  \
	F(T, ONE, part, IN | NULLABLE, "Part", .of = &part_schema)                                 \
	F(T, MANY, parts, IN, "Parts", .of = &part_schema, .max = 3)
STRUCT(thing, THING_FIELDS);
SCHEMA(thing, THING_FIELDS, "A thing");

static struct arena *a;
static struct thing thing;

static void open_thing(void)
{
	a = arena_new();
	schema_clear(&thing_schema, &thing);
	thing.title = "T";
}
static void close_arena(void)
{
	arena_free(a);
}
SCENE(open_thing, close_arena);

static const struct json *doc(const char *text)
{
	const struct json *d = NULL;

	ck_assert_ptr_null(json_parse(a, text, strlen(text), &d));
	return d;
}

static const char *faults_of(err e)
{
	struct buf b = {.arena = a};

	for (int i = 0; e && i < e->fault_count; i++)
		buf_fmt(&b, "%s%s %s", i ? "; " : "", e->faults[i].pointer, e->faults[i].code);
	return e ? buf_text(&b) : "fine";
}

/* Decodes a patch and lays it over `thing`. */
static const char *patch(const char *text)
{
	struct thing body, after = thing;
	uint64_t present;
	err e = schema_decode(a, &thing_schema, doc(text), DECODE_PATCH, &body, &present);

	if (!e)
		e = schema_patch(a, &thing_schema, doc(text), &body, present, &after);
	if (!e)
		thing = after;
	return faults_of(e);
}

static const char *create(const char *text)
{
	uint64_t present;

	return faults_of(schema_decode(a, &thing_schema, doc(text), DECODE_CREATE, &thing, &present));
}

/* RFC 7396, appendix A, the cases whose target is an object. */
TEST(objects_are_merged_as_the_rfc_says)
{
	static const struct {
		const char *original, *patch, *result;
	} cases[] = {
		{"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
		{"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
		{"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
		{"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
		{"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
		{"{\"e\":null}", "{\"a\":1}", "{\"a\":1,\"e\":null}"},
		{"{\"a\":\"foo\"}", "{\"b\":{}}", "{\"a\":\"foo\",\"b\":{}}"},
		{"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		thing.any = cases[i].original;
		ck_assert_str_eq(patch(arena_fmt(a, "{\"any\":%s}", cases[i].patch)), "fine");
		ck_assert_str_eq(thing.any, cases[i].result);
	}
	ck_assert_str_eq(patch("{\"title\":\"U\"}"), "fine");
	ck_assert_str_eq(thing.any, "{\"a\":{\"bb\":{}}}");
	ck_assert_str_eq(patch("{\"any\":null}"), "fine");
	ck_assert_ptr_null(thing.any);
	ck_assert_str_eq(patch("{\"any\":{\"x\":1,\"y\":null}}"), "fine");
	ck_assert_str_eq(thing.any, "{\"x\":1}");
}

TEST(limits_hold_for_what_becomes_of_an_object)
{
	thing.links = "{\"a\": \"https://a.example\", \"b\": \"https://b.example\"}";
	ck_assert_str_eq(patch("{\"links\":{\"c\":\"https://c.example\"}}"), "fine");
	ck_assert_str_eq(patch("{\"links\":{\"d\":\"https://d.example\"}}"), "/links too_many");
	ck_assert_str_eq(patch("{\"links\":{\"d\":\"https://d.example\",\"a\":null}}"), "fine");
	ck_assert_str_eq(thing.links, "{\"b\":\"https://b.example\",\"c\":\"https://c.example\","
				      "\"d\":\"https://d.example\"}");
	ck_assert_str_eq(patch("{\"links\":{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}}"),
			 "fine");
	ck_assert_str_eq(thing.links, "{}");
}

TEST(faults_inside_an_object_have_their_place)
{
	ck_assert_str_eq(patch("{\"links\":{\"x\":\"nonsense\",\"a/b~c\":7}}"),
			 "/links/x invalid_format; /links/a~1b~0c wrong_type");
	ck_assert_str_eq(patch("{\"links\":{\"\":\"https://a.example\"}}"), "/links/ invalid_name");
	ck_assert_str_eq(create("{\"title\":\"T\",\"links\":{\"x\":null}}"), "/links/x wrong_type");
	ck_assert_str_eq(patch("{\"part\":{\"nam\":\"x\",\"size\":70}}"),
			 "/part/nam unknown_field; /part/size too_large");
}

TEST(structs_are_merged_as_objects_are)
{
	static const struct uuid id = {{1}};
	static struct part part = {
		.id = {{1}}, .name = "n", .note = "old", .size = 7, .secret = "s", .version = 4};
	const struct part *now;

	thing.part = &part;
	ck_assert_str_eq(patch("{\"part\":{\"note\":null,\"name\":\" new \"}}"), "fine");
	now = thing.part;
	ck_assert_str_eq(now->name, "new");
	ck_assert_ptr_null(now->note);
	ck_assert_int_eq(now->size, 7);
	ck_assert(uuid_equal(now->id, id));
	ck_assert_str_eq(now->secret, "s");
	ck_assert_int_eq(now->version, 4);
	ck_assert_str_eq(part.name, "n"); /* what was stored is another's */
	ck_assert_str_eq(patch("{\"part\":{\"secret\":\"t\"}}"), "fine");
	ck_assert_str_eq(((const struct part *)thing.part)->secret, "t");
	ck_assert_str_eq(patch("{\"part\":null}"), "fine");
	ck_assert_ptr_null(thing.part);
	ck_assert_str_eq(patch("{\"part\":{\"note\":\"x\"}}"), "/part/name required");
	ck_assert_str_eq(patch("{\"part\":{\"name\":\"x\"}}"), "fine");
	ck_assert_int_eq(((const struct part *)thing.part)->size, 3);
}

TEST(lists_are_whole_values)
{
	ck_assert_str_eq(patch("{\"parts\":[{\"name\":\"a\"},{\"note\":\"x\"}]}"), "/parts/1/name required");
	ck_assert_str_eq(patch("{\"parts\":[{\"name\":\"a\"}]}"), "fine");
	ck_assert_str_eq(patch("{\"parts\":[{\"name\":\"b\"}]}"), "fine");
	ck_assert_int_eq(thing.parts.count, 1);
	ck_assert_str_eq(((const struct part *)thing.parts.at)->name, "b");
}

static const char *contradicted(const char *text)
{
	return faults_of(schema_contradicted(a, &thing_schema, doc(text), &thing));
}

TEST(what_a_body_says_of_the_rest_must_be_so)
{
	static struct part parts[2] = {{.id = {{1}}, .name = "a"}, {.id = {{2}}, .name = "b"}};

	thing.id = (struct uuid){{3}};
	thing.count = 5;
	thing.made_at = 0;
	thing.parts = (struct many){parts, 2};
	ck_assert_str_eq(
		contradicted("{\"title\":\"other\",\"count\":5,\"made_at\":\"1970-01-01T00:00:00Z\"}"),
		"fine");
	ck_assert_str_eq(contradicted("{\"made_at\":\"1970-01-01T03:00:00+03:00\",\"count\":null}"), "fine");
	ck_assert_str_eq(contradicted("{\"count\":6,\"made_at\":\"1970-01-01T00:00:01Z\"}"),
			 "/count read_only; /made_at read_only");
	ck_assert_str_eq(contradicted("{\"id\":\"04000000-0000-0000-0000-000000000000\"}"), "/id read_only");
	ck_assert_str_eq(contradicted("{\"count\":\"5\"}"), "/count wrong_type");
	ck_assert_str_eq(contradicted("{\"parts\":[{\"id\":\"01000000-0000-0000-0000-000000000000\"},"
				      "{\"id\":\"01000000-0000-0000-0000-000000000000\"}]}"),
			 "/parts/1/id read_only");
}
