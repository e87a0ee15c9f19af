/* What becomes of words on their way: an upstream's stream in any pieces, citations, what cannot be seen. */
#include "modules/chat/breaker.h"
#include "modules/chat/chunk.h"
#include "modules/chat/citations.h"
#include "modules/chat/sse.h"
#include "modules/chat/strip.h"
#include "support/test.h"
#include "vobe/field.h"

#include <string.h>

static struct arena *arena;

static void open_arena(void)
{
	arena = arena_new();
}

static void close_arena(void)
{
	arena_free(arena);
}

SCENE(open_arena, close_arena);

/* Events as "d(...)" and "e(...)", one after the other. */
static bool note(void *arg, enum sse_kind kind, const char *data, size_t len)
{
	ck_assert_int_eq((int)strlen(data), (int)len);
	buf_fmt(arg, "%c(%s)", kind == SSE_DATA ? 'd' : 'e', data);
	return true;
}

static const char *heard(const char *stream, size_t piece)
{
	struct buf out = {.arena = arena};
	struct sse s = {.event = note, .arg = &out};

	for (size_t at = 0, len = strlen(stream); at < len; at += piece)
		ck_assert(sse_feed(&s, stream + at, piece < len - at ? piece : len - at));
	sse_end(&s);
	sse_free(&s);
	return buf_text(&out);
}

static const struct {
	const char *stream, *events;
} streams[] = {
	{"data: a\n\ndata: b\n\n", "d(a)d(b)"},
	{"data: a\r\n\r\ndata: b\r\n\r\n", "d(a)d(b)"},
	{"data: a\r\rdata: b\r\r", "d(a)d(b)"},
	{"data: a\ndata: b\n\n", "d(a\nb)"},
	{"data:a\ndata:  b\ndata\n\n", "d(a\n b\n)"},
	{": comment\nevent: x\nid: 7\nretry: 1\nodd\ndata: a\n\n", "d(a)"},
	{"database: a\n\ndata: b\n\n", "d(b)"},
	{"data: [DONE]", "d([DONE])"},
	{"error: {\"message\":\"no\"}\n\n", "e(error: {\"message\":\"no\"})"},
	{"{\"error\":\"no\"}", "e({\"error\":\"no\"})"},
	{"\n\n\n", ""},
	{"data: \xd0\x9a\xd0\xb8\xd0\xbd\xd0\xbe\n\n", "d(\xd0\x9a\xd0\xb8\xd0\xbd\xd0\xbe)"},
};

TEST_EACH(a_stream_is_the_same_in_any_pieces, i, sizeof streams / sizeof *streams)
{
	for (size_t piece = 1; piece < 20; piece++)
		ck_assert_str_eq(heard(streams[i].stream, piece), streams[i].events);
}

TEST(a_line_without_end_is_refused_and_memory_bounded)
{
	struct buf out = {.arena = arena};
	struct sse s = {.event = note, .arg = &out};
	char piece[4096];
	size_t fed = 0;

	memset(piece, 'a', sizeof piece);
	while (sse_feed(&s, piece, sizeof piece) && fed < 2 * SSE_LINE_MAX)
		fed += sizeof piece;
	ck_assert_int_le((int)fed, SSE_LINE_MAX);
	sse_free(&s);
}

static const char *cited(const char *text, int sources, size_t piece)
{
	struct buf out = {.arena = arena};
	struct citations c = {.sources = sources};

	for (size_t at = 0, len = strlen(text); at < len; at += piece)
		citations_feed(&c, text + at, piece < len - at ? piece : len - at, &out);
	citations_end(&c, &out);
	return buf_text(&out);
}

static const struct {
	const char *said, *shown;
} citations[] = {
	{"So it was [1], and [2].", "So it was [1], and [2]."},
	{"Invented [3][0][99].", "Invented ."},
	{"[1][7][2]", "[1][2]"},
	{"a[[1]]b", "a[[1]]b"},
	{"not [one] [] [1a] [ 1]", "not [one] [] [1a] [ 1]"},
	{"open [12", "open [12"},
	{"[00001]", "[00001]"},
	{"[123456789012345678]", ""},
};

