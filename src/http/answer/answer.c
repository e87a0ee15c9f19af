/* Answers: conditions, compression, and the two shapes of errors. */
#include "http/answer/answer.h"
#include "http/answer/browser.h"
#include "http/answer/compress.h"
#include "http/answer/head.h"
#include "http/answer/seal.h"
#include "http/message/negotiation.h"
#include "http/route/methods.h"
#include "http/state.h"
#include "vobe/log.h"

#include <stdio.h>
#include <string.h>

enum { SCRATCH_KEPT = 1024 * 1024 };

static struct buf scratch;

struct buf *scratch_take(void)
{
	if (scratch.room > SCRATCH_KEPT)
		buf_free(&scratch);
	scratch.len = 0;
	return &scratch;
}

void answers_open(void)
{
	heads_open();
	seals_open();
}

void answers_close(void)
{
	buf_free(&scratch);
	gzip_close();
}

void answer_header(struct exchange *ex, const char *name, const char *value)
{
	buf_str(&ex->headers, name);
	buf_add(&ex->headers, ": ", 2);
	buf_str(&ex->headers, value);
	buf_add(&ex->headers, "\r\n", 2);
}

static bool is_compressible(const char *media_type)
{
	return strstr(media_type, "json") || strncmp(media_type, "text/", 5) == 0 ||
	       strstr(media_type, "xml");
}

static bool wants_gzip(const struct exchange *ex, const struct answer *a)
{
	if (!server.config.gzip_least || a->len < (size_t)server.config.gzip_least ||
	    !is_compressible(a->media_type))
		return false;
	for (int i = head_next(&ex->head, FIELD_ACCEPT_ENCODING, -1); i >= 0;
	     i = head_next(&ex->head, FIELD_ACCEPT_ENCODING, i))
		if (accepts_gzip(ex->bytes + ex->head.fields[i].value.at, ex->head.fields[i].value.len))
			return true;
	return false;
}

/* If-None-Match of a GET (RFC 9110 section 13.1.2): the client has this already. */
static bool client_has(const struct exchange *ex, const struct answer *a)
{
	if (!a->etag || a->status != 200 || (ex->head.verb != VERB_GET && ex->head.verb != VERB_HEAD))
		return false;
	for (int i = head_next(&ex->head, FIELD_IF_NONE_MATCH, -1); i >= 0;
	     i = head_next(&ex->head, FIELD_IF_NONE_MATCH, i))
		if (etags_have(ex->bytes + ex->head.fields[i].value.at, ex->head.fields[i].value.len, a->etag,
			       true))
			return true;
	return false;
}

static bool compressed(const struct answer *a, const void **out, size_t *len)
{
	if (!a->gzip)
		return gzip_bytes(a->body, a->len, out, len);
	*out = a->gzip;
	*len = a->gzip_len;
	return true;
}

static void note_status(struct exchange *ex, int status)
{
	ex->status = status;
	server.stats.status[status / 100]++;
}

void answer_send(struct exchange *ex, const struct answer *a)
{
	struct head_facts f = {
		.status = a->status, .media_type = a->media_type, .etag = a->etag, .length = a->len};
	const void *body = a->body;

	if (ex->replied) {
		log_error("replied_twice", "%s has answered already; its second answer is dropped.",
			  ex->rq.route ? ex->rq.route->handler->name : "A request without a route");
		return;
	}
	ex->replied = true;
	if (ex->out->is_gone)
		return;
	if (a->status == 304 || client_has(ex, a)) {
		f.status = 304;
		f.media_type = NULL;
	} else if (a->media_type && wants_gzip(ex, a)) {
		f.gzip = compressed(a, &body, &f.length);
	}
	f.has_length = f.status != 204 && f.status != 304;
	note_status(ex, f.status);
	head_write(ex, &f);
	if (!f.has_length || ex->head.verb == VERB_HEAD || !f.length)
		return;
	memcpy(output_room(ex->out, f.length), body, f.length);
	output_wrote(ex->out, f.length);
}

void answer_begin_stream(struct exchange *ex, const char *media_type)
{
	ex->replied = true;
	if (ex->out->is_gone)
		return;
	ex->out->close_when_sent = true;
	note_status(ex, 200);
	head_write(ex, &(struct head_facts){.status = 200, .media_type = media_type});
}

/* --- errors --- */

