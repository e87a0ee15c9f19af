/* The JSON gate, and documents as they come out of it. JSONTestSuite (MIT) is read when it is there. */
#include "core/for_tests.h"
#include "core/json/json.h"
#include "support/test.h"
#include "vobe/json.h"
#include "vobe/text.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *a;

static void open_arena(void)
{
	a = arena_new();
}
static void close_arena(void)
{
	arena_free(a);
}

/* In a block of exactly its size, so that a sanitizer sees a read behind the end. */
static const char *fault_of(const char *text, size_t len)
{
	char *exact = calloc(1, len ? len : 1);
	const char *fault;

	memcpy(exact, text, len);
	fault = json_fault(a, exact, len);
	free(exact);
	return fault;
}

static const struct json *parsed(const char *text)
{
	size_t len = strlen(text);
	char *exact = calloc(1, len ? len : 1);
	const struct json *doc = NULL;

	memcpy(exact, text, len);
	err e = json_parse(a, exact, len, &doc);
	free(exact);
	ck_assert_msg(!e, "%s: %s", text, e ? e->detail : "");
	return doc;
}

#define fine(text) \
	ck_assert_msg(!fault_of(text, sizeof text - 1), "%s: %s", text, fault_of(text, sizeof text - 1))
#define refused(text, why) ck_assert_str_eq(fault_of(text, sizeof text - 1) ?: "accepted", why)

SCENE(open_arena, close_arena);

TEST(plain_documents_pass)
{
	fine("null");
	fine(" true\r\n\t");
	fine("[]");
	fine("{}");
	fine("{\"a\":[1,-2.5,3e2,\"x\",{\"a\":null}],\"b\":{\"a\":1}}");
	fine("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud834\\udd1e\"");
	fine("\"\x7f \xd0\xaf \xe2\x82\xac \xf0\x9f\x8e\xb5 \xef\xbf\xbf\"");
	fine("[0,-0,0.0,-0.1e-7,1E+2,123456789012345678901234567890]");
}

TEST(faults_name_the_byte_and_the_reason)
{
	refused("{\n\t\"\u042f\": x}", "byte 9 (line 2, column 7): expected a value, found 'x'");
	refused("", "byte 0 (line 1, column 1): expected a value, the text ends");
	refused("{\"a\":1,\"a\":2}", "byte 7 (line 1, column 8): duplicate member \"a\"");
	refused("{\"a\":1,\"\\u0061\":2}", "byte 7 (line 1, column 8): duplicate member \"a\"");
	refused("[1,]", "byte 3 (line 1, column 4): expected a value, found ']'");
	refused("[1 2]", "byte 3 (line 1, column 4): expected ',' or ']', found '2'");
	refused("{\"a\" 1}", "byte 5 (line 1, column 6): expected ':' behind a member name, found '1'");
	refused("{a:1}", "byte 1 (line 1, column 2): expected a member name in double quotes, found 'a'");
	refused("{\"a\":1,}",
		"byte 7 (line 1, column 8): expected a member name in double quotes, found '}'");
	refused("01", "byte 0 (line 1, column 1): a number does not begin with 0");
	refused("-", "byte 1 (line 1, column 2): expected a digit, the text ends");
	refused("1.", "byte 2 (line 1, column 3): expected a digit, the text ends");
	refused("1e400", "byte 0 (line 1, column 1): the number is too large");
	refused("nul",
		"byte 0 (line 1, column 1): expected a value, found 'n'; words are true, false and null");
	refused("1 1", "byte 2 (line 1, column 3): expected the end of the text, found '1'");
	refused("\xef\xbb\xbf{}", "byte 0 (line 1, column 1): a byte order mark; send UTF-8 without one");
	refused("\"\n\"", "byte 1 (line 1, column 2): a control character in a string; write it as \\u000a");
	refused("\"a\\u0000b\"", "byte 2 (line 1, column 3): U+0000 is not allowed in text");
	refused("\"\\q\"", "byte 1 (line 1, column 2): unknown escape; write a backslash as \\\\");
	refused("\"\\u12g4\"", "byte 1 (line 1, column 2): \\u must be followed by four hexadecimal digits");
	refused("\"\\ud800\"", "byte 1 (line 1, column 2): half of a surrogate pair");
	refused("\"\\udc00\"", "byte 1 (line 1, column 2): half of a surrogate pair");
	refused("\"\\ud800\\u0041\"", "byte 1 (line 1, column 2): half of a surrogate pair");
	refused("\"\xc0\x80\"", "byte 1 (line 1, column 2): not valid UTF-8");
	refused("\"\xed\xa0\x80\"", "byte 1 (line 1, column 2): not valid UTF-8");
	refused("\"abc", "byte 4 (line 1, column 5): the text ends inside a string");
	refused("\"abc\\", "byte 5 (line 1, column 6): the text ends inside a string");
	refused("\0", "byte 0 (line 1, column 1): expected a value, found the control character 0x00");
	refused("\xff", "byte 0 (line 1, column 1): expected a value, found a byte that is not UTF-8");
}

