/* See responses.h. */
#include "http/openapi/responses.h"

#include "http/openapi/components.h"
#include "http/openapi/document.h"
#include "http/openapi/examples.h"
#include "http/openapi/fields.h"
#include "http/openapi/shared.h"

#include <stdio.h>
#include <string.h>

/* --- which --- */

bool takes_if_match(const struct endpoint *e)
{
	if (e->route->method != METHOD_DELETE)
		return e->route->method != METHOD_GET && e->version && !e->creates &&
		       !e->route->no_idempotency;
	for (const struct endpoint *other = router_first(); other; other = other->next)
		if (other->version && other->route->method == METHOD_GET && strcmp(other->path, e->path) == 0)
			return true;
	return false;
}

bool is_event_stream(const struct endpoint *e)
{
	return e->route->produces && !strcmp(e->route->produces, "text/event-stream");
}

bool takes_if_none_match(const struct endpoint *e)
{
	return e->route->method == METHOD_GET && !is_event_stream(e) &&
	       (e->version || e->is_platform || e->route->produces);
}

/* Whether a route may answer so without its module saying it. */
static bool is_usual(const struct endpoint *e, int status)
{
	const struct route *r = e->route;
	switch (status) {
	case 401: return !e->is_platform && !r->oauth;
	case 403: return r->who >= WHO_USER;
	case 404: return e->param_count > 0;
	case 409: return e->creates;
	case 410: return e->creates && e->resource;
	case 412: return takes_if_match(e);
	case 422: return !r->oauth; /* of a GET with a body, too: nobody would read it */
	case 429: return !r->unlimited;
	default: return true;
	}
}

static bool has_problem(const struct route *r, int status)
{
	for (const err *p = r->problems; p && *p; p++)
		if ((*p)->status == status)
			return true;
	return false;
}

static void open_status(int status)
{
	char number[8];
	snprintf(number, sizeof number, "%d", status);
	doc_open(number, '{');
}

/* --- problems --- */

/* What the module says of this status, and an example of each: "`post_locked`: The post is locked." */
static void write_own_response(const struct route *r, int status)
{
	struct buf text = {0};
	for (const err *p = r->problems; p && *p; p++)
		if ((*p)->status == status)
			buf_fmt(&text, "%s`%s`: %s", text.len ? "; " : "", (*p)->code, (*p)->title);
	open_status(status);
	doc_text("description", text.len ? buf_text(&text) : "See `error`");
	buf_free(&text);
	headers_write(status);
	error_open(r->oauth);
	doc_open("examples", '{');
	for (const err *p = r->problems; p && *p; p++)
		if ((*p)->status == status)
			error_example(*p, r->oauth);
	if (!has_problem(r, status))
		error_example(shared_error_of(status), r->oauth);
	doc_close('}');
	error_close();
	doc_close('}');
}

static void write_shared_response(const struct shared_error *e)
{
	char ref[64];
	snprintf(ref, sizeof ref, "#/components/responses/%s", e->name);
	open_status(e->problem.status);
	doc_text("$ref", ref);
	doc_close('}');
}

/* Statuses that only modules know: 502, 504 and the like; each once. */
static void write_rare_responses(const struct route *r)
{
	for (const err *p = r->problems; p && *p; p++) {
		bool known = shared_error_of((*p)->status) != NULL;
		for (const err *before = r->problems; before < p; before++)
			known |= (*before)->status == (*p)->status;
		if (!known)
			write_own_response(r, (*p)->status);
	}
}

static void write_errors(const struct endpoint *e)
{
	const struct route *r = e->route;
	for (const struct shared_error *shared = shared_errors; shared->name; shared++) {
		const int status = shared->problem.status;
		if (has_problem(r, status) || (r->oauth && is_usual(e, status)))
			write_own_response(r, status);
		else if (is_usual(e, status))
			write_shared_response(shared);
	}
	write_rare_responses(r);
}

/* --- success --- */

static struct view_of shown_by(const struct endpoint *e)
{
	return (struct view_of){SHAPE_OUT, e->route->view, e->route->may_view, e->module};
}

