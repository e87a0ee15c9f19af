/* What every request passes before its handler runs, in this order: judgement by the head, input, repetition.
 */
#include "core/json/json.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"

enum {
	PARSED_FACTOR = 2, /* bytes that values and copies of a body take for each of its own */
	TRIES_MAX = 16,    /* against others who write the same meanwhile: in each round one of them wins */
};

/* --- the body --- */

/* Others run while a large one is read. */
static err let_others_run(void *cx)
{
	return wait_ms(cx, 0);
}

static bool is_form(const struct exchange *ex, const char *type, size_t len)
{
	return ex->rq.route->form && type && media_type_is(type, len, "application/x-www-form-urlencoded");
}

static bool is_json(const struct exchange *ex, const char *type, size_t len)
{
	return type && (media_type_is(type, len, "application/json") ||
			(ex->rq.route->method == METHOD_PATCH &&
			 media_type_is(type, len, "application/merge-patch+json")));
}

static err unsupported(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	if (!r->handler->body)
		return problem_detail(&ex->rq.cx, UNSUPPORTED_MEDIA_TYPE,
				      "This route takes no body: send none, and no Content-Type.");
	return problem_detail(&ex->rq.cx, UNSUPPORTED_MEDIA_TYPE,
			      "Send `Content-Type: application/json`%s, in UTF-8.",
			      r->form                     ? " or application/x-www-form-urlencoded"
			      : r->method == METHOD_PATCH ? " or application/merge-patch+json"
							  : "");
}

/* What stands in the connection's block is bounded by it; a body that was collected counts once more for its
 * values. */
static err parse_body(struct exchange *ex)
{
	size_t len = 0;
	const char *type = exchange_field(ex, FIELD_CONTENT_TYPE, &len);

	if (ex->body_len == 0 || is_form(ex, type, len))
		return NULL;
	if (!is_json(ex, type, len))
		return unsupported(ex);
	if (ex->store.len && !exchange_hold(ex, PARSED_FACTOR * ex->body_len))
		return UNAVAILABLE;
	return json_parse_by_turns(ex->rq.cx.arena, ex->body, ex->body_len, let_others_run, &ex->rq.cx,
				   &ex->json);
}

/* --- the handler --- */

/*
 * Whether somebody else wrote between a handler's reading and writing, and the request says what is to be
 * whatever was there: it is made again on what is there now. With If-Match the next try finds out, and
 * answers 412.
 */
static bool is_to_repeat(const struct exchange *ex, err e)
{
	const struct route *r = ex->rq.route;
	return problem_is(e, EDIT_CONFLICT) && !ex->replied && !r->tells_conflicts &&
	       (r->method != METHOD_POST || !r->handler->body);
}

/* Each try has the body as it was sent: handlers may change theirs. */
static err run_handler(struct exchange *ex)
{
	struct req *rq = &ex->rq;
	const struct schema *s = rq->route->method == METHOD_POST ? NULL : rq->route->handler->body;
	void *sent = s ? arena_copy(rq->cx.arena, rq->body_, s->size) : NULL;
	err e = rq->route->handler->run(rq);

	for (int tries = 1; tries < TRIES_MAX && is_to_repeat(ex, e); tries++) {
		if (sent)
			rq->body_ = arena_copy(rq->cx.arena, sent, s->size);
		e = rq->route->handler->run(rq);
	}
	return e;
}

static err answer(struct exchange *ex)
{
	TRY(decode_body(ex));
	TRY(repeat_answer(ex));
	return ex->replied ? NULL : run_handler(ex);
}

err request_run(struct ctx *cx, void *arg)
{
	struct exchange *ex = arg;
	if (!ex->is_judged)
		TRY(request_judge(cx, ex));
	TRY(decode_params(ex));
	TRY(parse_body(ex));
	err e = answer(ex);
	return e ? refusal_of(ex, e) : NULL;
}
