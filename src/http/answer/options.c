/* OPTIONS: what a path allows, and what browsers ask before they send (Fetch standard, CORS preflight). */
#include "http/answer/answer.h"
#include "http/answer/cors.h"
#include "http/route/methods.h"

enum { ECHO_MOST = 1024 }; /* bytes of Access-Control-Request-Headers */

/* The headers that the browser names. The head's reader has seen to it that no control character is among
 * them. */
static const char *allowed_headers(const struct exchange *ex)
{
	size_t len = 0;
	const char *asked = exchange_field(ex, FIELD_ACCESS_CONTROL_REQUEST_HEADERS, &len);
	if (asked && len > 0 && len <= ECHO_MOST)
		return arena_strn(ex->rq.cx.arena, asked, len);
	return "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
	       "X-Request-Id, traceparent";
}

/*
 * Whether path and method exist is told by the request itself: a preflight that fails would hide the 404 or
 * 405 from the page behind "Failed to fetch".
 */
static void answer_preflight(struct exchange *ex)
{
	answer_header(ex, "Access-Control-Allow-Methods", methods_text(ex->rq.cx.arena, (1u << METHODS) - 1));
	answer_header(ex, "Access-Control-Allow-Headers", allowed_headers(ex));
	answer_header(ex, "Access-Control-Max-Age", "600");
}

void answer_options(struct exchange *ex)
{
	if (ex->match.allowed)
		answer_header(ex, "Allow", methods_text(ex->rq.cx.arena, ex->match.allowed));
	if (cors_is_preflight(ex))
		answer_preflight(ex);
	answer_send(ex, &(struct answer){.status = 204});
}
