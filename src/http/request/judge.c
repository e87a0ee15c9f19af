/*
 * Who may go on, judged from the head alone, before a body is given memory: limits of the address, who asks,
 * limits of the account, rights, and what the head says of the body.
 */
#include "http/answer/answer.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"

#include <string.h>
#include <strings.h>

/* --- limits --- */

/* Taken of one client. A bucket without a rate holds everybody. */
static bool take(struct exchange *ex, int bucket, const void *who, size_t len)
{
	if (limit_rate(bucket)->count <= 0)
		return true;
	return limit_take(bucket, who, len, 1, &ex->allowances[ex->allowance_count++]);
}

static bool take_of_address(struct exchange *ex, int bucket)
{
	return take(ex, bucket, ex->address.address, peer_key_len(&ex->address));
}

static bool take_of_user(struct exchange *ex, int bucket)
{
	return take(ex, bucket, ex->rq.cx.viewer.user_id.b, sizeof(struct uuid));
}

/* A further holder of the bucket that was taken last: shown only when it is the one that refuses. */
static bool take_beside(struct exchange *ex, int bucket, const void *who, size_t len, int width)
{
	struct allowance a;
	if (limit_take(bucket, who, len, width, &a))
		return true;
	ex->allowances[ex->allowance_count - 1] = a;
	return false;
}

/*
 * A route's own bucket guards what costs as much whoever asks, so it is counted by address, and by user
 * beside it. Who has a /48 of IPv6 has 65,536 addresses as a rule counts them: the nets around one have
 * buckets too, four and sixteen times as wide.
 */
static bool take_of_all(struct exchange *ex, int bucket)
{
	const uint8_t *address = ex->address.address;
	if (limit_rate(bucket)->count <= 0)
		return true;
	if (!take_of_address(ex, bucket))
		return false;
	if (!peer_is_v4(&ex->address) &&
	    (!take_beside(ex, bucket, address, 7, 4) || !take_beside(ex, bucket, address, 6, 16)))
		return false;
	return !viewer_is_user(&ex->rq.cx) ||
	       take_beside(ex, bucket, ex->rq.cx.viewer.user_id.b, sizeof(struct uuid), 1);
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
	bool user = viewer_is_user(&ex->rq.cx), fits = true;
	if (!server.config.limits || e->route->unlimited)
		return NULL;
	fits = user ? take_of_user(ex, BUCKET_USER) : take_of_address(ex, BUCKET_GUEST);
	if (fits && e->route->method != METHOD_GET)
		fits = user ? take_of_user(ex, BUCKET_WRITES) : take_of_address(ex, BUCKET_WRITES);
	if (fits && e->bucket >= 0)
		fits = take_of_all(ex, e->bucket);
	return fits ? NULL : too_many(ex);
}

err judge_stranger(struct exchange *ex)
{
	if (!server.config.limits || take_of_address(ex, BUCKET_GUEST))
		return NULL;
	return too_many(ex);
}

/* --- who asks --- */

/* The bearer token (RFC 6750 section 2.1); NULL: none was sent, or none that counts here. */
static err read_token(struct exchange *ex, const char **token)
{
	static const char scheme[] = "Bearer ";
	size_t len = 0, skip = sizeof scheme - 1;
	const char *value = exchange_field(ex, FIELD_AUTHORIZATION, &len);

	*token = NULL;
	if (!value || ex->match.endpoint->is_platform ||
	    ex->rq.route->oauth) /* there it would be a client's, not a user's */
		return NULL;
	if (len < skip || strncasecmp(value, scheme, skip) != 0)
		len = 0;
	while (skip < len && value[skip] == ' ') /* 1*SP (RFC 9110 section 11.4) */
		skip++;
	if (skip >= len)
		return problem_detail(&ex->rq.cx, UNAUTHENTICATED,
				      "Authorization must be `Bearer <access token>`.");
	*token = arena_strn(ex->rq.cx.arena, value + skip, len - skip);
	return NULL;
}

/* To look at a token costs something, whoever turns out to have sent it. */
static err identify(struct exchange *ex, const char *token)
{
	struct ctx *cx = &ex->rq.cx;
	if (!server.hooks.authenticate)
		return UNAUTHENTICATED;
	return server.hooks.authenticate(cx, token, &cx->viewer);
}

static err authorise(const struct exchange *ex)
{
	static const unsigned least[] = {
		/* one more than the highest role: nobody */
		[WHO_UNSET] = ROLE_SUPERUSER + 1, [WHO_ANYONE] = ROLE_GUEST,        [WHO_USER] = ROLE_USER,
		[WHO_MODERATOR] = ROLE_MODERATOR, [WHO_SUPERUSER] = ROLE_SUPERUSER,
	};
	enum role role = ex->rq.cx.viewer.role;
	if (role >= least[ex->rq.route->who])
		return NULL;
	return role == ROLE_GUEST ? UNAUTHENTICATED : FORBIDDEN;
}

/* --- what the head says of the body --- */

err body_too_large(struct exchange *ex)
{
	return problem_detail(&ex->rq.cx, PAYLOAD_TOO_LARGE, "A body may have at most %llu bytes here.",
			      (unsigned long long)ex->body_max);
}

static err judge_body(struct exchange *ex)
{
	const struct head *h = &ex->head;
	size_t len = 0;
	const char *coding = exchange_field(ex, FIELD_CONTENT_ENCODING, &len);
	if (h->has_length && h->length > ex->body_max)
		return body_too_large(ex);
	if (coding && (len != 8 || strncasecmp(coding, "identity", 8) != 0 ||
		       head_next(h, FIELD_CONTENT_ENCODING, h->first[FIELD_CONTENT_ENCODING]) >= 0))
		return problem_detail(&ex->rq.cx, UNSUPPORTED_MEDIA_TYPE,
				      "Bodies must come as they are, without a Content-Encoding.");
	return NULL;
}

err request_judge(struct ctx *cx, void *arg)
{
	struct exchange *ex = arg;
	const char *token;
	(void)cx;

	err unknown = read_token(ex, &token);
	if (token) {
		if (server.config.limits && !take_of_address(ex, BUCKET_ADDRESS))
			return too_many(ex);
		unknown = identify(ex, token);
	}
	TRY(spend(ex)); /* a wrong token costs its sender a guest's token */
	TRY(unknown);
	TRY(authorise(ex));
	TRY(judge_body(ex));
	if (viewer_is_user(&ex->rq.cx))
		ex->rq.view |= VIEW_MEMBER;
	ex->is_judged = true;
	return NULL;
}