TEST(depth_is_limited)
{
	char deep[2 * (JSON_DEPTH_MOST + 1) + 1];

	for (int depth = JSON_DEPTH_MOST; depth <= JSON_DEPTH_MOST + 1; depth++) {
		memset(deep, '[', (size_t)depth);
		memset(deep + depth, ']', (size_t)depth);
		const char *fault = fault_of(deep, 2 * (size_t)depth);
		if (depth == JSON_DEPTH_MOST)
			ck_assert_ptr_null(fault);
		else
			ck_assert_str_eq(fault, "byte 32 (line 1, column 33): nested deeper than 32 levels");
	}
	/* depth counts what is open, not what was: a long flat list is fine */
	struct buf flat = {.arena = a};
	buf_str(&flat, "[[]");
	for (int i = 0; i < 1000; i++)
		buf_str(&flat, ",[{}]");
	buf_char(&flat, ']');
	ck_assert_ptr_null(fault_of(flat.at, flat.len));
}

TEST(every_cut_and_every_changed_byte_is_survived)
{
	static const char text[] =
		"{\"k\\u00e9y\":[-1.5e-3,\"\xd0\xaf\\ud83c\\udfb5\",true,false,null,{}],\"z\":[]}";

	ck_assert_ptr_null(fault_of(text, sizeof text - 1));
	for (size_t len = 0; len < sizeof text - 1; len++)
		ck_assert_ptr_nonnull(fault_of(text, len));
	for (size_t i = 0; i < sizeof text - 1; i++)
		for (int c = 0; c < 256; c++) {
			char changed[sizeof text];
			const struct json *doc;
			memcpy(changed, text, sizeof text);
			changed[i] = (char)c;
			bool passes = !fault_of(changed, sizeof text - 1);
			ck_assert_int_eq(passes, !json_parse(a, changed, sizeof text - 1, &doc));
		}
}

/* One object of 100,000 members: quadratic duplicate detection would take minutes. */
TEST(many_members_are_quick_and_the_last_duplicate_is_found)
{
	struct buf b = {.arena = a};

	buf_char(&b, '{');
	for (int i = 0; i < 100000; i++)
		buf_fmt(&b, "\"%d\":1,", i);
	size_t last = b.len;
	buf_str(&b, "\"x\":1}");
	ck_assert_ptr_null(fault_of(b.at, b.len));
	memcpy(b.at + last + 1, "7", 1);
	ck_assert_str_eq(
		fault_of(b.at, b.len),
		arena_fmt(a, "byte %zu (line 1, column %zu): duplicate member \"7\"", last, last + 1));
}

TEST(the_same_name_in_other_objects_is_no_duplicate)
{
	fine("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}");
	refused("{\"a\":{\"b\":1,\"c\":[{\"d\":1}],\"b\":2}}",
		"byte 26 (line 1, column 27): duplicate member \"b\"");
	refused("{\"\":1,\"\":2}", "byte 6 (line 1, column 7): duplicate member \"\"");
}

