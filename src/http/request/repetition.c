/* Requests that are made again under an Idempotency-Key: they get the answer of the first one. */
#include "core/schema/walk.h"
#include "http/answer/answer.h"
#include "http/answer/reply.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"

#include <sodium.h>
#include <string.h>

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
static err read_key(struct exchange *ex)
{
	size_t len = 0;
	const char *key = exchange_field(ex, FIELD_IDEMPOTENCY_KEY, &len);
	const struct endpoint *e = ex->match.endpoint;
	if (!key || (!e->creates && !e->route->own_idempotency) || !viewer_is_user(&ex->rq.cx))
		return NULL;
	if (!idempotency_key_is_valid(key, len))
		return INVALID_IDEMPOTENCY_KEY;
	if (!e->creates || !server.hooks.idempotency_find)
		return NULL;
	ex->idempotency_key = arena_strn(ex->rq.cx.arena, key, len);
	hash_request(ex);
	return NULL;
}

/* --- what has become of it --- */

/*
 * Asks the route that reads what was made, on behalf of the same viewer; the answer goes nowhere. False: it
 * cannot be read any more, or says that it is deleted. What cannot be told just now counts as there.
 */
static bool is_still_there(struct exchange *ex, const char *id)
{
	const struct endpoint *resource = ex->match.endpoint->resource;
	struct output nowhere = {.is_gone = true};
	struct exchange *look = exchange_new(&nowhere, &ex->address);
	const struct schema *s = resource->route->handler->params;
	struct arena *own = look->rq.cx.arena;
	void *params = arena_alloc(own, s->size);
	uint64_t present;

	look->rq.cx = ex->rq.cx;
	look->rq.cx.arena = own;
	look->match.endpoint = resource;
	look->rq.route = resource->route;
	look->rq.view = resource->route->view;
	look->rq.params_ = params;
	err e = schema_decode_pairs(own, s, &(struct pair){"id", id}, 1, BAD_REQUEST, params, &present);
	if (!e)
		e = resource->route->handler->run(&look->rq);
	bool there = e ? e->status != 404 && e->status != 410 : !look->shows_deleted;
	exchange_free(look);
	return there;
}

/* Our JSON begins with the id. */
static err look_after(struct exchange *ex, const struct kept_answer *kept)
{
	const char *location = answer_location(ex, kept->status, (const char *)kept->body.at, kept->body.len);
	if (!location || is_still_there(ex, strrchr(location, '/') + 1))
		return NULL;
	return problem_members(&ex->rq.cx, DELETED_SINCE, "\"location\":\"%s\"", location);
}

static void send_again(struct exchange *ex, const struct kept_answer *kept)
{
	answer_header(ex, "Idempotency-Replayed", "true");
	buf_str(&ex->headers, kept->headers);
	answer_send(ex, &(struct answer){.status = kept->status,
					 .media_type = kept->body.len ? "application/json" : NULL,
					 .body = kept->body.at,
					 .len = kept->body.len,
					 .etag = kept->etag});
}

err repeat_answer(struct exchange *ex)
{
	struct kept_answer kept = {0};

	TRY(read_key(ex));
	if (!ex->idempotency_key)
		return NULL;
	TRY(server.hooks.idempotency_find(&ex->rq.cx, ex->match.endpoint->module, ex->idempotency_key,
					  ex->body_hash, &kept));
	if (!kept.status)
		return NULL;
	TRY(look_after(ex, &kept));
	send_again(ex, &kept);
	return NULL;
}
