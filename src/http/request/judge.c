/*
 * Who may go on, judged from the head alone, before a body is given memory: limits of the address, who asks,
 * limits of the account, rights, and what the head says of the body.
 */
#include "http/answer/answer.h"
#include "http/message/negotiation.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"
#include "vobe/role.h"

#include <string.h>
#include <strings.h>

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
	if (len < skip - 1 || strncasecmp(value, scheme, skip - 1) != 0)
		return problem_detail(&ex->rq.cx, UNAUTHENTICATED,
				      "Authorization must be `Bearer <access token>`.");
	while (skip < len && value[skip] == ' ') /* 1*SP (RFC 9110 section 11.4) */
		skip++;
	if (skip >= len)
		return problem_detail(&ex->rq.cx, TOKEN_INVALID,
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

static err authorise(struct exchange *ex)
{
	static const unsigned least[] = {
		/* one more than the highest role: nobody */
		[WHO_UNSET] = ROLE_SUPERUSER + 1, [WHO_ANYONE] = ROLE_GUEST,        [WHO_USER] = ROLE_USER,
		[WHO_MODERATOR] = ROLE_MODERATOR, [WHO_SUPERUSER] = ROLE_SUPERUSER,
	};
	const unsigned role = ex->rq.cx.viewer.role, needed = least[ex->rq.route->who];
	if (role >= needed)
		return NULL;
	if (role == ROLE_GUEST)
		return UNAUTHENTICATED;
	return needed > ROLE_SUPERUSER
		       ? FORBIDDEN
		       : problem_detail(&ex->rq.cx, FORBIDDEN, "This needs the role `%s`; yours is `%s`.",
					role_name(needed), role_name(role));
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
		TRY(spend_address(ex));
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
