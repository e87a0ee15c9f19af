/* What handlers answer with: vobe/http.h. */
#include "core/memory/memory.h"
#include "core/schema/walk.h"
#include "http/answer/browser.h"
#include "http/answer/compress.h"
#include "http/answer/etag.h"
#include "http/answer/head.h"
#include "http/answer/reply.h"
#include "http/state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *answer_location(const struct exchange *ex, int status, const char *json, size_t len)
{
	static const char begin[] = "{\"id\":\"";
	const struct endpoint *resource = ex->match.endpoint->resource;
	size_t skip = sizeof begin - 1, id = UUID_TEXT - 1;

	if (status != 201 || !resource || len < skip + id || memcmp(json, begin, skip) != 0)
		return NULL;
	int base = (int)(strlen(resource->path) - strlen("{id}"));
	return arena_fmt(ex->rq.cx.arena, "%.*s%.*s", base, resource->path, (int)id, json + skip);
}

static void add_location(struct exchange *ex, const struct buf *json)
{
	const char *location = answer_location(ex, ex->rq.route->status, json->at, json->len);
	if (location)
		answer_header(ex, "Location", location);
}

/* Whether the value is of something deleted, and says so. */
static bool shows_deleted(const struct exchange *ex, const void *value)
{
	const struct field *f = ex->match.endpoint->deleted;
	return f && *(const bool *)((const char *)value + f->offset);
}

void answer_render(struct exchange *ex, const void *value, struct answer *a)
{
	struct buf *b = scratch_take();
	schema_write(b, ex->rq.route->handler->reply, value, ex->rq.view);
	add_location(ex, b);
	ex->shows_deleted = shows_deleted(ex, value);
	*a = (struct answer){
		.status = ex->rq.route->status,
		.media_type = "application/json",
		.body = b->at,
		.len = b->len,
		.etag = etag_of_value(ex, value, b->at, b->len),
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

/*
 * If-Modified-Since counts only when it says the very time that was told (RFC 9110 section 13.1.3 lets it):
 * what was taken away since does not make a document younger.
 */
static bool client_knows(const struct exchange *ex, const char *modified)
{
	const char *since =
		ex->head.first[FIELD_IF_NONE_MATCH] >= 0 ? NULL : req_header(&ex->rq, "If-Modified-Since");
	return since && strcmp(since, modified) == 0 && ex->head.verb != VERB_POST;
}

err reply_document(struct req *rq, const char *media_type, const void *bytes, size_t len, int64_t modified)
{
	struct exchange *ex = exchange_of(rq);
	struct buf tag = {.arena = rq->cx.arena};
	char date[HTTP_DATE];

	http_date(modified, date);
	answer_header(ex, "Last-Modified", date);
	etag_of_bytes(&tag, bytes, len);
	answer_send(ex, &(struct answer){.status = client_knows(ex, date) ? 304 : rq->route->status,
					 .media_type = media_type,
					 .body = bytes,
					 .len = len,
					 .etag = buf_text(&tag)});
	return NULL;
}

bool http_reply_page(struct req *rq)
{
	struct exchange *ex = exchange_of(rq);
	if (!browser_asks(ex))
		return false;
	answer_page(ex, rq->route->status, NULL);
	return true;
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
	etag_of_bytes(&c->etag, bytes, len);
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

const char *req_public_url(const struct req *rq)
{
	(void)rq;
	return server.config.public_url ? server.config.public_url : "";
}
