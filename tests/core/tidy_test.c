/* Text that nobody means to send: blanks around lines, texts in which nothing can be seen. */
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "support/test.h"
#include "vobe/text.h"

#include <string.h>

#define NOTE_FIELDS(F, T)                                                                          \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 5, .format = FORMAT_LINE)            \
	F(T, TEXT, text, IN | REQ, "Text", .min = 1, .max = 20)                                    \
	F(T, TEXT, place, IN | NULLABLE, "Place", .min = 1, .max = 20, .format = FORMAT_LINE)      \
	F(T, TEXT, link, IN | NULLABLE, "Link", .format = FORMAT_URL)                              \
	F(T, TEXT, words, IN | REQ | NULLABLE, "Null is for a reader's eyes only", .min = 1, .max = 9) \
	F(T, TEXTS, names, IN, "Names", .max = 3, .each_max = 5, .format = FORMAT_LINE)            \
	F(T, DATE, day, IN | NULLABLE, "Day", .format = FORMAT_PARTIAL)
STRUCT(note, NOTE_FIELDS);
SCHEMA(note, NOTE_FIELDS, "A note");

static struct arena *a;
static struct note note;

static void open_arena(void)
{
	a = arena_new();
}
static void close_arena(void)
{
	arena_free(a);
}
SCENE(open_arena, close_arena);

static const char *faults_of(err e)
{
	struct buf b = {.arena = a};

	for (int i = 0; e && i < e->fault_count; i++)
		buf_fmt(&b, "%s%s %s", i ? "; " : "", e->faults[i].pointer, e->faults[i].code);
	return e ? buf_text(&b) : "fine";
}

static const char *patch(const char *text)
{
	const struct json *doc;
	uint64_t present;

	ck_assert_ptr_null(json_parse(a, text, strlen(text), &doc));
	return faults_of(schema_decode(a, &note_schema, doc, DECODE_PATCH, &note, &present));
}

/* Each line of this table is one character that cannot be seen. */
static const char *const unseen[] = {
	" ",          "\t",         "\n",     "\u00a0", "\u00ad",   "\u034f", "\u061c",
	"\u115f",     "\u1160",     "\u17b4", "\u180e", "\u2003",   "\u200b", "\u200d",
	"\u200e",     "\u2028",     "\u202e", "\u2060", "\u2066",   "\u2800", "\u3000",
	"\u3164",     "\ufe0f",     "\ufeff", "\uffa0", "\u0301",   "\u20dd", "\U0001d159",
	"\U000e0041", "\U000e0100", "\x01",   "\x7f",   "\xc2\x85", "\u0903", "\ufff9",
};

TEST(what_cannot_be_seen_is_blank)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		ck_assert_msg(text_is_blank(unseen[i]), "row %zu is seen", i);
		ck_assert(text_is_blank(arena_fmt(a, " %s\u200b%s", unseen[i], unseen[i])));
		ck_assert(!text_is_blank(arena_fmt(a, "%sx", unseen[i])));
	}
	ck_assert(text_is_blank(""));
}

TEST(what_can_be_seen_is_not_blank)
{
	static const char *const seen[] = {
		".",
		"0",
		"е",
		"é",
		"e\u0301",
		"👩‍👩‍👧‍👦",
		"🏳️‍🌈",
		"中",
		"\u0915\u094d\u200d\u0937",
		"\u0645\u06cc\u200c\u062e",
		"ᄀ",
		"\ue000",
		"\ufffd",
		"№",
		"—",
	};

	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
		ck_assert_msg(!text_is_blank(seen[i]), "blank: %s", seen[i]);
}

