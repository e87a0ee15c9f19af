/* The reader of heads and bodies without a socket: each probe whole, cut at every byte, and byte by byte. */
#include "http/message/parser.h"
#include "http/probes.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

struct outcome {
	int refused; /* status, 0: read to the end, -1: not at the end */
	size_t used; /* bytes of head and body */
	size_t body; /* bytes of the body */
	char text[64];
};

static struct outcome refusal(err fault)
{
	ck_assert_ptr_nonnull(fault->detail);
	return (struct outcome){.refused = fault->status};
}

/* Reads a body in pieces that end at `cut` and, with `step`, after every so many bytes. */
static struct outcome read_chunks(const char *bytes, size_t len, size_t from, size_t cut, size_t step)
{
	struct chunks c = {0};
	struct outcome o = {.refused = -1};
	size_t at = from, end = cut > from ? cut : len;
	err fault;

	while (at < len) {
		size_t used, data_len, limit = step && at + step < end ? at + step : end;
		const char *data = NULL;
		enum reading r = chunks_read(&c, bytes + at, limit - at, &used, &data, &data_len, &fault);
		if (r == READ_FAULT)
			return refusal(fault);
		ck_assert_uint_le(o.body + data_len, sizeof o.text);
		if (data_len)
			memcpy(o.text + o.body, data, data_len);
		o.body += data_len;
		at += used;
		if (r == READ_DONE) {
			o.refused = 0;
			o.used = at;
			return o;
		}
		if (at == end)
			end = len;
	}
	return o;
}

static struct outcome read_request(const char *bytes, size_t len, size_t cut, size_t step)
{
	struct head h;
	size_t used = 0, have = step ? step : cut;
	err fault = NULL;
	enum reading r;

	head_reset(&h);
	while ((r = head_read(&h, bytes, have < len ? have : len, &used, &fault)) == READ_MORE && have < len)
		have = step ? have + step : len;
	if (r == READ_FAULT)
		return refusal(fault);
	if (r == READ_MORE)
		return (struct outcome){.refused = -1};
	if (h.chunked)
		return read_chunks(bytes, len, used, cut, step);
	return (struct outcome){.used = used + h.length, .body = h.length};
}

static void assert_same(const struct probe *p, struct outcome a, struct outcome b, const char *how,
			size_t where)
{
	ck_assert_msg(a.refused == b.refused && a.used == b.used && a.body == b.body &&
			      memcmp(a.text, b.text, sizeof a.text) == 0,
		      "%s: %s %zu: %d instead of %d", p->name, how, where, b.refused, a.refused);
}

TEST_EACH(probe_has_one_outcome, i, PROBES)
{
	const struct probe *p = &probes[i];
	struct outcome whole = read_request(p->bytes, p->len, p->len, 0);
	ck_assert_msg(whole.refused == p->refused, "%s: %d instead of %d", p->name, whole.refused,
		      p->refused);
	if (!p->refused)
		ck_assert_uint_eq(whole.used, p->len);
	for (size_t cut = 0; cut <= p->len; cut++)
		assert_same(p, whole, read_request(p->bytes, p->len, cut, 0), "cut at", cut);
	for (size_t step = 1; step <= 7; step += 2)
		assert_same(p, whole, read_request(p->bytes, p->len, 0, step), "in steps of", step);
}

static struct head head_of(const char *bytes)
{
	struct head h;
	size_t used;
	err fault;
	head_reset(&h);
	ck_assert_int_eq(head_read(&h, bytes, strlen(bytes), &used, &fault), READ_DONE);
	ck_assert_uint_eq(used, strlen(bytes));
	return h;
}

static void assert_span(const char *bytes, struct span s, const char *expected)
{
	ck_assert_uint_eq(s.len, strlen(expected));
	ck_assert_int_eq(memcmp(bytes + s.at, expected, s.len), 0);
}

