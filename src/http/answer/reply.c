/* What handlers answer with: vobe/http.h. */
#include "core/memory/memory.h"
#include "core/schema/walk.h"
#include "http/answer/compress.h"
#include "http/answer/reply.h"
#include "http/message/negotiation.h"
#include "http/state.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

__extension__ typedef unsigned __int128 wide;

/* The product of two words, folded into one: each bit of it depends on most bits of both. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * A checksum, in two lanes because a multiplication takes as long as several. No defence against an enemy,
 * who could only trick himself. The constants are odd, with as many ones as zeros.
 */
static uint64_t checksum(const char *bytes, size_t len)
{
	static const uint64_t left = UINT64_C(0x9E3779B97F4A7C15), right = UINT64_C(0xD6E8FEB86659FD93);
	uint64_t words[4], one = len, two = left;
	for (;; bytes += sizeof words, len -= sizeof words) {
		bool last = len < sizeof words;
		memset(words, 0, sizeof words);
		memcpy(words, bytes, last ? len : sizeof words);
		one = fold(words[0] ^ left, words[1] ^ one);
		two = fold(words[2] ^ right, words[3] ^ two);
		if (last)
			return fold(one ^ left, two ^ right);
	}
}

static void add_checksum(struct buf *tag, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t sum = checksum(bytes, len);
	for (int shift = 60; shift >= 0; shift -= 4)
		buf_char(tag, digits[sum >> shift & 15]);
}

/*
 * "v<version>-<checksum of the bytes>": the same on every instance. Documents of the platform have no
 * version, and seldom change: of them the checksum alone.
 */
static const char *etag_of(struct exchange *ex, const void *value, const struct buf *body)
{
	const struct field *version = ex->match.endpoint->version;
	struct buf tag = {.arena = ex->rq.cx.arena};
	int64_t number;

	if (!version && !ex->match.endpoint->is_platform)
		return NULL;
	if (!version) {
		add_checksum(&tag, body->at, body->len);
		return buf_text(&tag);
	}
	memcpy(&number, (const char *)value + version->offset, sizeof number);
	buf_char(&tag, 'v');
	buf_int(&tag, number);
	buf_char(&tag, '-');
	add_checksum(&tag, body->at, body->len);
	return buf_text(&tag);
}

void answer_add_location(struct exchange *ex, int status, const char *json, size_t len)
{
	static const char begin[] = "{\"id\":\"";
	const struct endpoint *resource = ex->match.endpoint->resource;
	size_t skip = sizeof begin - 1, id = UUID_TEXT - 1;

	if (status != 201 || !resource || len < skip + id || memcmp(json, begin, skip) != 0)
		return;
	int base = (int)(strlen(resource->path) - strlen("{id}"));
	answer_header(ex, "Location",
		      arena_fmt(ex->rq.cx.arena, "%.*s%.*s", base, resource->path, (int)id, json + skip));
}

void answer_render(struct exchange *ex, const void *value, struct answer *a)
{
	struct buf *b = scratch_take();
	schema_write(b, ex->rq.route->handler->reply, value, ex->rq.view);
	answer_add_location(ex, ex->rq.route->status, b->at, b->len);
	*a = (struct answer){
		.status = ex->rq.route->status,
		.media_type = "application/json",
		.body = b->at,
		.len = b->len,
		.etag = etag_of(ex, value, b),
	};
}

err reply_(struct req *rq, const void *value)
{
	struct answer a;
	answer_render(exchange_of(rq), value, &a);
	answer_send(exchange_of(rq), &a);
	return NULL;
}

err reply_empty(struct req *rq)
{
	answer_send(exchange_of(rq), &(struct answer){.status = rq->route->status});
	return NULL;
}

err reply_bytes(struct req *rq, const char *media_type, const void *bytes, size_t len)
{
	answer_send(exchange_of(rq), &(struct answer){.status = rq->route->status,
						      .media_type = media_type,
						      .body = bytes,
						      .len = len});
	return NULL;
}

/* --- what does not change while the server runs --- */

static struct constant {
	struct constant *next;
	struct buf etag, gzip; /* gzip: empty when it would not be smaller */
	struct answer answer;
} *constants;

static struct constant *constant_make(const struct req *rq, const char *media_type, const void *bytes,
				      size_t len)
{
	const void *packed = NULL;
	size_t packed_len = 0;
	struct constant *c = memory_take(sizeof *c);
	*c = (struct constant){.next = constants};
	add_checksum(&c->etag, bytes, len);
	if (gzip_bytes(bytes, len, &packed, &packed_len))
		buf_add(&c->gzip, packed, packed_len);
	c->answer = (struct answer){.status = rq->route->status,
				    .media_type = media_type,
				    .body = bytes,
				    .len = len,
				    .etag = buf_text(&c->etag),
				    .gzip = c->gzip.at,
				    .gzip_len = c->gzip.len};
	return constants = c;
}

err http_reply_constant(struct req *rq, const char *media_type, const void *bytes, size_t len)
{
	struct constant *c = constants;
	while (c && (c->answer.body != bytes || c->answer.len != len))
		c = c->next;
	answer_send(exchange_of(rq), c ? &c->answer : &constant_make(rq, media_type, bytes, len)->answer);
	return NULL;
}

