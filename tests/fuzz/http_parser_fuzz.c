/*
 * Any bytes as a request: nothing read outside them, every part inside the head, and the same outcome however
 * they are cut. The first two bytes say where.
 */
#include "http/message/negotiation.h"
#include "http/message/parser.h"
#include "http/message/uri.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	int refused; /* status, 0: whole, -1: more wanted */
	size_t used, body;
	uint64_t sum; /* of the body's bytes */
};

static void require(bool true_here)
{
	if (!true_here)
		abort();
}

static void look_at_parts(const struct head *h, size_t used)
{
	const struct span parts[] = {h->method, h->path, h->query, h->authority};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		require((size_t)parts[i].at + parts[i].len <= used);
	for (int i = 0; i < h->field_count; i++) {
		require((size_t)h->fields[i].name.at + h->fields[i].name.len <= used &&
			h->fields[i].name.len > 0);
		require((size_t)h->fields[i].value.at + h->fields[i].value.len <= used);
	}
	require(!(h->chunked && h->has_length));
}

static bool is_long(const void *arg, const char *tag, size_t len)
{
	return !arg && len > 100 && tag[len - 1] == 'x';
}

/* Each value through every grammar of values: they are given more than they are meant for. */
static void read_values(const struct head *h, const char *bytes)
{
	for (int i = 0; i < h->field_count; i++) {
		const char *s = bytes + h->fields[i].value.at;
		size_t len = h->fields[i].value.len;
		accepts_gzip(s, len);
		etags_have(s, len, "v1-0", true);
		etags_fit(s, len, is_long, NULL);
		media_type_is(s, len, "application/json");
		traceparent_is_valid(s, len);
		request_id_is_valid(s, len);
		idempotency_key_is_valid(s, len);
	}
}

static void read_target(const struct head *h, const char *bytes)
{
	struct segment segments[SEGMENTS_MAX];
	struct pair pairs[PAIRS_MAX];
	struct arena *a = arena_new();
	int count;
	if (!path_read(a, bytes + h->path.at, h->path.len, segments, &count))
		for (int i = 0; i < count; i++)
			require(memchr(segments[i].at, '\0', segments[i].len) == NULL);
	if (!pairs_read(a, bytes + h->query.at, h->query.len, pairs, PAIRS_MAX, &count))
		for (int i = 0; i < count; i++)
			require(pairs[i].name && pairs[i].value);
	arena_free(a);
}

static struct outcome read_body(const char *bytes, size_t len, size_t at, size_t cut)
{
	struct chunks c = {0};
	struct outcome o = {.refused = -1};
	size_t end = cut > at && cut < len ? cut : len;
	err fault;
	while (at < len) {
		size_t used, data_len;
		const char *data = NULL;
		enum reading r = chunks_read(&c, bytes + at, end - at, &used, &data, &data_len, &fault);
		if (r == READ_FAULT)
			return (struct outcome){.refused = fault->status};
		require(used <= end - at && data_len <= used);
		for (size_t i = 0; i < data_len; i++)
			o.sum = o.sum * 31 + (uint8_t)data[i];
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

static struct outcome read_request(const char *bytes, size_t len, size_t cut)
{
	struct head h;
	size_t used = 0;
	err fault = NULL;
	head_reset(&h);
	enum reading r = head_read(&h, bytes, cut < len ? cut : len, &used, &fault);
	if (r == READ_MORE && cut < len)
		r = head_read(&h, bytes, len, &used, &fault);
	if (r == READ_FAULT)
		return (struct outcome){.refused = fault->status};
	if (r == READ_MORE)
		return (struct outcome){.refused = -1};
	require(used <= len && used <= HEAD_MAX);
	look_at_parts(&h, used);
	read_values(&h, bytes);
	read_target(&h, bytes);
	return h.chunked ? read_body(bytes, len, used, cut) : (struct outcome){.used = used};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	size_t len = size - 2, cut = (size_t)(data[0] << 8 | data[1]) % (len + 1);
	char *bytes = malloc(len + 1); /* its end is where a sanitizer sees it */
	memcpy(bytes, data + 2, len);
	bytes = realloc(bytes, len ? len : 1);
	struct outcome whole = read_request(bytes, len, len), parts = read_request(bytes, len, cut);
	require(whole.refused == parts.refused && whole.used == parts.used && whole.body == parts.body &&
		whole.sum == parts.sum);
	free(bytes);
	return 0;
}
