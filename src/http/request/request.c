/* What every request passes before its handler runs, in this order: limits and identity, rights, input, repetition. */
#include "http/request/request.h"
#include "http/answer/reply.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/state.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

/* The bearer token (RFC 6750 section 2.1); NULL: none was sent. */
static err read_token(struct exchange *ex, const char **token)
{
	static const char scheme[] = "Bearer ";
	size_t len = 0, skip = sizeof scheme - 1;
	const char *value = exchange_field(ex, FIELD_AUTHORIZATION, &len);

	*token = NULL;
	if (!value || ex->rq.route->oauth) /* there it would be a client's, not a user's */
		return NULL;
	if (len <= skip || strncasecmp(value, scheme, skip) != 0)
		return problem_detail(&ex->rq.cx, UNAUTHENTICATED, "Authorization must be `Bearer <access token>`.");
	*token = arena_strn(ex->rq.cx.arena, value + skip, len - skip);
	return NULL;
}

static err identify(struct exchange *ex)
{
	struct ctx *cx = &ex->rq.cx;
	const char *token;
	TRY(read_token(ex, &token));
	if (!token)
		return NULL;
	if (!server.hooks.authenticate)
		return UNAUTHENTICATED;
	return server.hooks.authenticate(cx, token, &cx->viewer);
}

/* A user is known by id, a guest by address; IPv6 by its /64, which is one customer (RFC 6177). */
static bool take_token(struct exchange *ex, int bucket)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
	struct allowance *a = &ex->allowances[ex->allowance_count++];
	if (viewer_is_user(&ex->rq.cx))
		return limit_take(bucket, ex->rq.cx.viewer.user_id.b, sizeof(struct uuid), a);
	bool is_v4 = memcmp(ex->address.address, v4, sizeof v4) == 0;
	return limit_take(bucket, ex->address.address, is_v4 ? 16 : 8, a);
}

static err too_many(struct exchange *ex)
{
	struct problem *p = arena_copy(ex->rq.cx.arena, TOO_MANY_REQUESTS, sizeof *p);
	p->retry_after_s = ex->allowances[ex->allowance_count - 1].retry_after_s;
	return p;
}

static err spend(struct exchange *ex)
{
	const struct endpoint *e = ex->match.endpoint;
	bool platform = e->route->path[1] == '/'; /* health must be readable at any rate */
	if (!server.config.limits)
		return NULL;
	if (!platform && !take_token(ex, viewer_is_user(&ex->rq.cx) ? BUCKET_USER : BUCKET_GUEST))
		return too_many(ex);
	if (!platform && e->route->method != METHOD_GET && !take_token(ex, BUCKET_WRITES))
		return too_many(ex);
	if (e->bucket >= 0 && !take_token(ex, e->bucket))
		return too_many(ex);
	return NULL;
}

static err authorise(const struct exchange *ex)
{
	static const enum role least[] = {
		[WHO_UNSET] = ROLE_SUPERUSER + 1, [WHO_ANYONE] = ROLE_GUEST, [WHO_USER] = ROLE_USER,
		[WHO_MODERATOR] = ROLE_MODERATOR, [WHO_SUPERUSER] = ROLE_SUPERUSER,
	};
	enum role role = ex->rq.cx.viewer.role;
	if (role >= least[ex->rq.route->who])
		return NULL;
	return role == ROLE_GUEST ? UNAUTHENTICATED : FORBIDDEN;
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
	if (!key || !ex->match.endpoint->creates || !viewer_is_user(&ex->rq.cx) || !server.hooks.idempotency_find)
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
	answer_send(ex, &(struct answer){.status = status, .media_type = body.len ? "application/json" : NULL,
					 .body = body.at, .len = body.len});
	return NULL;
}

err request_run(struct ctx *cx, void *arg)
{
	struct exchange *ex = arg;
	(void)cx;

	err unknown = identify(ex);
	TRY(spend(ex)); /* a wrong token costs its sender a guest's token */
	TRY(unknown);
	TRY(authorise(ex));
	TRY(decode_params(ex));
	TRY(ex->refusal);
	TRY(decode_body(ex));
	TRY(repeat_answer(ex));
	return ex->replied ? NULL : ex->rq.route->handler->run(&ex->rq);
}