TEST(documents_are_read)
{
	const struct json *doc = parsed(
		"{\"Title\":\"\\u041a\\u0438\\u043d\\u043e \\ud83c\\udfb5\",\"n\":[1,2.5,null],\"t\":true}");
	const struct json *n = json_member(doc, "n");

	ck_assert_int_eq(json_kind(doc), JSON_OBJECT);
	ck_assert_ptr_null(json_member(doc, "title")); /* letter case counts */
	ck_assert_str_eq(json_string(json_member(doc, "Title")), "Кино 🎵");
	ck_assert_int_eq(json_kind(n), JSON_ARRAY);
	ck_assert_str_eq(json_name(n), "n");
	ck_assert_double_eq(json_number(json_next(json_first(n))), 2.5);
	ck_assert_int_eq(json_kind(json_next(json_next(json_first(n)))), JSON_NULL);
	ck_assert_ptr_null(json_next(json_next(json_next(json_first(n)))));
	ck_assert_int_eq(json_kind(json_member(doc, "t")), JSON_TRUE);
	ck_assert_ptr_null(json_first(parsed("[]")));
}

TEST(whole_numbers_are_exact)
{
	static const struct {
		const char *text;
		enum json_integer outcome;
		int64_t n;
	} cases[] = {
		{"0", INTEGER_FINE, 0},
		{"-0", INTEGER_FINE, 0},
		{"42", INTEGER_FINE, 42},
		{"12.0", INTEGER_FINE, 12},
		{"1.2e1", INTEGER_FINE, 12},
		{"1200e-2", INTEGER_FINE, 12},
		{"0e999999999999999999999", INTEGER_FINE, 0},
		{"0.000e-5", INTEGER_FINE, 0},
		{"9007199254740993", INTEGER_FINE, 9007199254740993},
		{"9223372036854775807", INTEGER_FINE, INT64_MAX},
		{"-9223372036854775808", INTEGER_FINE, INT64_MIN},
		{"9223372036854775808", INTEGER_BEYOND, 0},
		{"-9223372036854775809", INTEGER_BEYOND, 0},
		{"1e19", INTEGER_BEYOND, 0},
		{"1e300", INTEGER_BEYOND, 0},
		{"1.5", INTEGER_FRACTION, 0},
		{"12e-1", INTEGER_FRACTION, 0},
		{"1e-400", INTEGER_FRACTION, 0},
		{"0.99999999999999999999", INTEGER_FRACTION, 0},
		{"9007199254740993.5", INTEGER_FRACTION, 0},
		{"100000000000000000000000000000000000000000000000000000000000000000000000e-70", INTEGER_FINE,
		 10},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t n = 0;
		ck_assert_msg(json_integer(parsed(cases[i].text), &n) == cases[i].outcome, "%s",
			      cases[i].text);
		ck_assert_msg(n == cases[i].n, "%s read as %lld", cases[i].text, (long long)n);
	}
}

/* cJSON alone reads 63 characters of a number and then trips. */
TEST(long_numbers_keep_their_place)
{
	const struct json *doc =
		parsed("[1,{\"a\":0."
		       "00000000000000000000000000000000000000000000000000000000000000000000000000000001},"
		       "12345678901234567890,2]");
	const struct json *second = json_next(json_first(doc)), *third = json_next(second);
	struct buf b = {.arena = a};

	ck_assert_double_eq(json_number(json_member(second, "a")), 1e-80);
	ck_assert_double_eq(json_number(third), 12345678901234567890.0);
	ck_assert_double_eq(json_number(json_next(third)), 2);
	json_write(&b, third);
	ck_assert_str_eq(buf_text(&b), "12345678901234567890");
}

TEST(documents_are_written_compactly)
{
	struct buf b = {.arena = a};

	json_write(&b, parsed(" { \"a\" : [ 1 , -2.50 , 1e2, 0.1, true , false , null ] , \"\\u00e9\\\"\" : "
			      "\"\\n\\/\" , \"o\" : { } , \"l\":[]} "));
	ck_assert_str_eq(buf_text(&b),
			 "{\"a\":[1,-2.5,1e2,0.1,true,false,null],\"l\":[],\"o\":{},\"é\\\"\":\"\\n/\"}");
}