TEST_EACH(only_citations_of_sources_are_shown, i, sizeof citations / sizeof *citations)
{
	for (size_t piece = 1; piece < 10; piece++)
		ck_assert_str_eq(cited(citations[i].said, 2, piece), citations[i].shown);
}

TEST(what_cannot_be_seen_or_could_pass_for_ours_goes)
{
	ck_assert_str_eq(text_strip(arena, "a\xe2\x80\x8b"
					   "b\xef\xbb\xbf"
					   "c\xe2\x80\xae"
					   "d"),
			 "abcd");
	ck_assert_str_eq(text_strip(arena, "a\x01\x1b[31mb\x7f"), "a(31mb");
	ck_assert_str_eq(text_strip(arena, "\xf3\xa0\x81\x81 tags \xf3\xa0\x81\xbf"), " tags ");
	ck_assert_str_eq(text_strip(arena, "one\ntwo\r\nthree\xe2\x80\xa8"
					   "four"),
			 "one two  three four");
	ck_assert_str_eq(text_strip(arena, "see [1] and [x](http://evil)"), "see (1) and (x)(http://evil)");
	ck_assert_str_eq(text_strip(arena, "Группа крови 🎸"), "Группа крови 🎸");
}

static struct chunk chunk_of(const char *text)
{
	struct chunk c;

	ck_assert_msg(chunk_read(arena, text, strlen(text), &c), "%s", text);
	return c;
}

TEST(chunks_of_every_kind_are_read)
{
	ck_assert_str_eq(chunk_of("{\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}").content, "hi");
	ck_assert_ptr_null(
		chunk_of("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}").content);
	ck_assert_ptr_null(chunk_of("{\"choices\":[]}").content);
	ck_assert_ptr_null(chunk_of("{\"choices\":null,\"usage\":null}").content);
	ck_assert_str_eq(
		chunk_of("{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}").finish_reason,
		"length");
	struct chunk c = chunk_of("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}");
	ck_assert_int_eq(c.prompt_tokens, 7);
	ck_assert_int_eq(c.completion_tokens, 3);
	ck_assert_int_eq(chunk_of("{\"usage\":{\"input_tokens\":5}}").prompt_tokens, 5);
	ck_assert(chunk_of("{\"usage\":{\"prompt_tokens\":-1}}").prompt_tokens == INT_NULL);
	ck_assert_str_eq(chunk_of("{\"error\":{\"message\":\"no money\"}}").error, "no money");
	ck_assert_str_eq(chunk_of("{\"error\":\"plain\"}").error, "plain");
	ck_assert_ptr_nonnull(chunk_of("{\"error\":{}}").error);
	ck_assert_ptr_null(chunk_of("{\"error\":null}").error);
}

TEST(what_is_no_chunk_is_refused_also_when_it_is_deep)
{
	static const char *const wrong[] = {"", "[]", "7", "{", "{\"a\":}", "nonsense"};
	struct chunk c;
	char deep[4001];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ck_assert(!chunk_read(arena, wrong[i], strlen(wrong[i]), &c));
	memset(deep, '[', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	ck_assert(!chunk_read(arena, deep, sizeof deep - 1, &c));
}

TEST(a_breaker_opens_after_failures_in_a_row_and_tries_again)
{
	struct breaker b = {0};
	int64_t now = 1000000;

	for (int i = 0; i < BREAKER_FAILURES - 1; i++)
		breaker_note(&b, true, now);
	breaker_note(&b, false, now);
	for (int i = 0; i < BREAKER_FAILURES - 1; i++)
		breaker_note(&b, true, now);
	ck_assert_int_eq(breaker_rest_s(&b, now), 0);
	breaker_note(&b, true, now);
	ck_assert_int_gt(breaker_rest_s(&b, now), 0);
	now += (BREAKER_REST_S + 1) * INT64_C(1000000);
	ck_assert_int_eq(breaker_rest_s(&b, now), 0);
	breaker_note(&b, true, now); /* one more is enough */
	ck_assert_int_gt(breaker_rest_s(&b, now), 0);
}
