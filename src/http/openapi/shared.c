/* What operations share: see shared.h. */
#include "http/openapi/shared.h"

#include "http/openapi/document.h"

#include <stdio.h>

static const char problem_schema[] =
	"{\"description\":\"What went wrong (RFC 9457)\",\"type\":\"object\",\"properties\":{"
	"\"type\":{\"type\":\"string\",\"format\":\"uri-reference\",\"description\":\"Its explanation\"},"
	"\"title\":{\"type\":\"string\",\"description\":\"What happened, the same for every occurrence\"},"
	"\"status\":{\"type\":\"integer\",\"description\":\"HTTP status\"},"
	"\"detail\":{\"type\":\"string\",\"description\":\"What happened here and what to do next\"},"
	"\"instance\":{\"type\":\"string\",\"format\":\"uri-reference\","
	"\"description\":\"The path asked for\"},"
	"\"code\":{\"type\":\"string\",\"pattern\":\"^[a-z0-9_]+$\","
	"\"description\":\"Stable: for programs\"},"
	"\"request_id\":{\"type\":\"string\",\"description\":\"To be quoted to whoever runs the server\"},"
	"\"errors\":{\"type\":\"array\",\"description\":\"All faults of the input\","
	"\"items\":{\"type\":\"object\","
	"\"properties\":{"
	"\"pointer\":{\"type\":\"string\","
	"\"description\":\"JSON pointer (RFC 6901) into the body, or a parameter\"},"
	"\"code\":{\"type\":\"string\",\"description\":\"Stable: for programs\"},"
	"\"detail\":{\"type\":\"string\",\"description\":\"What it must be\"}},"
	"\"required\":[\"pointer\",\"code\",\"detail\"]}}},"
	"\"required\":[\"type\",\"title\",\"status\",\"detail\",\"code\",\"request_id\"]}";

static const char oauth_schema[] =
	"{\"description\":\"RFC 6749, section 5.2\",\"type\":\"object\",\"properties\":{"
	"\"error\":{\"type\":\"string\",\"description\":\"Stable: for programs\"},"
	"\"error_description\":{\"type\":\"string\",\"description\":\"What to do\"}},"
	"\"required\":[\"error\"]}";

static const char parameters[] =
	"{\"RequestId\":{\"name\":\"X-Request-Id\",\"in\":\"header\",\"required\":false,"
	"\"description\":\"Names the request in logs, events and errors; one is made when there is none\","
	"\"schema\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9._-]{1,64}$\"},"
	"\"example\":\"checkout-17\"},"
	"\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
	"\"description\":\"Makes a repeated request safe: the first answer is sent again for 24 hours\","
	"\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":255,\"pattern\":\"^[!-~]+$\"},"
	"\"example\":\"8e03978e-40d5-43e8-bc93-6894a57f9324\"},"
	"\"IfMatch\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":false,\"description\":"
	"\"ETag that the resource must still have\",\"schema\":{\"type\":\"string\"},\"example\":\"*\"},"
	"\"IfNoneMatch\":{\"name\":\"If-None-Match\",\"in\":\"header\",\"required\":false,\"description\":"
	"\"ETag that the client has: 304 if it is still right\",\"schema\":{\"type\":\"string\"},"
	"\"example\":\"\\\"v1-92af1c0f3a5d7e11c0ffee00\\\"\"},"
	"\"LastEventId\":{\"name\":\"Last-Event-ID\",\"in\":\"header\",\"required\":false,\"description\":"
	"\"The last id that came: the stream goes on behind it\",\"schema\":{\"type\":\"string\","
	"\"pattern\":\"^[0-9]{1,9}$\"},\"example\":\"0\"}}";

/* --- headers --- */

