/* OPTIONS: what a path allows, and what browsers ask before they send (Fetch standard, CORS preflight). */
#include "http/answer/answer.h"
#include "http/answer/cors.h"
#include "http/route/methods.h"

void answer_options(struct exchange *ex)
{
	size_t len = 0;
	const char *allow = methods_text(ex->rq.cx.arena, ex->match.allowed);
	answer_header(ex, "Allow", allow);
	if (cors_origin(ex, &len) && exchange_field(ex, FIELD_ACCESS_CONTROL_REQUEST_METHOD, &len)) {
		answer_header(ex, "Access-Control-Allow-Methods", allow);
		answer_header(ex, "Access-Control-Allow-Headers",
			      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
			      "Last-Event-ID, X-Request-Id, traceparent");
		answer_header(ex, "Access-Control-Max-Age", "600");
	}
	answer_send(ex, &(struct answer){.status = 204});
}
