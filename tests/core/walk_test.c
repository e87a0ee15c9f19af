/* Field lists at work: structs to JSON, JSON and parameters to structs, faults. */
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "support/test.h"
#include "vobe/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *capital(struct arena *arena, const void *value)
{
	const char *text = *(const char *const *)value;
	if (text[0] >= 'A' && text[0] <= 'Z')
		return NULL;
	return arena_fmt(arena, "Must begin with a capital, not with %c.", text[0]);
}

#define PART_FIELDS(F, T)                                                                          \
	F(T, TEXT, name, IN | REQ, "Name", .min = 1, .max = 5)                                     \
	F(T, INT, size, IN, "Size", .min = 1, .max = 9, .otherwise = "3")                          \
	F(T, TEXT, secret, 0, "Own", .view = VIEW_OWN)
STRUCT(part, PART_FIELDS);
SCHEMA(part, PART_FIELDS, "A part");

static const char *const states[] = {"draft", "published", NULL};

#define THING_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, IN | REQ, "Title", .min = 2, .max = 10)                                  \
	F(T, TEXT, status, IN, "State", .one_of = states, .otherwise = "draft")                    \
	F(T, TEXT, link, IN | NULLABLE, "Link", .format = FORMAT_URL)                              \
	F(T, TEXT, mail, IN | NULLABLE, "Mail", .format = FORMAT_EMAIL)                            \
	F(T, TEXT, slug, IN | NULLABLE, "Slug", .format = FORMAT_SLUG)                             \
	F(T, TEXT, line, IN | NULLABLE, "Line", .format = FORMAT_LINE)                             \
	F(T, TEXT, proper, IN | NULLABLE, "Proper", .rule = capital)                               \
	F(T, BOOL, open, IN, "Open", .otherwise = "true")                                          \
	F(T, INT, count, IN | NULLABLE, "Count", .min = -5, .max = 100)                            \
	F(T, INT, big, IN | NULLABLE, "Any whole number")                                          \
	F(T, REAL, weight, IN | NULLABLE, "Weight")                                                \
	F(T, UUID, owner_id, IN | NULLABLE, "Owner")                                               \
	F(T, UUID, maker_id, IN, "Maker")                                                          \
	F(T, TIME, at, IN | NULLABLE, "When")                                                      \
	F(T, DATE, day, IN | NULLABLE, "Day")                                                      \
	F(T, TEXTS, tags, IN, "Tags", .max = 3, .each_max = 4)                                     \
	F(T, UUIDS, ids, IN, "Ids", .min = 1, .max = 2)                                            \
	F(T, INTS, numbers, IN, "Numbers")                                                         \
	F(T, JSON, extra, IN | NULLABLE, "Extra", .max = 2)                                        \
	F(T, BYTES, blob, IN | NULLABLE, "Blob")                                                   \
	F(T, MANY, parts, IN, "Parts", .max = 3, .of = &part_schema)                               \
	F(T, ONE, main_part, IN | NULLABLE, "Main part", .of = &part_schema)                       \
	F(T, TEXT, password, IN | NO_OUT, "Password", .max = 20)                                   \
	F(T, TEXT, content, 0, "Content", .view = VIEW_DETAIL)                                     \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(thing, THING_FIELDS);
SCHEMA(thing, THING_FIELDS, "A thing");

static struct arena *a;

static void open_arena(void)
{
	a = arena_new();
}
static void close_arena(void)
{
	arena_free(a);
}

static const struct json *doc(const char *text)
{
	const struct json *d = NULL;
	err e = json_parse(a, text, strlen(text), &d);

	ck_assert_msg(!e, "%s: %s", text, e ? e->detail : "");
	return d;
}

static const char *written(const struct schema *s, const void *value, unsigned view)
{
	struct buf b = {.arena = a};

	schema_write(&b, s, value, view);
	ck_assert_ptr_null(json_fault(a, b.at, b.len));
	return buf_text(&b);
}