static const struct {
	const char *name, *type, *description, *example;
} headers[] = {
	{"Accept-Encoding", "string", "Codings that a body may have", "identity"},
	{"Content-Disposition", "string", "What a file of it may be called",
	 "attachment; filename=\"chat.md\""},
	{"ETag", "string", "Version of the resource", "\"v1-92af1c0f3a5d7e11c0ffee00\""},
	{"Idempotency-Replayed", "string", "true: the answer of the first request with this key", "true"},
	{"Last-Modified", "string", "When it changed last", "Fri, 02 Jan 2026 03:04:05 GMT"},
	{"Link", "string", "The next page, rel=next", "</api/v1/posts?cursor=AAEC>; rel=\"next\""},
	{"Location", "string", "Where it can be read", "/api/v1/posts/01890a5d-ac96-774b-bcce-b302099a8057"},
	{"RateLimit", "string", "What is left of the tightest limit", "\"guest\";r=299;t=1"},
	{"RateLimit-Policy", "string", "All limits that were counted", "\"guest\";q=300;w=300"},
	{"Retry-After", "integer", "Seconds to wait", "1"},
	{"WWW-Authenticate", "string", "How to sign in, and the code of why a token was not accepted",
	 "Bearer realm=\"vobemusic\", error=\"invalid_token\", error_description=\"token_expired\""},
	{"X-Accel-Buffering", "string", "no: a proxy passes it on as it comes", "no"},
	{"X-Partial", "string", "Fields that could not be had just now and are null", "comments_count"},
	{"X-RateLimit-Limit", "integer", "Requests that the tightest limit holds", "300"},
	{"X-RateLimit-Remaining", "integer", "How many of them are left", "299"},
	{"X-RateLimit-Reset", "integer", "When it is whole again, seconds since 1970", "1767323045"},
	{"X-Request-Id", "string", "The request in our log: yours, or made here", "9f86d081884c7d65"},
	{0},
};

static void write_header_components(void)
{
	doc_open("headers", '{');
	for (int i = 0; headers[i].name; i++) {
		bool is_number = headers[i].type[0] == 'i';
		doc_open(headers[i].name, '{');
		doc_text("description", headers[i].description);
		doc_open("schema", '{');
		doc_text("type", headers[i].type);
		doc_close('}');
		if (is_number)
			doc_raw("example", headers[i].example);
		else
			doc_text("example", headers[i].example);
		doc_close('}');
	}
	doc_close('}');
}

void header_ref(const char *name)
{
	char ref[64];
	snprintf(ref, sizeof ref, "#/components/headers/%s", name);
	doc_open(name, '{');
	doc_text("$ref", ref);
	doc_close('}');
}

void limit_headers_write(void)
{
	header_ref("RateLimit");
	header_ref("RateLimit-Policy");
	header_ref("X-RateLimit-Limit");
	header_ref("X-RateLimit-Remaining");
	header_ref("X-RateLimit-Reset");
}

void headers_write(int status)
{
	doc_open("headers", '{');
	header_ref("X-Request-Id");
	limit_headers_write();
	if (status == 429 || status >= 500)
		header_ref("Retry-After");
	if (status == 401)
		header_ref("WWW-Authenticate");
	if (status == 415)
		header_ref("Accept-Encoding");
	doc_close('}');
}

/* --- errors --- */

#define SHARED(name, status, code, title, detail) {name, {code, status, title, detail}}

