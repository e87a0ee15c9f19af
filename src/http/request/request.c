/* What every request passes before its handler runs, in this order: judgement by the head, input, repetition.
 */
#include "core/json/json.h"
#include "http/answer/reply.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"

#include <sodium.h>
#include <string.h>

enum {
	PARSED_FACTOR = 2,       /* bytes that values and copies of a body take for each of its own */
	BODY_LARGE = 128 * 1024, /* bytes */
};

/* --- the body --- */

/* A large one in two turns, so that the loop is never held for long. */
static err parse_json(struct exchange *ex)
{
	struct arena *a = ex->rq.cx.arena;
	const struct gate_result *admitted;
	TRY(json_admit(a, ex->body, ex->body_len, &admitted));
	if (ex->body_len > BODY_LARGE)
		TRY(wait_ms(&ex->rq.cx, 0));
	return json_build(a, ex->body, ex->body_len, admitted, &ex->json);
}

/* What stands in the connection's block is bounded by it; a body that was collected counts once more for its
 * values. */
static err parse_body(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	size_t len = 0;
	const char *type = exchange_field(ex, FIELD_CONTENT_TYPE, &len);

	if (!r->handler->body || ex->body_len == 0 ||
	    (r->form && type && media_type_is(type, len, "application/x-www-form-urlencoded")))
		return NULL;
	bool json = type &&
		    (media_type_is(type, len, "application/json") ||
		     (r->method == METHOD_PATCH && media_type_is(type, len, "application/merge-patch+json")));
	if (!json)
		return UNSUPPORTED_MEDIA_TYPE;
	if (ex->store.len && !exchange_hold(ex, PARSED_FACTOR * ex->body_len))
		return UNAVAILABLE;
	return parse_json(ex);
}

/* --- repetition --- */

static void hash_request(struct exchange *ex)
{
	const struct head *h = &ex->head;
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof ex->body_hash);
	crypto_generichash_update(&state, (const void *)(ex->bytes + h->method.at), h->method.len);
	crypto_generichash_update(&state, (const void *)" ", 1);
	crypto_generichash_update(&state, (const void *)(ex->bytes + h->path.at), h->path.len);
	crypto_generichash_update(&state, (const void *)"\n", 1);
	crypto_generichash_update(&state, (const void *)ex->body, ex->body_len);
	crypto_generichash_final(&state, ex->body_hash, sizeof ex->body_hash);
}

/* Guests cannot be told apart, so a guest's key counts for nothing: it might bring another guest's answer. */
static err read_idempotency_key(struct exchange *ex)
{
	size_t len = 0;
	const char *key = exchange_field(ex, FIELD_IDEMPOTENCY_KEY, &len);
	if (!key || !ex->match.endpoint->creates || !viewer_is_user(&ex->rq.cx) ||
	    !server.hooks.idempotency_find)
		return NULL;
	if (!idempotency_key_is_valid(key, len))
		return INVALID_IDEMPOTENCY_KEY;
	ex->idempotency_key = arena_strn(ex->rq.cx.arena, key, len);
	hash_request(ex);
	return NULL;
}

/* Sends the stored answer of the first request with this key, if there was one. */
static err repeat_answer(struct exchange *ex)
{
	struct bytes body = {0};
	int status = 0;

	TRY(read_idempotency_key(ex));
	if (!ex->idempotency_key)
		return NULL;
	err e = server.hooks.idempotency_find(&ex->rq.cx, ex->match.endpoint->module, ex->idempotency_key,
					      ex->body_hash, &status, &body);
	if (e || !body.at)
		return e;
	answer_header(ex, "Idempotency-Replayed", "true");
	answer_add_location(ex, status, (const char *)body.at, body.len);
	answer_send(ex, &(struct answer){.status = status,
					 .media_type = body.len ? "application/json" : NULL,
					 .body = body.at,
					 .len = body.len});
	return NULL;
}

err request_run(struct ctx *cx, void *arg)
{
	struct exchange *ex = arg;
	if (!ex->is_judged)
		TRY(request_judge(cx, ex));
	TRY(decode_params(ex));
	TRY(parse_body(ex));
	TRY(decode_body(ex));
	TRY(repeat_answer(ex));
	return ex->replied ? NULL : ex->rq.route->handler->run(&ex->rq);
}