TEST(a_malformed_body_is_a_400_that_says_where)
{
	const struct json *doc = (const void *)a;
	err e = json_parse(a, "{\"a\":}", 6, &doc);

	ck_assert(problem_is(e, MALFORMED_JSON));
	ck_assert_int_eq(e->status, 400);
	ck_assert_str_eq(
		e->detail,
		"The body is not valid JSON, at byte 5 (line 1, column 6): expected a value, found '}'.");
	ck_assert_ptr_eq(doc, (const void *)a);
}

/* --- JSONTestSuite --- */

/* Where the suite was unpacked; NULL: it is not there. */
static const char *suite_directory(void)
{
	const char *shared = getenv("VOBE_SHARED") ?: "../shared";
	const char *tar = arena_fmt(a, "%s/corpora/JSONTestSuite.tar.gz", shared);
	char *dir = arena_str(a, "/tmp/vobe-json.XXXXXX");

	if (access(tar, R_OK) != 0) {
		printf("skipped: JSONTestSuite is not at %s (set VOBE_SHARED)\n", tar);
		return NULL;
	}
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(system(arena_fmt(a, "tar -xzf '%s' -C '%s'", tar, dir)), 0);
	return dir;
}

static struct buf contents(const char *path)
{
	struct buf b = {.arena = a};
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	for (size_t n; (n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0;)
		b.len += n;
	fclose(f);
	return b;
}

/*
 * Files the suite accepts and the gate refuses, on purpose: RFC 7493 section 2.3 (duplicate names), and
 * U+0000, which PostgreSQL cannot store. Nothing else may be refused.
 */
static bool is_refused_on_purpose(const char *name)
{
	static const char *const names[] = {
		"y_object_duplicated_key.json",
		"y_object_duplicated_key_and_value.json",
		"y_object_escaped_null_in_key.json",
		"y_string_null_escape.json",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* What the suite leaves to the reader: texts must be Unicode, numbers finite, nesting shallow; rounding is
 * fine. */
static bool is_accepted_by_choice(const char *name)
{
	static const char *const names[] = {
		"i_number_double_huge_neg_exp.json",   "i_number_real_underflow.json",
		"i_number_too_big_neg_int.json",       "i_number_too_big_pos_int.json",
		"i_number_very_big_negative_int.json",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

TEST(json_test_suite)
{
	const char *dir = suite_directory();
	int seen = 0, refused_on_purpose = 0;

	if (!dir)
		return;
	const char *files = arena_fmt(a, "%s/test_parsing", dir);
	DIR *d = opendir(files);
	ck_assert_ptr_nonnull(d);
	for (struct dirent *entry; (entry = readdir(d));) {
		const char *name = entry->d_name;
		if (!strstr(name, ".json"))
			continue;
		struct buf text = contents(arena_fmt(a, "%s/%s", files, name));
		const char *fault = fault_of(text.at, text.len);
		const struct json *doc;
		bool wanted = (name[0] == 'y' && !is_refused_on_purpose(name)) || is_accepted_by_choice(name);
		const char *grammar_fault = json_grammar_fault(a, text.at, text.len);
		ck_assert_msg(name[0] != 'y' || !grammar_fault, "%s: refused by the grammar: %s", name,
			      grammar_fault);
		ck_assert_msg(name[0] != 'n' || grammar_fault, "%s: accepted by the grammar", name);
		ck_assert_msg(wanted == !fault, "%s: %s", name, fault ? fault : "accepted");
		ck_assert_msg(!json_parse(a, text.at, text.len, &doc) == !fault, "%s: parser and gate differ",
			      name);
		refused_on_purpose += is_refused_on_purpose(name);
		seen++;
	}
	closedir(d);
	ck_assert_int_eq(system(arena_fmt(a, "rm -rf '%s'", dir)), 0);
	ck_assert_int_ge(seen, 300);
	ck_assert_int_eq(refused_on_purpose, 4);
}