TEST(a_text_that_must_be_there_must_be_seen)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
		struct buf body = {.arena = a};

		buf_str(&body, "{\"title\":");
		json_str(&body, unseen[i]);
		buf_str(&body, ",\"text\":");
		json_str(&body, unseen[i]);
		buf_str(&body, ",\"words\":");
		json_str(&body, unseen[i]);
		buf_str(&body, ",\"names\":[\"a\",");
		json_str(&body, unseen[i]);
		buf_str(&body, "]}");
		ck_assert_ptr_nonnull(strstr(patch(buf_text(&body)), "/title blank"));
		ck_assert_ptr_nonnull(strstr(patch(buf_text(&body)), "/text blank"));
		ck_assert_ptr_nonnull(strstr(patch(buf_text(&body)), "/words blank"));
		ck_assert_ptr_nonnull(strstr(patch(buf_text(&body)), "/names/1 blank"));
	}
	ck_assert_str_eq(patch("{\"text\":\"\",\"words\":\"\"}"), "/text too_short; /words too_short");
}

TEST(what_may_be_null_is_null_when_blank)
{
	static const char *const blanks[] = {"", "  ", "\\u200b", "\\u3164\\n"};

	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		note.place = note.link = "x";
		ck_assert_str_eq(
			patch(arena_fmt(a, "{\"place\":\"%s\",\"link\":\"%s\"}", blanks[i], blanks[i])),
			"fine");
		ck_assert_ptr_null(note.place);
		ck_assert_ptr_null(note.link);
	}
}

TEST(the_blanks_around_a_line_are_not_kept)
{
	ck_assert_str_eq(patch("{\"title\":\"  Edit \\u3000\\u2003\",\"place\":\"\\t a b\\n\"}"), "fine");
	ck_assert_str_eq(note.title, "Edit");
	ck_assert_str_eq(note.place, "a b");
	ck_assert_str_eq(patch("{\"title\":\"     12345     \",\"names\":[\" Trip Hop\",\"x \"]}"),
			 "/names/0 too_long");
	ck_assert_str_eq(patch("{\"names\":[\" Trip \",\"x\\u00a0\"]}"), "fine");
	ck_assert_str_eq(note.names.at[0], "Trip");
	ck_assert_str_eq(note.names.at[1], "x");
	ck_assert_str_eq(patch("{\"title\":\"a\\nb\"}"), "/title invalid_format");
}

TEST(the_blanks_around_other_text_are_its_own)
{
	ck_assert_str_eq(patch("{\"text\":\"  # x\\n\"}"), "fine");
	ck_assert_str_eq(note.text, "  # x\n");
}

TEST(joiners_inside_of_text_stay)
{
	ck_assert_str_eq(patch("{\"text\":\"\\u0645\\u06cc\\u200c\\u062e\\u200d\"}"), "fine");
	ck_assert_str_eq(note.text, "\u0645\u06cc\u200c\u062e\u200d");
}

TEST(values_of_our_own_are_tidied_too)
{
	const char *names[] = {" a ", "b"};

	schema_clear(&note_schema, &note);
	note.title = " T ";
	note.text = note.words = "x";
	note.place = "\u200b";
	note.names = (struct texts){names, 2};
	ck_assert_str_eq(faults_of(schema_validate(a, &note_schema, &note)), "fine");
	ck_assert_str_eq(note.title, "T");
	ck_assert_ptr_null(note.place);
	ck_assert_str_eq(note.names.at[0], "a");
	note.title = "\u2800";
	ck_assert_str_eq(faults_of(schema_validate(a, &note_schema, &note)), "/title blank");
}

TEST(dates_may_leave_out_what_is_not_known)
{
	ck_assert_str_eq(patch("{\"day\":\"1999\"}"), "fine");
	ck_assert_str_eq(note.day, "1999");
	ck_assert_str_eq(patch("{\"day\":\"1999-05\"}"), "fine");
	ck_assert_str_eq(patch("{\"day\":\"1999-05-31\"}"), "fine");
	ck_assert_str_eq(patch("{\"day\":\"0000-01-01\"}"), "/day invalid_format");
	ck_assert_str_eq(patch("{\"day\":\"1999-13\"}"), "/day invalid_format");
}
