/* What operations share: see shared.h. */
#include "http/openapi/document.h"
#include "http/openapi/shared.h"

static const char problem_schema[] =
	"{\"description\":\"What went wrong (RFC 9457)\",\"type\":\"object\",\"properties\":{"
	"\"type\":{\"type\":\"string\",\"format\":\"uri-reference\",\"description\":\"Its explanation\"},"
	"\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
	"\"detail\":{\"type\":\"string\",\"description\":\"What happened here and what to do next\"},"
	"\"instance\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
	"\"code\":{\"type\":\"string\",\"description\":\"Stable: for "
	"programs\"},\"request_id\":{\"type\":\"string\"},"
	"\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
	"\"pointer\":{\"type\":\"string\",\"description\":\"JSON pointer into the body, or a parameter\"},"
	"\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}},"
	"\"required\":[\"pointer\",\"code\",\"detail\"]}}},"
	"\"required\":[\"type\",\"title\",\"status\",\"detail\",\"code\",\"request_id\"]}";

static const char oauth_schema[] = "{\"description\":\"RFC 6749, section 5.2\",\"type\":\"object\","
				   "\"properties\":{\"error\":{\"type\":\"string\"},"
				   "\"error_description\":{\"type\":\"string\"}},\"required\":[\"error\"]}";

static const char parameters[] =
	"{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
	"\"description\":"
	"\"Makes a repeated request safe: the first answer is sent again for 24 hours\","
	"\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":255,\"pattern\":\"^[!-~]+$\"}},"
	"\"IfMatch\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":false,\"description\":"
	"\"ETag that the resource must still have\",\"schema\":{\"type\":\"string\"}},"
	"\"IfNoneMatch\":{\"name\":\"If-None-Match\",\"in\":\"header\",\"required\":false,\"description\":"
	"\"ETag that the client has: 304 if it is still right\",\"schema\":{\"type\":\"string\"}}}";

static const char headers[] =
	"{\"ETag\":{\"description\":\"Version of the resource\",\"schema\":{\"type\":\"string\"}},"
	"\"Link\":{\"description\":\"The next page, rel=next\",\"schema\":{\"type\":\"string\"}},"
	"\"Location\":{\"description\":\"Where what was made can be read\","
	"\"schema\":{\"type\":\"string\",\"format\":\"uri-reference\"}},"
	"\"RateLimit\":{\"description\":\"What is left of the tightest "
	"limit\",\"schema\":{\"type\":\"string\"}},"
	"\"RetryAfter\":{\"description\":\"Seconds to wait\",\"schema\":{\"type\":\"integer\"}},"
	"\"WWWAuthenticate\":{\"description\":\"Bearer\",\"schema\":{\"type\":\"string\"}}}";

const struct shared_error shared_errors[SHARED_ERRORS] = {
	{400, "BadRequest", "Malformed request, parameters or JSON"},
	{401, "Unauthenticated", "No valid access token"},
	{403, "Forbidden", "Not allowed for this account"},
	{404, "NotFound", "Absent, or not visible to this account"},
	{408, "RequestTimeout", "The request did not arrive in time"},
	{409, "Conflict", "The state of the resource does not allow this"},
	{412, "PreconditionFailed", "If-Match names another version"},
	{413, "TooLarge", "The body is larger than this route allows"},
	{415, "UnsupportedMediaType", "The body's media type or charset is not accepted"},
	{422, "ValidationFailed", "Some fields are not valid; `errors` names each"},
	{429, "TooManyRequests", "Rate limit; wait for Retry-After"},
	{500, "Internal", "Our fault"},
	{503, "Unavailable", "Temporarily unavailable; wait for Retry-After"},
};
void error_content_write(bool oauth)
{
	doc_raw("content",
		oauth ? "{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/OAuthError\"}}}"
		      : "{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
			"Problem\"}}}");
}

static void write_responses(void)
{
	doc_open("responses", '{');
	for (int i = 0; i < SHARED_ERRORS; i++) {
		doc_open(shared_errors[i].name, '{');
		doc_text("description", shared_errors[i].description);
		if (shared_errors[i].status == 429 || shared_errors[i].status == 503)
			doc_raw("headers",
				"{\"Retry-After\":{\"$ref\":\"#/components/headers/RetryAfter\"}}");
		if (shared_errors[i].status == 401)
			doc_raw("headers",
				"{\"WWW-Authenticate\":{\"$ref\":\"#/components/headers/WWWAuthenticate\"}}");
		error_content_write(false);
		doc_close('}');
	}
	doc_close('}');
}

void shared_write(void)
{
	doc_raw("parameters", parameters);
	doc_raw("headers", headers);
	write_responses();
}

void shared_schemas_write(void)
{
	doc_raw("Problem", problem_schema);
	doc_raw("OAuthError", oauth_schema);
}
