/* The life of a request outside its task: what the head says, then the task, then the end. */
#include "core/task/task.h"
#include "core/value/hex.h"
#include "http/answer/answer.h"
#include "http/answer/cors.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/access.h"
#include "http/request/request.h"
#include "http/state.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <sodium.h>
#include <string.h>

enum { OPTIONS_BODY_MAX = 1024 }; /* bytes; read and dropped */

/* --- what the head says --- */

static void put_hex(char *out, uint64_t n)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		out = hex_put(out, (uint8_t)(n >> shift));
}

/* No other request of this process has this number, hardly one of another: a bijection of a counter
 * (splitmix64). */
static uint64_t unique_number(void)
{
	static uint64_t counter;
	if (!counter)
		randombytes_buf(&counter, sizeof counter);
	uint64_t n = counter += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

void request_id_make(char out[REQUEST_ID_MAX + 1])
{
	put_hex(out, unique_number());
	out[16] = '\0';
}

static void name_request(struct exchange *ex)
{
	size_t len = 0;
	const char *given = exchange_field(ex, FIELD_X_REQUEST_ID, &len);
	if (given && request_id_is_valid(given, len))
		memcpy(ex->request_id, given, len);
	else
		put_hex(ex->request_id, unique_number());
	ex->rq.cx.request_id = ex->request_id;
}

/* The trace goes on with a span of ours as the parent of what we call (W3C Trace Context, section 3.4). */
static void continue_trace(struct exchange *ex)
{
	size_t len = 0;
	const char *given = exchange_field(ex, FIELD_TRACEPARENT, &len);
	if (!given || head_next(&ex->head, FIELD_TRACEPARENT, ex->head.first[FIELD_TRACEPARENT]) >= 0 ||
	    !traceparent_is_valid(given, len))
		return;
	memcpy(ex->traceparent, given, TRACEPARENT_LEN);
	put_hex(ex->traceparent + 36, unique_number() | 1);
	ex->rq.cx.traceparent = ex->traceparent;
}

static enum method method_of(enum verb verb)
{
	static const enum method of[] = {
		[VERB_GET] = METHOD_GET,     [VERB_HEAD] = METHOD_GET,    [VERB_POST] = METHOD_POST,
		[VERB_PUT] = METHOD_PUT,     [VERB_PATCH] = METHOD_PATCH, [VERB_DELETE] = METHOD_DELETE,
		[VERB_OPTIONS] = METHOD_GET, [VERB_OTHER] = METHOD_GET,
	};
	return of[verb];
}

static err options_of(struct exchange *ex)
{
	const struct head *h = &ex->head;
	ex->body_max = OPTIONS_BODY_MAX;
	return h->has_length && h->length > OPTIONS_BODY_MAX ? PAYLOAD_TOO_LARGE : NULL;
}

/* OPTIONS *: the server as a whole. */
static err options_of_all(struct exchange *ex)
{
	ex->match.allowed = (1u << METHODS) - 1;
	return options_of(ex);
}

static err no_such_path(struct exchange *ex, const struct segment *segments, int count)
{
	const char *nearest = count >= 0 ? router_nearest(ex->rq.cx.arena, segments, count) : NULL;
	if (!nearest)
		return NO_SUCH_PATH;
	return problem_detail(&ex->rq.cx, NO_SUCH_PATH,
			      "No route has this path; did you mean %s? GET /openapi.json lists them all.",
			      nearest);
}

static err find_route(struct exchange *ex)
{
	struct segment segments[SEGMENTS_MAX];
	const struct head *h = &ex->head;
	int count;

	TRY(path_read(ex->rq.cx.arena, ex->bytes + h->path.at, h->path.len, segments, &count));
	if (count >= 0)
		router_find(segments, count, method_of(h->verb), &ex->match);
	if (h->verb ==
	    VERB_OPTIONS) /* a preflight asks about the origin only: the request itself is told of its path */
		return ex->match.allowed || cors_is_preflight(ex) ? options_of(ex)
								  : no_such_path(ex, segments, count);
	if (!ex->match.allowed)
		return no_such_path(ex, segments, count);
	if (!ex->match.endpoint || h->verb == VERB_OTHER)
		return problem_detail(&ex->rq.cx, METHOD_NOT_ALLOWED, "This path takes %s.",
				      methods_text(ex->rq.cx.arena, ex->match.allowed));
	ex->rq.route = ex->match.endpoint->route;
	ex->rq.view = ex->rq.route->view;
	ex->body_max = ex->match.endpoint->body_max;
	return NULL;
}

err request_route(struct exchange *ex)
{
	struct span path = ex->head.path;
	name_request(ex);
	continue_trace(ex);
	TRY(forwarded_read(ex));
	ex->rq.cx.source = peer_network(&ex->address);
	err fault = path.len == 1 && ex->bytes[path.at] == '*' ? options_of_all(ex) : find_route(ex);
	if (!ex->rq.route)
		TRY(spend_stranger(ex));
	return fault;
}

/* --- the end --- */

void request_end(struct exchange *ex)
{
	log_context(ex->rq.cx.request_id);
	access_tell(ex);
	spend_settle(ex);
	log_context(NULL);
	exchange_free(ex);
}

void request_refuse(struct exchange *ex, err fault)
{
	if (!ex->rq.cx.request_id)
		name_request(ex);
	answer_problem(ex, fault);
}

void request_abandon(struct exchange *ex)
{
	if (ex->abandoned)
		return;
	ex->abandoned = true;
	server.stats.clients_gone++;
	if (ex->rq.cx.task)
		task_cancel(ex->rq.cx.task);
}

static void log_failure(const struct exchange *ex, err e)
{
	const struct endpoint *at = ex->match.endpoint;
	if (e->status == 500)
		log_error("request_failed", "%s %s: %s: %s", method_names[at->route->method], at->path,
			  e->code, e->detail);
	else if (e->status > 500 && !ex->abandoned &&
		 strncmp(at->route->path, "//", 2)) /* a probe's 503 is its answer */
		log_warn("request_unavailable", "%s %s: %s: %s", method_names[at->route->method], at->path,
			 e->code, e->detail);
}

void request_settle(struct exchange *ex, err result)
{
	log_context(ex->request_id);
	if (!result && !ex->replied) {
		const struct handler *h = ex->rq.route->handler;
		log_error("no_answer", "%s (%s:%d) returned without an answer.", h->name, h->file, h->line);
		result = INTERNAL;
	}
	if (result)
		log_failure(ex, result);
	log_context(NULL);
	if (!ex->replied)
		answer_problem(ex, result);
}

/* --- the start --- */

static err admit(const struct exchange *ex)
{
	return server.hooks.admit && !ex->match.endpoint->is_platform ? server.hooks.admit(ex->rq.route)
								      : NULL;
}

/* Runs `work` on a task; the err says why it could not be begun. */
static err start(struct exchange *ex, err (*work)(struct ctx *cx, void *arg), request_done *done)
{
	TRY(admit(ex));
	int own_s = ex->rq.route->patience_s;
	int ms = own_s ? own_s * 1000 : server.config.request_ms;
	ex->rq.cx.deadline_us = clock_mono() + (int64_t)ms * 1000;
	return task_start(&ex->rq.cx, work, ex, done) ? NULL : UNAVAILABLE;
}

err request_judge_head(struct exchange *ex, request_done *judged)
{
	return start(ex, request_judge, judged);
}

bool request_start(struct exchange *ex, request_done *ended)
{
	ex->started = clock_mono();
	if (!ex->refusal && ex->head.verb == VERB_OPTIONS) {
		answer_options(ex);
		return false;
	}
	err refusal = ex->refusal ? ex->refusal : start(ex, request_run, ended);
	if (refusal)
		request_refuse(ex, refusal);
	return !refusal;
}
