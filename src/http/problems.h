/* Problems that the server itself answers, beside those of vobe/problem.h. */
#ifndef HTTP_PROBLEMS_H
#define HTTP_PROBLEMS_H

#include "vobe/problem.h"

PROBLEM(NO_SUCH_PATH, 404, "not_found", "Not found",
	"No route has this path; GET /openapi.json lists them all.");
PROBLEM(METHOD_NOT_ALLOWED, 405, "method_not_allowed", "Method not allowed",
	"The header `Allow` lists the methods of this path.");
PROBLEM(REQUEST_TIMEOUT, 408, "request_timeout", "Request timeout",
	"The request did not arrive in time. Send it again, faster.");
PROBLEM(UNSUPPORTED_MEDIA_TYPE, 415, "unsupported_media_type", "Unsupported media type",
	"Send `Content-Type: application/json`, in UTF-8.");
PROBLEM(INVALID_IDEMPOTENCY_KEY, 400, "invalid_idempotency_key", "Invalid Idempotency-Key",
	"Send 1 to 255 visible ASCII characters, such as a UUID.");
PROBLEM(IDEMPOTENCY_MISMATCH, 422, "idempotency_mismatch", "Idempotency-Key used before",
	"This key belongs to a request with another body. Take a new key for a new request.");
PROBLEM(DELETED_SINCE, 410, "deleted_since", "Deleted since",
	"The first request with this key made what stands at `location`, and it has been deleted since. "
	"Take a new key to make another.");
PROBLEM(IDEMPOTENCY_RUNNING, 409, "idempotency_running", "Still running",
	"The first request with this key has not ended yet. Repeat later.");

#endif