void constants_forget(void)
{
	for (struct constant *c; (c = constants);) {
		constants = c->next;
		buf_free(&c->etag);
		buf_free(&c->gzip);
		free(c);
	}
}

err reply_redirect(struct req *rq, int status, const char *location)
{
	reply_header(rq, "Location", location);
	answer_send(exchange_of(rq), &(struct answer){.status = status});
	return NULL;
}

/* --- lists --- */

/* The query of this request with another cursor. */
static const char *next_link(struct exchange *ex, const char *cursor)
{
	struct span path = ex->head.path, query = ex->head.query;
	struct buf b = {.arena = ex->rq.cx.arena};
	buf_char(&b, '<');
	buf_add(&b, ex->bytes + path.at, path.len);
	char join = '?';
	for (size_t from = 0; from < query.len;) {
		const char *pair = ex->bytes + query.at + from, *amp = memchr(pair, '&', query.len - from);
		size_t len = amp ? (size_t)(amp - pair) : query.len - from;
		if (len && strncmp(pair, "cursor=", len < 7 ? len : 7) != 0) {
			buf_char(&b, join);
			buf_add(&b, pair, len);
			join = '&';
		}
		from += len + 1;
	}
	buf_char(&b, join);
	buf_str(&b, "cursor=");
	buf_str(&b, cursor);
	buf_str(&b, ">; rel=\"next\"");
	return buf_text(&b);
}

static void write_list(struct buf *b, const struct req *rq, const char *item, const struct list *list)
{
	const struct schema *s = rq->route->handler->reply;
	buf_str(b, "{\"items\":[");
	for (int i = 0; i < list->count; i++, item += s->size) {
		if (i)
			buf_char(b, ',');
		schema_write(b, s, item, rq->view);
	}
	buf_str(b, "],\"next_cursor\":");
	json_str(b, list->next_cursor);
	if (list->total >= 0) {
		buf_str(b, ",\"total\":");
		buf_int(b, list->total);
		buf_str(b, ",\"total_is_lower_bound\":");
		buf_str(b, list->total_is_lower_bound ? "true" : "false");
	}
	if (list->members) {
		buf_char(b, ',');
		buf_str(b, list->members);
	}
	buf_char(b, '}');
}

err reply_list_(struct req *rq, const void *items, const struct list *list)
{
	struct exchange *ex = exchange_of(rq);
	struct buf *b = scratch_take();
	write_list(b, rq, items, list);
	if (list->next_cursor)
		answer_header(ex, "Link", next_link(ex, list->next_cursor));
	answer_send(ex, &(struct answer){.status = rq->route->status,
					 .media_type = "application/json",
					 .body = b->at,
					 .len = b->len});
	return NULL;
}

/* --- headers --- */

void reply_header(struct req *rq, const char *name, const char *value)
{
	struct exchange *ex = exchange_of(rq);
	if (strpbrk(name, "\r\n: ") || strpbrk(value, "\r\n")) /* nothing that could end the line */
		return;
	ex->own_cache_control |= strcasecmp(name, "Cache-Control") == 0;
	ex->own_csp |= strcasecmp(name, "Content-Security-Policy") == 0;
	answer_header(ex, name, value);
}

void reply_partial(struct req *rq, const char *field)
{
	struct exchange *ex = exchange_of(rq);
	size_t len = strlen(field);
	for (size_t at = 0; at + len <= ex->partial.len; at++)
		if (memcmp(ex->partial.at + at, field, len) == 0)
			return;
	if (ex->partial.len)
		buf_add(&ex->partial, ", ", 2);
	buf_add(&ex->partial, field, len);
}

err require_match(struct req *rq, int64_t version)
{
	struct exchange *ex = exchange_of(rq);
	char prefix[32];
	if (ex->head.first[FIELD_IF_MATCH] < 0)
		return NULL;
	snprintf(prefix, sizeof prefix, "v%lld-", (long long)version);
	for (int i = head_next(&ex->head, FIELD_IF_MATCH, -1); i >= 0;
	     i = head_next(&ex->head, FIELD_IF_MATCH, i))
		if (etags_have_prefix(ex->bytes + ex->head.fields[i].value.at, ex->head.fields[i].value.len,
				      prefix))
			return NULL;
	return PRECONDITION_FAILED;
}

/* --- facts --- */

const char *req_header(const struct req *rq, const char *name)
{
	const struct exchange *ex = exchange_of(rq);
	size_t len = strlen(name);
	for (int i = 0; i < ex->head.field_count; i++) {
		const struct head_field *f = &ex->head.fields[i];
		if (f->name.len == len && strncasecmp(ex->bytes + f->name.at, name, len) == 0)
			return arena_strn(rq->cx.arena, ex->bytes + f->value.at, f->value.len);
	}
	return NULL;
}

const char *req_address(const struct req *rq)
{
	char text[ADDRESS_TEXT];
	peer_text(&exchange_of(rq)->address, text);
	return arena_str(rq->cx.arena, text);
}

const char *req_base_url(const struct req *rq)
{
	const struct exchange *ex = exchange_of(rq);
	const char *host = req_header(rq, "Host");
	if (!host)
		host = arena_fmt(rq->cx.arena, "%s:%d", server.config.address, server.port);
	return arena_fmt(rq->cx.arena, "%s://%s", ex->https ? "https" : "http", host);
}