static void write_faults(struct buf *b, err e)
{
	buf_str(b, ",\"errors\":[");
	for (int i = 0; i < e->fault_count; i++) {
		buf_str(b, i ? ",{\"pointer\":" : "{\"pointer\":");
		json_str(b, e->faults[i].pointer);
		buf_str(b, ",\"code\":");
		json_str(b, e->faults[i].code);
		buf_str(b, ",\"detail\":");
		json_str(b, e->faults[i].detail);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

/* The path as it was sent: visible ASCII, so it is safe to show. */
static void write_instance(struct buf *b, const struct exchange *ex)
{
	struct span path = ex->head.path;
	if (!path.len)
		return;
	buf_str(b, ",\"instance\":");
	json_str(b, arena_strn(ex->rq.cx.arena, ex->bytes + path.at, path.len));
}

/* RFC 9457. */
static void write_problem(struct buf *b, const struct exchange *ex, err e)
{
	buf_str(b, "{\"type\":\"/problems/");
	buf_str(b, e->code);
	buf_str(b, "\",\"title\":");
	json_str(b, e->title);
	buf_str(b, ",\"status\":");
	buf_int(b, e->status);
	buf_str(b, ",\"detail\":");
	json_str(b, e->detail);
	write_instance(b, ex);
	buf_str(b, ",\"code\":");
	json_str(b, e->code);
	buf_str(b, ",\"request_id\":");
	json_str(b, ex->request_id);
	if (e->fault_count)
		write_faults(b, e);
	if (e->members) {
		buf_char(b, ',');
		buf_str(b, e->members);
	}
	buf_char(b, '}');
}

/* The code of RFC 6749 section 5.2 that says it best. */
static const char *oauth_code(err e)
{
	static const char *const own[] = {
		"invalid_request",        "invalid_client", "invalid_grant",          "unauthorized_client",
		"unsupported_grant_type", "invalid_scope",  "unsupported_token_type", NULL,
	};
	for (const char *const *code = own; *code; code++)
		if (strcmp(*code, e->code) == 0)
			return *code;
	return e->status >= 500   ? "server_error"
	       : e->status == 401 ? "invalid_client"
	       : e->status == 429 ? "slow_down"
				  : "invalid_request";
}

static void write_oauth_error(struct buf *b, err e)
{
	const char *why = e->fault_count ? e->faults[0].detail : e->detail;
	buf_str(b, "{\"error\":");
	json_str(b, oauth_code(e));
	buf_str(b, ",\"error_description\":");
	json_str(b, why);
	buf_char(b, '}');
}

/* RFC 6750 section 3: what was sent and not accepted has an error, and says which. */
static const char *challenge_of(const struct exchange *ex, err e)
{
	static const char challenge[] = "Bearer realm=\"vobemusic\"";
	return problem_is(e, UNAUTHENTICATED)
		       ? challenge
		       : arena_fmt(ex->rq.cx.arena, "%s, error=\"invalid_token\", error_description=\"%s\"",
				   challenge, e->code);
}

static void add_error_headers(struct exchange *ex, err e)
{
	char seconds[12];
	int retry = e->retry_after_s ? e->retry_after_s : e->status == 503 || e->status == 429 ? 1 : 0;
	if (retry) {
		snprintf(seconds, sizeof seconds, "%d", retry);
		answer_header(ex, "Retry-After", seconds);
	}
	if (e->status == 401)
		answer_header(ex, "WWW-Authenticate", challenge_of(ex, e));
	if (e->status == 415 && ex->head.first[FIELD_CONTENT_ENCODING] >= 0)
		answer_header(ex, "Accept-Encoding", "identity"); /* RFC 9110 section 15.5.16 */
	if (e->status == 405)
		answer_header(ex, "Allow", methods_text(ex->rq.cx.arena, ex->match.allowed));
}

void answer_page(struct exchange *ex, int status, err fault)
{
	struct buf *b = scratch_take();
	browser_page(b, ex, fault);
	answer_header(ex, "Vary", "Accept");
	answer_send(ex, &(struct answer){
				.status = status, .media_type = BROWSER_TYPE, .body = b->at, .len = b->len});
}

void answer_problem(struct exchange *ex, err e)
{
	bool oauth = ex->rq.route && ex->rq.route->oauth;

	ex->own_cache_control = ex->own_csp = false;
	ex->headers.len = ex->partial.len = 0;
	add_error_headers(ex, e);
	if (e->status == 404 && !ex->rq.route && browser_asks(ex)) {
		answer_page(ex, e->status, e);
		return;
	}
	struct buf *b = scratch_take();
	if (oauth)
		write_oauth_error(b, e);
	else
		write_problem(b, ex, e);
	answer_send(ex, &(struct answer){
				.status = oauth && e->status == 422 ? 400 : e->status,
				.media_type = oauth ? "application/json" : "application/problem+json",
				.body = b->at,
				.len = b->len,
			});
}