TEST(parts_are_where_they_are)
{
	static const char bytes[] = "\r\nPATCH /a/b?c=d&e HTTP/1.1\r\nHost: x\r\nIF-match: \"1\"\r\nX-Other: "
				    " y z \r\nif-match: \"2\"\r\n"
				    "Content-Length: 12\r\n\r\n";
	struct head h = head_of(bytes);
	ck_assert_int_eq(h.verb, VERB_PATCH);
	ck_assert_int_eq(h.minor, 1);
	assert_span(bytes, h.method, "PATCH");
	assert_span(bytes, h.path, "/a/b");
	assert_span(bytes, h.query, "c=d&e");
	ck_assert_int_eq(h.field_count, 5);
	assert_span(bytes, h.fields[2].name, "X-Other");
	assert_span(bytes, h.fields[2].value, "y z");
	ck_assert(h.has_length && h.length == 12 && !h.chunked && h.keep_alive);

	int i = head_next(&h, FIELD_IF_MATCH, -1);
	assert_span(bytes, h.fields[i].value, "\"1\"");
	i = head_next(&h, FIELD_IF_MATCH, i);
	assert_span(bytes, h.fields[i].value, "\"2\"");
	ck_assert_int_eq(head_next(&h, FIELD_IF_MATCH, i), -1);
	ck_assert_int_eq(head_next(&h, FIELD_EXPECT, -1), -1);
}

/* Names are looked for in order of their length: one that stood in the wrong place would not be found. */
TEST(every_known_field_is_found)
{
	static const char bytes[] =
		"GET / HTTP/1.0\r\nHost: x\r\nExpect: x\r\nOrigin: x\r\nIf-Match: x\r\n"
		"Connection: x\r\nTraceparent: x\r\nContent-Type: x\r\nX-Request-Id: x\r\n"
		"Authorization: x\r\nIf-None-Match: x\r\nIdempotency-Key: x\r\n"
		"Accept-Encoding: x\r\nX-Forwarded-For: x\r\nContent-Encoding: x\r\n"
		"X-Forwarded-Proto: x\r\nAccess-Control-Request-Method: x\r\n"
		"Access-Control-Request-Headers: x\r\nContent-Length: 1\r\n\r\n";
	struct head h = head_of(bytes);
	for (enum known_field f = 0; f < FIELDS_KNOWN; f++)
		ck_assert_int_eq(h.first[f] >= 0, f != FIELD_TRANSFER_ENCODING);
	ck_assert(head_of("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").chunked);
}

TEST(connection_says_whether_it_stays)
{
	ck_assert(head_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n").keep_alive);
	ck_assert(!head_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n").keep_alive);
	ck_assert(!head_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: te , close\r\n\r\n").keep_alive);
	ck_assert(!head_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: te\r\nConnection: close\r\n\r\n")
			   .keep_alive);
	ck_assert(head_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n").keep_alive);
	ck_assert(!head_of("GET / HTTP/1.0\r\n\r\n").keep_alive);
	ck_assert(head_of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(verbs_have_case)
{
	ck_assert_int_eq(head_of("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n").verb, VERB_DELETE);
	ck_assert_int_eq(head_of("get / HTTP/1.1\r\nHost: x\r\n\r\n").verb, VERB_OTHER);
	ck_assert_int_eq(head_of("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n").verb, VERB_OTHER);
}

TEST(chunks_give_their_data)
{
	static const char bytes[] = "5;x\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nA: b\r\n\r\nnext";
	for (size_t step = 1; step < sizeof bytes; step++) {
		struct outcome o = read_chunks(bytes, sizeof bytes - 1, 0, sizeof bytes - 1, step);
		ck_assert_int_eq(o.refused, 0);
		ck_assert_uint_eq(o.used, sizeof bytes - 5);
		ck_assert_int_eq(memcmp(o.text, "hello world", o.body), 0);
	}
}

TEST(trailers_have_an_end)
{
	struct chunks c = {0};
	size_t used, len;
	const char *data;
	err fault;
	ck_assert_int_eq(chunks_read(&c, "0\r\n", 3, &used, &data, &len, &fault), READ_MORE);
	enum reading r = READ_MORE;
	for (int i = 0; i < 1000 && r == READ_MORE; i++)
		r = chunks_read(&c, "Trailer: value\r\n", 16, &used, &data, &len, &fault);
	ck_assert_int_eq(r, READ_FAULT);
}