/* clang-format off */
const struct shared_error shared_errors[] = {
	SHARED("BadRequest", 400, "bad_request", "Malformed request, parameters or JSON",
	       "See `errors`: each names a parameter and what it must be."),
	SHARED("Unauthenticated", 401, "unauthenticated",
	       "No valid access token. `code` says what helps: token_expired, refresh it; unauthenticated "
	       "(none was sent), token_invalid or session_ended, sign in",
	       "Send `Authorization: Bearer <access token>`; POST /api/v1/auth/token gives one."),
	SHARED("Forbidden", 403, "forbidden", "Not allowed for this account",
	       "Your account may see this, but may not do it."),
	SHARED("NotFound", 404, "not_found", "Absent, or not visible to this account",
	       "It does not exist, or you may not see it."),
	SHARED("RequestTimeout", 408, "request_timeout", "The request did not arrive in time",
	       "The request did not arrive in time. Send it again, faster."),
	SHARED("Conflict", 409, "conflict", "The state of the resource does not allow this",
	       "The state of the resource does not allow this."),
	SHARED("DeletedSince", 410, "deleted_since", "What the first request with this key made is deleted",
	       "Take a new key to make another."),
	SHARED("PreconditionFailed", 412, "precondition_failed", "If-Match names another version",
	       "Read the resource again and repeat with its new ETag."),
	SHARED("TooLarge", 413, "payload_too_large", "The body is larger than this route allows",
	       "This route takes 65,536 bytes."),
	SHARED("UriTooLong", 414, "uri_too_long", "The target is too long",
	       "The target may have 4,096 bytes."),
	SHARED("UnsupportedMediaType", 415, "unsupported_media_type",
	       "The body's media type, charset or coding is not accepted",
	       "Send `Content-Type: application/json`, in UTF-8."),
	SHARED("ExpectationFailed", 417, "expectation_failed", "Only 100-continue can be expected",
	       "Leave the header Expect out."),
	SHARED("ValidationFailed", 422, "validation_failed", "Some fields are not valid; `errors` names each",
	       "See `errors`: each names a field and what it must be."),
	SHARED("TooManyRequests", 429, "too_many_requests", "Rate limit; wait for Retry-After",
	       "Wait for `Retry-After` seconds."),
	SHARED("HeadersTooLarge", 431, "headers_too_large", "The head is too large",
	       "Send fewer or shorter headers."),
	SHARED("Internal", 500, "internal", "Our fault",
	       "This is our fault. Quote `request_id` when you report it."),
	SHARED("Unavailable", 503, "unavailable", "Temporarily unavailable; wait for Retry-After",
	       "The service cannot answer just now. Repeat after `Retry-After` seconds."),
	{0},
};
/* clang-format on */

err shared_error_of(int status)
{
	for (const struct shared_error *e = shared_errors; e->name; e++)
		if (e->problem.status == status)
			return &e->problem;
	return NULL;
}

void error_open(bool oauth)
{
	doc_open("content", '{');
	doc_open(oauth ? "application/json" : "application/problem+json", '{');
	doc_raw("schema", oauth ? "{\"$ref\":\"#/components/schemas/OAuthError\"}"
				: "{\"$ref\":\"#/components/schemas/Problem\"}");
}

void error_close(void)
{
	doc_close('}');
	doc_close('}');
}

static void write_problem(err e)
{
	char type[96];
	snprintf(type, sizeof type, "/problems/%s", e->code);
	doc_text("type", type);
	doc_text("title", e->title);
	doc_int("status", e->status);
	doc_text("detail", e->detail);
	doc_text("code", e->code);
	doc_text("request_id", "9f86d081884c7d65");
}

void error_example(err e, bool oauth)
{
	doc_open(e->code, '{');
	doc_text("summary", e->title);
	doc_open("value", '{');
	if (oauth) {
		doc_text("error", e->code);
		doc_text("error_description", e->detail);
	} else {
		write_problem(e);
	}
	doc_close('}');
	doc_close('}');
}

static void write_responses(void)
{
	doc_open("responses", '{');
	doc_raw("Moved",
		"{\"description\":\"It has another address now\",\"headers\":{\"Location\":{\"$ref\":"
		"\"#/components/headers/Location\"},\"X-Request-Id\":{\"$ref\":"
		"\"#/components/headers/X-Request-Id\"}}}");
	doc_open("NotModified", '{');
	doc_text("description", "The client has it already");
	doc_open("headers", '{');
	header_ref("ETag");
	header_ref("Last-Modified");
	header_ref("X-Request-Id");
	limit_headers_write();
	doc_close('}');
	doc_close('}');
	for (const struct shared_error *e = shared_errors; e->name; e++) {
		doc_open(e->name, '{');
		doc_text("description", e->problem.title);
		headers_write(e->problem.status);
		error_open(false);
		doc_open("examples", '{');
		error_example(&e->problem, false);
		doc_close('}');
		error_close();
		doc_close('}');
	}
	doc_close('}');
}

void shared_write(void)
{
	doc_raw("parameters", parameters);
	write_header_components();
	write_responses();
}

void shared_schemas_write(void)
{
	doc_raw("Problem", problem_schema);
	doc_raw("OAuthError", oauth_schema);
}