static void write_list(const struct endpoint *e)
{
	const struct route *r = e->route;
	const struct view_of as = shown_by(e), beside = {SHAPE_OUT, 0, 0, e->module};
	doc_open("schema", '{');
	doc_text("type", "object");
	doc_open("properties", '{');
	doc_open("items", '{');
	doc_text("type", "array");
	component_ref("items", r->handler->reply, &as);
	doc_close('}');
	doc_raw("next_cursor",
		"{\"type\":[\"string\",\"null\"],\"description\":\"`cursor` of the next page\"}");
	doc_raw("total",
		"{\"type\":\"integer\",\"description\":\"With include_total=true: how many there are, exact "
		"to 10,000\"}");
	doc_raw("total_is_lower_bound", "{\"type\":\"boolean\",\"description\":\"Whether there are more\"}");
	for (int i = 0; r->beside && i < r->beside->count; i++)
		field_schema(r->beside->fields[i].name, &r->beside->fields[i], &beside);
	doc_close('}');
	doc_raw("required", "[\"items\",\"next_cursor\"]");
	doc_close('}');
	doc_open("example", '{');
	doc_open("items", '[');
	example_of_struct(NULL, r->handler->reply, &as);
	doc_close(']');
	doc_raw("next_cursor", "null");
	doc_close('}');
}

/* Each event: that is how tools read the schema of such a type, which the standard names only in 3.2. */
static const char stream_schema[] =
	"{\"type\":\"object\",\"description\":\"An event of the stream\",\"required\":[\"data\"],"
	"\"properties\":{"
	"\"event\":{\"type\":\"string\",\"description\":\"What it is\"},"
	"\"data\":{\"type\":\"string\",\"description\":\"A JSON object\"},"
	"\"id\":{\"type\":\"string\",\"description\":\"What to send as Last-Event-ID to go on behind it\"}}}";

static const char *plain_schema(const struct endpoint *e)
{
	if (is_event_stream(e))
		return stream_schema;
	return strstr(e->route->produces, "json") ? "{\"type\":\"object\"}" : "{\"type\":\"string\"}";
}

static void write_content(const struct endpoint *e)
{
	const struct route *r = e->route;
	const struct view_of as = shown_by(e);
	if (!r->handler->reply && !r->produces)
		return;
	doc_open("content", '{');
	doc_open(r->produces ? r->produces : "application/json", '{');
	if (r->list) {
		write_list(e);
	} else if (r->handler->reply) {
		component_ref("schema", r->handler->reply, &as);
		example_of_struct("example", r->handler->reply, &as);
	} else {
		doc_raw("schema", plain_schema(e));
	}
	doc_close('}');
	if (r->or_produces)
		doc_raw(r->or_produces, "{\"schema\":{}}");
	if (r->page)
		doc_raw("text/html", "{\"schema\":{\"type\":\"string\"}}");
	doc_close('}');
}

static void write_headers(const struct endpoint *e)
{
	const struct route *r = e->route;
	doc_open("headers", '{');
	header_ref("X-Request-Id");
	if (!r->unlimited)
		limit_headers_write();
	if (e->version || e->is_platform || (r->produces && !is_event_stream(e)))
		header_ref("ETag");
	if (r->status == 201 || (r->status == 202 && r->handler->reply))
		header_ref("Location");
	if (r->list)
		header_ref("Link");
	if (r->produces)
		header_ref("Last-Modified");
	if (r->or_produces)
		header_ref("Content-Disposition");
	if (is_event_stream(e))
		header_ref("X-Accel-Buffering");
	if (r->handler->reply)
		header_ref("X-Partial");
	if (e->creates)
		header_ref("Idempotency-Replayed");
	doc_close('}');
}

static void write_streamed(void)
{
	open_status(200);
	doc_text("description", "For who accepts text/event-stream: the same, as it comes");
	doc_open("content", '{');
	doc_open("text/event-stream", '{');
	doc_raw("schema", stream_schema);
	doc_close('}');
	doc_close('}');
	doc_close('}');
}

static void write_success(const struct endpoint *e)
{
	const struct route *r = e->route;
	open_status(r->status);
	doc_text("description", r->status == 201   ? "It was made"
				: r->status == 204 ? "It was done; there is nothing to say"
						   : "As asked");
	write_headers(e);
	write_content(e);
	doc_close('}');
	if (r->streams)
		write_streamed();
	if (r->redirects)
		doc_raw("301", "{\"$ref\":\"#/components/responses/Moved\"}");
	if (takes_if_none_match(e))
		doc_raw("304", "{\"$ref\":\"#/components/responses/NotModified\"}");
}

void responses_write(const struct endpoint *e)
{
	doc_open("responses", '{');
	write_success(e);
	write_errors(e);
	doc_close('}');
}