/* "pointer code; pointer code" of a problem, "fine" for none. */
static const char *faults_of(err e)
{
	struct buf b = {.arena = a};

	if (!e)
		return "fine";
	for (int i = 0; i < e->fault_count; i++)
		buf_fmt(&b, "%s%s %s", i ? "; " : "", e->faults[i].pointer, e->faults[i].code);
	return buf_text(&b);
}

static struct thing thing;
static uint64_t present;

static err decode(const char *text, enum decode_mode mode)
{
	return schema_decode(a, &thing_schema, doc(text), mode, &thing, &present);
}

static const char *patch(const char *text)
{
	return faults_of(decode(text, DECODE_PATCH));
}

static const char *detail(const char *text)
{
	err e = decode(text, DECODE_PATCH);

	return e ? e->faults[0].detail : "fine";
}

#define ID1 "01890a5d-ac96-774b-bcce-b302099a8057"
#define ID2 "01890a5d-ac96-774b-bcce-b302099a8058"
#define NIL "00000000-0000-0000-0000-000000000000"

/* --- structs --- */

SCENE(open_arena, close_arena);

TEST(a_cleared_struct_is_all_nulls)
{
	memset(&thing, 0x55, sizeof thing);
	schema_clear(&thing_schema, &thing);
	ck_assert_str_eq(written(&thing_schema, &thing, VIEW_DETAIL),
			 "{\"id\":null,\"title\":null,\"status\":null,\"link\":null,\"mail\":null,\"slug\":"
			 "null,\"line\":null,"
			 "\"proper\":null,\"open\":false,\"count\":null,\"big\":null,\"weight\":null,\"owner_"
			 "id\":null,"
			 "\"maker_id\":null,\"at\":null,\"day\":null,\"tags\":[],\"ids\":[],\"numbers\":[],"
			 "\"extra\":null,"
			 "\"blob\":null,\"parts\":[],\"main_part\":null,\"content\":null}");
	ck_assert(thing.version == INT_NULL);
}

static void fill(struct thing *t)
{
	static const char *const tags[] = {"a", "ж\"\n"};
	static const int64_t numbers[] = {-1, INT64_MAX};
	static struct uuid ids[2];
	static struct part parts[2], main_part;

	schema_clear(&thing_schema, t);
	schema_clear(&part_schema, &parts[0]);
	schema_clear(&part_schema, &parts[1]);
	parts[0].name = "one";
	parts[1] = (struct part){"two", 7, "hidden"};
	main_part = (struct part){"main", 1, "own"};
	ck_assert(uuid_read(ID1, 36, &ids[0]) && uuid_read(ID2, 36, &ids[1]));
	*t = (struct thing){
		.id = ids[0],
		.title = "T",
		.open = true,
		.count = -3,
		.big = INT64_MAX,
		.weight = 0.1,
		.at = 1500000,
		.day = "2026-01-02",
		.tags = {tags, 2},
		.ids = {ids, 2},
		.numbers = {numbers, 2},
		.extra = "{\"a\":[1]}",
		.blob = {(const uint8_t *)"\xff\xfe\xfd\xfc", 4},
		.parts = {parts, 2},
		.main_part = &main_part,
		.password = "secret",
		.content = "c",
		.version = 4,
	};
}

TEST(structs_are_written)
{
	fill(&thing);
	ck_assert_str_eq(
		written(&thing_schema, &thing, VIEW_OWN),
		"{\"id\":\"" ID1
		"\",\"title\":\"T\",\"status\":null,\"link\":null,\"mail\":null,\"slug\":null,\"line\":null,"
		"\"proper\":null,\"open\":true,\"count\":-3,\"big\":9223372036854775807,\"weight\":0.1,"
		"\"owner_id\":null,"
		"\"maker_id\":null,\"at\":\"1970-01-01T00:00:01.500Z\",\"day\":\"2026-01-02\",\"tags\":["
		"\"a\",\"ж\\\"\\n\"],"
		"\"ids\":[\"" ID1 "\",\"" ID2
		"\"],\"numbers\":[-1,9223372036854775807],\"extra\":{\"a\":[1]},\"blob\":\"__79_A\","
		"\"parts\":[{\"name\":\"one\",\"size\":null,\"secret\":null},{\"name\":\"two\",\"size\":7,"
		"\"secret\":\"hidden\"}],"
		"\"main_part\":{\"name\":\"main\",\"size\":1,\"secret\":\"own\"}}");
	ck_assert_ptr_null(strstr(written(&thing_schema, &thing, 0), "secret"));
	ck_assert_ptr_nonnull(
		strstr(written(&thing_schema, &thing, VIEW_DETAIL | VIEW_STAFF), "\"content\":\"c\""));
}

TEST(reals_read_back_as_they_were)
{
	static const struct {
		double d;
		const char *text;
	} cases[] = {
		{0, "0"},
		{0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"},
		{1e300, "1e+300"},
		{-2.5, "-2.5"},
		{NAN, "null"},
		{INFINITY, "null"},
		{5e-324, "4.94065645841247e-324"},
		{123456789.125, "123456789.125"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		schema_clear(&thing_schema, &thing);
		thing.weight = cases[i].d;
		ck_assert_ptr_nonnull(strstr(written(&thing_schema, &thing, 0),
					     arena_fmt(a, "\"weight\":%s,", cases[i].text)));
	}
}

#define EMPTY_FIELDS(F, T) F(T, INT, version, NO_JSON, "Version")
STRUCT(empty, EMPTY_FIELDS);
SCHEMA(empty, EMPTY_FIELDS, "Nothing to see");

TEST(nothing_to_show_is_an_empty_object)
{
	struct empty e = {1};

	ck_assert_str_eq(written(&empty_schema, &e, 0), "{}");
}

TEST(what_is_written_is_read_back)
{
	struct thing was;
	const char *text;

	fill(&was);
	text = written(&thing_schema, &was, VIEW_DETAIL | VIEW_OWN);
	ck_assert_str_eq(faults_of(decode(text, DECODE_STORED)), "fine");
	was.version = INT_NULL; /* neither is in JSON */
	was.password = NULL;
	ck_assert(schema_equal(&thing_schema, &was, &thing));
	ck_assert(HAS(present, thing_id_field) && !HAS(present, thing_version_field) &&
		  !HAS(present, thing_password_field));
}

TEST(equality_is_deep_and_sees_every_member)
{
	struct thing was, other;

	fill(&was);
	other = was;
	char word[] = {was.tags.at[0][0], '\0'};
	const char *tags[] = {word, was.tags.at[1]};
	struct part main_part = *(const struct part *)was.main_part;
	other.tags.at = tags;
	other.main_part = &main_part;
	ck_assert(schema_equal(&thing_schema, &was, &other));
	word[0]++;
	ck_assert(!schema_equal(&thing_schema, &was, &other));

	/* one member of each is made null in turn */
	for (int i = 0; i < thing_field_count; i++) {
		struct thing changed = was, nulls;
		schema_clear(&thing_schema, &nulls);
		schema_merge(&thing_schema, &nulls, UINT64_C(1) << i, &changed);
		bool had_value = memcmp(&changed, &was, sizeof was) != 0;
		ck_assert_msg(schema_equal(&thing_schema, &was, &changed) == !had_value, "%s",
			      thing_fields[i].name);
	}
	fill(&other);
	struct part parts[2];
	memcpy(parts, was.parts.at, sizeof parts);
	other.parts.at = parts;
	ck_assert(schema_equal(&thing_schema, &was, &other));
	parts[1].size++;
	ck_assert(!schema_equal(&thing_schema, &was, &other));
}

TEST(merging_copies_what_is_present)
{
	struct thing from, to;

	fill(&from);
	schema_clear(&thing_schema, &to);
	schema_merge(&thing_schema, &from, UINT64_C(1) << thing_title_field | UINT64_C(1) << thing_tags_field,
		     &to);
	ck_assert_str_eq(to.title, "T");
	ck_assert_int_eq(to.tags.count, 2);
	ck_assert(to.count == INT_NULL && !to.open && uuid_is_nil(to.id));
}

TEST(fields_and_shapes_are_found)
{
	ck_assert_ptr_eq(schema_field(&thing_schema, "open"), &thing_fields[thing_open_field]);
	ck_assert_ptr_null(schema_field(&thing_schema, "Open"));
	ck_assert(schema_same_shape(&thing_schema, &thing_schema));
	ck_assert(!schema_same_shape(&thing_schema, &part_schema));
	ck_assert(!schema_same_shape(&by_id_schema, &by_slug_schema));
}

/* --- bodies --- */

TEST(create_fills_defaults_and_wants_what_is_required)
{
	ck_assert_str_eq(faults_of(decode("{\"title\":\"Тема\"}", DECODE_CREATE)), "fine");
	ck_assert_str_eq(thing.title, "Тема");
	ck_assert_str_eq(thing.status, "draft");
	ck_assert(thing.open && thing.count == INT_NULL && thing.tags.count == 0);
	ck_assert_uint_eq(present, UINT64_C(1) << thing_title_field);

	err e = decode("{}", DECODE_CREATE);
	ck_assert(problem_is(e, VALIDATION_FAILED));
	ck_assert_str_eq(faults_of(e), "/title required");
	ck_assert_str_eq(e->faults[0].detail, "Is required; it must be a string.");
	ck_assert_str_eq(faults_of(decode("{\"open\":false,\"title\":\"ab\"}", DECODE_CREATE)), "fine");
	ck_assert(!thing.open);
}

TEST(patch_leaves_out_what_is_absent_and_clears_with_null)
{
	ck_assert_str_eq(patch("{}"), "fine");
	ck_assert_uint_eq(present, 0);
	ck_assert_ptr_null(thing.status);
	ck_assert_str_eq(patch("{\"link\":null,\"count\":5}"), "fine");
	ck_assert(HAS(present, thing_link_field) && HAS(present, thing_count_field) &&
		  !HAS(present, thing_title_field));
	ck_assert_ptr_null(thing.link);
	ck_assert_int_eq(thing.count, 5);
	ck_assert_str_eq(patch("{\"title\":null,\"tags\":null,\"open\":null}"),
			 "/title null_not_allowed; /tags null_not_allowed; /open null_not_allowed");
	ck_assert_str_eq(detail("{\"title\":null}"), "Must not be null; it must be a string.");
}

TEST(read_only_fields_are_ignored_whatever_they_hold)
{
	ck_assert_str_eq(patch("{\"id\":17,\"content\":{},\"title\":\"ab\"}"), "fine");
	ck_assert(uuid_is_nil(thing.id) && !thing.content);
	ck_assert_uint_eq(present, UINT64_C(1) << thing_title_field);
}

TEST(unknown_fields_are_named_with_the_nearest)
{
	ck_assert_str_eq(patch("{\"titel\":1,\"version\":2,\"a/b~c\":3}"),
			 "/titel unknown_field; /version unknown_field; /a~1b~0c unknown_field");
	ck_assert_str_eq(detail("{\"titel\":1}"), "There is no such field; did you mean \"title\"?");
	ck_assert_str_eq(detail("{\"ownerId\":1}"), "There is no such field; did you mean \"owner_id\"?");
	ck_assert_str_eq(
		decode("{\"main_part\":{\"qqqqqqq\":1,\"name\":\"x\"}}", DECODE_PATCH)->faults[0].detail,
		"There is no such field. There are: \"name\", \"size\".");
}

TEST(types_are_strict)
{
	ck_assert_str_eq(
		patch("{\"title\":1,\"open\":\"true\",\"count\":\"1\",\"weight\":\"1\",\"owner_id\":1,\"at\":"
		      "1,\"day\":1,"
		      "\"tags\":\"x\",\"ids\":{},\"numbers\":1,\"extra\":[],\"blob\":1,\"parts\":{},\"main_"
		      "part\":[]}"),
		"/title wrong_type; /open wrong_type; /count wrong_type; /weight wrong_type; /owner_id "
		"wrong_type; "
		"/at wrong_type; /day wrong_type; /tags wrong_type; /ids wrong_type; /numbers wrong_type; "
		"/extra wrong_type; /blob wrong_type; /parts wrong_type; /main_part wrong_type");
	ck_assert_str_eq(detail("{\"title\":1}"), "Must be a string, not a number.");
	ck_assert_str_eq(detail("{\"open\":1}"), "Must be true or false, not a number.");
	ck_assert_str_eq(detail("{\"tags\":{}}"), "Must be a list of strings, not an object.");
	ck_assert_str_eq(patch("[]"), " wrong_type");
	ck_assert_str_eq(patch("null"), " wrong_type");
	ck_assert_str_eq(patch("{\"numbers\":[1,\"2\",3.5],\"tags\":[\"a\",null]}"),
			 "/numbers/1 wrong_type; /numbers/2 wrong_type; /tags/1 wrong_type");
}

TEST(whole_numbers_have_limits)
{
	ck_assert_str_eq(patch("{\"count\":-5}"), "fine");
	ck_assert_str_eq(patch("{\"count\":100.0}"), "fine");
	ck_assert_int_eq(thing.count, 100);
	ck_assert_str_eq(patch("{\"count\":101}"), "/count too_large");
	ck_assert_str_eq(patch("{\"count\":-6}"), "/count too_small");
	ck_assert_str_eq(patch("{\"count\":1.5}"), "/count wrong_type");
	ck_assert_str_eq(detail("{\"count\":101}"), "Must be at most 100; it is 101.");
	ck_assert_str_eq(detail("{\"count\":-6}"), "Must be at least -5; it is -6.");
	ck_assert_str_eq(patch("{\"big\":9223372036854775807}"), "fine");
	ck_assert_int_eq(thing.big, INT64_MAX);
	ck_assert_str_eq(patch("{\"big\":9223372036854775808}"), "/big too_large");
	ck_assert_str_eq(patch("{\"big\":1e30}"), "/big too_large");
	ck_assert_str_eq(patch("{\"big\":-9223372036854775808}"), "/big too_small"); /* our null */
	ck_assert_str_eq(patch("{\"big\":9007199254740993}"), "fine");
	ck_assert_int_eq(thing.big, 9007199254740993);
}

TEST(texts_have_limits_in_code_points)
{
	ck_assert_str_eq(patch("{\"title\":\"ЖЖЖЖЖЖЖЖЖ🎵\"}"), "fine");
	ck_assert_str_eq(patch("{\"title\":\"ЖЖЖЖЖЖЖЖЖЖ🎵\"}"), "/title too_long");
	ck_assert_str_eq(detail("{\"title\":\"ЖЖЖЖЖЖЖЖЖЖ🎵\"}"),
			 "Must have at most 10 characters; it has 11.");
	ck_assert_str_eq(detail("{\"title\":\"🎵\"}"), "Must have at least 2 characters; it has 1.");
	ck_assert_str_eq(patch("{\"title\":\"\"}"), "/title too_short");
	ck_assert_str_eq(patch("{\"title\":\" \\t\\u00a0\\u3000\"}"), "/title blank");
	ck_assert_str_eq(detail("{\"title\":\"   \"}"), "Must have a character that can be seen.");
	ck_assert_str_eq(patch("{\"title\":\"  x  \"}"), "fine");
	ck_assert_str_eq(thing.title, "  x  "); /* stored as sent */
}

TEST(allowed_values_are_listed)
{
	ck_assert_str_eq(patch("{\"status\":\"published\"}"), "fine");
	ck_assert_str_eq(patch("{\"status\":\"Draft\"}"), "/status not_allowed");
	ck_assert_str_eq(detail("{\"status\":\"publishd\"}"),
			 "Must be one of \"draft\", \"published\". Did you mean \"published\"?");
	ck_assert_str_eq(detail("{\"status\":\"zzz\"}"), "Must be one of \"draft\", \"published\".");
}

TEST(formats_are_demanded)
{
	ck_assert_str_eq(patch("{\"link\":\"https://example.com/"
			       "a?b#c\",\"mail\":\"a.b@example.com\",\"slug\":\"a-1\",\"line\":\"x\\ty\","
			       "\"proper\":\"Abc\"}"),
			 "fine");
	ck_assert_str_eq(
		patch("{\"link\":\"ftp://"
		      "x.y\",\"mail\":\"a@b\",\"slug\":\"A\",\"line\":\"a\\nb\",\"proper\":\"abc\"}"),
		"/link invalid_format; /mail invalid_format; /slug invalid_format; /line invalid_format; "
		"/proper invalid");
	ck_assert_str_eq(detail("{\"mail\":\"a@b\"}"), "Must be an e-mail address such as name@example.com.");
	ck_assert_str_eq(detail("{\"proper\":\"abc\"}"), "Must begin with a capital, not with a.");
	ck_assert_str_eq(
		patch("{\"owner_id\":\"x\",\"at\":\"2026-01-02\",\"day\":\"2026-02-30\",\"blob\":\"a=\"}"),
		"/owner_id invalid_format; /at invalid_format; /day invalid_format; /blob invalid_format");
	ck_assert_str_eq(
		patch("{\"owner_id\":\"" ID1
		      "\",\"at\":\"1970-01-01T03:00:01+03:00\",\"day\":\"2026-02-28\",\"blob\":\"_w\"}"),
		"fine");
	ck_assert_int_eq(thing.at, 1000000);
	ck_assert_int_eq(thing.blob.at[0], 0xff);
}

TEST(the_nil_uuid_counts_as_null)
{
	ck_assert_str_eq(patch("{\"owner_id\":\"" NIL "\"}"), "fine");
	ck_assert_str_eq(patch("{\"maker_id\":\"" NIL "\"}"), "/maker_id null_not_allowed");
	ck_assert_str_eq(patch("{\"ids\":[\"" NIL "\"]}"), "/ids/0 invalid_format");
}

TEST(lists_have_limits)
{
	ck_assert_str_eq(patch("{\"tags\":[],\"ids\":[\"" ID1 "\"]}"), "fine");
	ck_assert_str_eq(patch("{\"tags\":[\"a\",\"b\",\"c\",\"d\"],\"ids\":[]}"),
			 "/tags too_many; /ids too_few");
	ck_assert_str_eq(detail("{\"tags\":[\"a\",\"b\",\"c\",\"d\"]}"),
			 "Must have at most 3 elements; it has 4.");
	ck_assert_str_eq(patch("{\"tags\":[\"abcd\",\"abcde\",\" \"]}"), "/tags/1 too_long; /tags/2 blank");
	ck_assert_str_eq(patch("{\"ids\":[\"" ID1 "\",\"nope\"]}"), "/ids/1 invalid_format");
	ck_assert_str_eq(patch("{\"numbers\":[1,-9007199254740993]}"), "fine");
	ck_assert_int_eq(thing.numbers.at[1], -9007199254740993);
}

TEST(nested_objects_have_pointers)
{
	ck_assert_str_eq(patch("{\"parts\":[{\"name\":\"one\"},{\"name\":\"two\",\"size\":9}],\"main_part\":{"
			       "\"name\":\"m\"}}"),
			 "fine");
	const struct part *parts = thing.parts.at, *main_part = thing.main_part;
	ck_assert_int_eq(thing.parts.count, 2);
	ck_assert_int_eq(parts[0].size, 3);
	ck_assert_int_eq(parts[1].size, 9);
	ck_assert_str_eq(main_part->name, "m");
	ck_assert_str_eq(
		patch("{\"parts\":[{\"name\":\"toolong\"},{\"size\":10},3],\"main_part\":{\"nam\":\"x\"}}"),
		"/parts/0/name too_long; /parts/1/size too_large; /parts/1/name required; /parts/2 "
		"wrong_type; "
		"/main_part/nam unknown_field");
}

TEST(objects_of_any_shape_are_kept_as_text)
{
	ck_assert_str_eq(patch("{\"extra\":{ \"a\" : [ 1, 2 ], \"b\": \"\\u0416\" }}"), "fine");
	ck_assert_str_eq(thing.extra, "{\"a\":[1,2],\"b\":\"Ж\"}");
	err e = decode("{\"title\":\"ab\",\"extra\":{\"a\":1,\"b\":2,\"c\":3}}", DECODE_CREATE);
	ck_assert_str_eq(faults_of(e), "/extra too_many");
	ck_assert_str_eq(e->faults[0].detail, "Must have at most 2 members; it has 3.");
}

TEST(faults_are_bounded)
{
	struct buf b = {.arena = a};

	buf_char(&b, '{');
	for (int i = 0; i < 20000; i++)
		buf_fmt(&b, "\"unknown_%d\":%d,", i, i);
	buf_str(&b, "\"numbers\":[");
	for (int i = 0; i < 20000; i++)
		buf_str(&b, "\"x\",");
	buf_str(&b, "0]}");
	err e = decode(buf_text(&b), DECODE_CREATE);
	ck_assert_int_eq(e->fault_count, 100);
}

TEST(stored_events_are_read_leniently)
{
	ck_assert_str_eq(
		faults_of(decode(
			"{\"id\":\"" ID1
			"\",\"title\":\"x\",\"new_field\":[{}],\"status\":\"gone\",\"maker_id\":null,"
			"\"content\":\"c\",\"version\":3,\"extra\":[1],\"tags\":[\"longer than allowed\"]}",
			DECODE_STORED)),
		"fine");
	ck_assert_str_eq(thing.content, "c");
	ck_assert_str_eq(thing.status, "gone");
	ck_assert(!uuid_is_nil(thing.id) && thing.version == INT_NULL && !thing.open);
	ck_assert_str_eq(faults_of(decode("{\"title\":3}", DECODE_STORED)), "/title wrong_type");
}

/* --- parameters --- */

#define QUERY_FIELDS(F, T)                                                                         \
	F(T, UUID, id, IN | REQ, "Identifier")                                                     \
	F(T, INT, limit, IN, "Limit", .min = 1, .max = 100, .otherwise = "20")                     \
	F(T, BOOL, flag, IN, "Flag", .otherwise = "true")                                          \
	F(T, TEXT, sort, IN, "Sort", .one_of = states, .otherwise = "draft")                       \
	F(T, UUIDS, ids, IN, "Ids", .min = 1, .max = 2)                                            \
	F(T, INTS, numbers, IN, "Numbers")                                                         \
	F(T, TEXTS, words, IN, "Words", .max = 3, .each_max = 5)                                   \
	F(T, REAL, least, IN | NULLABLE, "Least")                                                  \
	F(T, TIME, after, IN | NULLABLE, "After")                                                  \
	F(T, DATE, day, IN | NULLABLE, "Day")
STRUCT(query, QUERY_FIELDS);
SCHEMA(query, QUERY_FIELDS, "Parameters");

static struct query query;

/* "name=value" texts, up to NULL. */
static err decode_pairs(const char *const *texts)
{
	struct pair pairs[16];
	int count = 0;

	for (; texts[count]; count++) {
		char *name = arena_str(a, texts[count]), *equals = strchr(name, '=');
		*equals = '\0';
		pairs[count] = (struct pair){name, equals + 1};
	}
	return schema_decode_pairs(a, &query_schema, pairs, count, BAD_REQUEST, &query, &present);
}

#define pairs_of(...) decode_pairs((const char *const[]){__VA_ARGS__, NULL})

TEST(parameters_are_read)
{
	ck_assert_str_eq(faults_of(pairs_of("id=" ID1, "words=a,,b")), "words too_short");
	ck_assert_ptr_null(pairs_of("id=" ID1, "ids=" ID1 "," ID2, "numbers=1,-2", "words=a,b", "flag=0",
				    "least=1.5e1", "after=2026-01-02", "day=2026-01-02", "limit=100"));
	ck_assert_int_eq(query.ids.count, 2);
	ck_assert_int_eq(query.numbers.at[1], -2);
	ck_assert_str_eq(query.words.at[1], "b");
	ck_assert(!query.flag && query.limit == 100 && query.least == 15);
	ck_assert_str_eq(query.sort, "draft");
	ck_assert(HAS(present, query_flag_field) && !HAS(present, query_sort_field));
	ck_assert_ptr_null(pairs_of("id=" ID1, "words="));
	ck_assert(query.words.count == 0 && query.limit == 20 && query.flag);
}

TEST(faults_of_parameters_go_by_name)
{
	err e = pairs_of("limit=0", "limti=3", "flag=yes", "ids=x", "numbers=1,2x", "least=nan", "after=soon",
			 "sort=titel", "sort=draft");

	ck_assert(problem_is(e, BAD_REQUEST));
	ck_assert_int_eq(e->status, 400);
	ck_assert_str_eq(
		faults_of(e),
		"limit too_small; limti unknown_parameter; flag wrong_type; ids invalid_format; numbers "
		"wrong_type; "
		"least wrong_type; after invalid_format; sort not_allowed; sort repeated; id required");
	ck_assert_str_eq(e->faults[1].detail, "There is no such parameter; did you mean \"limit\"?");
	ck_assert_str_eq(e->faults[3].detail, "Must be UUIDs separated by commas.");
	ck_assert_str_eq(faults_of(pairs_of("id=" NIL)), "id invalid_format");
}

TEST(whole_numbers_in_text_are_strict)
{
	static const char *const refused[] = {"",
					      " 1",
					      "1 ",
					      "+1",
					      "0x10",
					      "1.0",
					      "1e1",
					      "-",
					      "9223372036854775808",
					      "-9223372036854775808",
					      "111111111111111111111111111111",
					      "١"};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		ck_assert_str_eq(faults_of(pairs_of("id=" ID1, arena_fmt(a, "limit=%s", refused[i]))),
				 "limit wrong_type");
	ck_assert_ptr_null(pairs_of("id=" ID1, "limit=007"));
	ck_assert_int_eq(query.limit, 7);
}

TEST(values_of_our_own_are_validated)
{
	struct part parts[2] = {{.name = "toolong", .size = 1}, {.name = NULL, .size = 0}};

	fill(&thing);
	thing.parts = (struct many){parts, 2};
	ck_assert_str_eq(
		faults_of(schema_validate(a, &thing_schema, &thing)),
		"/title too_short; /parts/0/name too_long; /parts/1/name required; /parts/1/size too_small");
	fill(&thing);
	thing.title = "fine";
	ck_assert_str_eq(faults_of(schema_validate(a, &thing_schema, &thing)), "fine");
}

/* Texts that have broken software before; whatever passes is stored byte-identical. */
TEST(naughty_strings_come_through_unchanged)
{
	static const char *const naughty[] = {
		"",
		"null",
		"NULL",
		"undefined",
		"true",
		"0",
		"-1",
		"1e309",
		"NaN",
		"\\",
		"\\\\",
		"'",
		"\"",
		"';--",
		"${x}",
		"%s%n%d",
		"<b>",
		"</script>",
		"{\"a\":1}",
		"\t",
		"\n\r",
		"\x01\x1f",
		"\x7f",
		"\xc2\x80",
		"\u00a0",
		"\u200b\u200d\ufeff",
		"\u202e abc",
		"\u2028",
		"\ufffd\ufffe\uffff",
		"Z\u0351\u036b\u0343",
		"👩‍👩‍👧‍👦",
		"🏳️‍🌈",
		"مرحبا",
		"田中さん",
		"ﷺ",
		"𝕿𝖊𝖝𝖙",
		"ß",
		"İ",
		"ffi",
		"Ω≈ç√∫",
		"../../etc/passwd",
	};
	for (size_t i = 0; i < sizeof naughty / sizeof *naughty; i++) {
		struct buf b = {.arena = a};
		buf_str(&b, "{\"password\":");
		json_str(&b, naughty[i]);
		buf_char(&b, '}');
		ck_assert_ptr_null(decode(buf_text(&b), DECODE_STORED));
		ck_assert_str_eq(thing.password, naughty[i]);
	}
}
