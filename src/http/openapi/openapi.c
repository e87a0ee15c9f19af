/* The document: paths and operations, what they take and answer. */
#include "http/openapi/components.h"
#include "http/openapi/document.h"
#include "http/openapi/openapi.h"
#include "http/openapi/shared.h"
#include "http/problems.h"
#include "http/route/router.h"
#include "http/server.h"

#include <stdio.h>
#include <string.h>

/* --- answers of an operation --- */

/* Whether a route may answer so without its module saying it. */
static bool is_usual(const struct endpoint *e, int status)
{
	const struct route *r = e->route;
	switch (status) {
	case 403: return r->who >= WHO_USER;
	case 404: return e->param_count > 0;
	case 409: return e->creates;
	case 412: return r->method == METHOD_PATCH || r->method == METHOD_DELETE;
	case 415: return r->handler->body != NULL;
	case 422: return r->handler->body != NULL && !r->oauth;
	case 413: return r->method != METHOD_GET;
	}
	return true;
}

static bool has_problem(const struct route *r, int status)
{
	for (const err *p = r->problems; p && *p; p++)
		if ((*p)->status == status)
			return true;
	return false;
}

/* What the module says of this status: "post_locked: The post is locked." */
static void write_own_response(const struct route *r, int status)
{
	char number[8];
	struct buf text = {0};
	snprintf(number, sizeof number, "%d", status);
	for (const err *p = r->problems; p && *p; p++) {
		if ((*p)->status != status)
			continue;
		buf_fmt(&text, "%s`%s`: %s", text.len ? "; " : "", (*p)->code, (*p)->title);
	}
	doc_open(number, '{');
	doc_text("description", text.len ? buf_text(&text) : "See `error`");
	error_content_write(r->oauth);
	doc_close('}');
	buf_free(&text);
}

static void write_shared_response(int i)
{
	char number[8], ref[64];
	snprintf(number, sizeof number, "%d", shared_errors[i].status);
	snprintf(ref, sizeof ref, "#/components/responses/%s", shared_errors[i].name);
	doc_open(number, '{');
	doc_text("$ref", ref);
	doc_close('}');
}

/* Statuses that only modules know: 410, 502, 504 and the like; each once. */
static void write_rare_responses(const struct route *r)
{
	for (const err *p = r->problems; p && *p; p++) {
		bool known = false;
		for (int i = 0; i < SHARED_ERRORS; i++)
			known |= shared_errors[i].status == (*p)->status;
		for (const err *before = r->problems; before < p; before++)
			known |= (*before)->status == (*p)->status;
		if (!known)
			write_own_response(r, (*p)->status);
	}
}

static void write_errors(const struct endpoint *e)
{
	const struct route *r = e->route;
	for (int i = 0; i < SHARED_ERRORS; i++) {
		if (has_problem(r, shared_errors[i].status) ||
		    (r->oauth && is_usual(e, shared_errors[i].status)))
			write_own_response(r, shared_errors[i].status);
		else if (is_usual(e, shared_errors[i].status))
			write_shared_response(i);
	}
	write_rare_responses(r);
}

static void write_list(const struct endpoint *e)
{
	const struct route *r = e->route;
	doc_open("schema", '{');
	doc_text("type", "object");
	doc_open("properties", '{');
	doc_open("items", '{');
	doc_text("type", "array");
	component_ref("items", r->handler->reply, SHAPE_OUT, r->view, e->module);
	doc_close('}');
	doc_raw("next_cursor",
		"{\"type\":[\"string\",\"null\"],\"description\":\"`cursor` of the next page\"}");
	doc_raw("total", "{\"type\":\"integer\",\"description\":\"With include_total=true\"}");
	doc_raw("total_is_lower_bound", "{\"type\":\"boolean\"}");
	doc_close('}');
	doc_raw("required", "[\"items\",\"next_cursor\"]");
	doc_close('}');
}

static void write_content(const struct endpoint *e)
{
	const struct route *r = e->route;
	if (!r->handler->reply && !r->produces)
		return;
	doc_open("content", '{');
	doc_open(r->produces ? r->produces : "application/json", '{');
	if (r->list)
		write_list(e);
	else if (r->handler->reply)
		component_ref("schema", r->handler->reply, SHAPE_OUT, r->view, e->module);
	doc_close('}');
	doc_close('}');
}

static void write_success(const struct endpoint *e)
{
	char number[8];
	snprintf(number, sizeof number, "%d", e->route->status);
	doc_open(number, '{');
	doc_text("description", "Success");
	doc_open("headers", '{');
	doc_raw("RateLimit", "{\"$ref\":\"#/components/headers/RateLimit\"}");
	if (e->version)
		doc_raw("ETag", "{\"$ref\":\"#/components/headers/ETag\"}");
	if (e->resource)
		doc_raw("Location", "{\"$ref\":\"#/components/headers/Location\"}");
	if (e->route->list)
		doc_raw("Link", "{\"$ref\":\"#/components/headers/Link\"}");
	doc_close('}');
	write_content(e);
	doc_close('}');
	if (e->version && e->route->method == METHOD_GET)
		doc_raw("304", "{\"description\":\"The client has it already\"}");
}

/* --- what an operation takes --- */

static bool is_in_path(const struct endpoint *e, const char *name)
{
	for (int i = 0; i < e->param_count; i++)
		if (strcmp(e->param_names[i], name) == 0)
			return true;
	return false;
}

static void write_parameter(const struct endpoint *e, const struct field *f)
{
	bool in_path = is_in_path(e, f->name);
	bool list = f->type == TYPE_TEXTS || f->type == TYPE_UUIDS || f->type == TYPE_INTS;
	doc_open(NULL, '{');
	doc_text("name", f->name);
	doc_text("in", in_path ? "path" : "query");
	doc_raw("required", in_path || f->flags & REQ ? "true" : "false");
	doc_text("description", f->doc);
	if (list && !in_path) {
		doc_text("style", "form");
		doc_raw("explode", "false");
	}
	struct field bare = *f;
	bare.flags &= ~(unsigned)NULLABLE; /* absent, not null */
	field_schema("schema", &bare, SHAPE_NEW, 0, e->module);
	doc_close('}');
}

static void write_parameters(const struct endpoint *e)
{
	const struct route *r = e->route;
	doc_open("parameters", '[');
	for (int i = 0; r->handler->params && i < r->handler->params->count; i++)
		if (r->handler->params->fields[i].flags & IN)
			write_parameter(e, &r->handler->params->fields[i]);
	if (e->creates && r->who >= WHO_USER)
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IdempotencyKey\"}");
	if (r->method == METHOD_PATCH || r->method == METHOD_DELETE)
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IfMatch\"}");
	if (e->version && r->method == METHOD_GET)
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IfNoneMatch\"}");
	doc_close(']');
}

static void write_body(const struct endpoint *e)
{
	const struct route *r = e->route;
	enum shape shape = r->method == METHOD_PATCH ? SHAPE_PATCH : SHAPE_NEW;
	if (!r->handler->body)
		return;
	doc_open("requestBody", '{');
	doc_raw("required", "true");
	doc_open("content", '{');
	doc_open("application/json", '{');
	component_ref("schema", r->handler->body, shape, 0, e->module);
	doc_close('}');
	if (r->form) {
		doc_open("application/x-www-form-urlencoded", '{');
		component_ref("schema", r->handler->body, shape, 0, e->module);
		doc_close('}');
	}
	doc_close('}');
	doc_close('}');
}

/* --- operations, paths, the whole --- */

/* The handler's name; a handler that serves several routes has a number from its second on. */
static void write_operation_id(const struct endpoint *e)
{
	char id[128];
	int before = 0;
	for (const struct endpoint *other = router_first(); other != e; other = other->next)
		before += strcmp(other->route->handler->name, e->route->handler->name) == 0;
	snprintf(id, sizeof id, before ? "%s_%d" : "%s", e->route->handler->name, before + 1);
	doc_text("operationId", id);
}

static void write_operation(const struct endpoint *e)
{
	static const char *const lower[METHODS] = {"get", "post", "put", "patch", "delete"};
	doc_open(lower[e->route->method], '{');
	write_operation_id(e);
	doc_open("tags", '[');
	doc_text(NULL, e->module);
	doc_close(']');
	doc_text("summary", e->route->doc);
	doc_raw("security", e->route->who == WHO_ANYONE ? "[{},{\"bearer\":[]}]" : "[{\"bearer\":[]}]");
	write_parameters(e);
	write_body(e);
	doc_open("responses", '{');
	write_success(e);
	write_errors(e);
	doc_close('}');
	doc_close('}');
}

static bool is_first_of_path(const struct endpoint *e)
{
	for (const struct endpoint *other = router_first(); other != e; other = other->next)
		if (strcmp(other->path, e->path) == 0)
			return false;
	return true;
}

static void write_paths(void)
{
	doc_open("paths", '{');
	for (const struct endpoint *e = router_first(); e; e = e->next) {
		if (!is_first_of_path(e))
			continue;
		doc_open(e->path, '{');
		for (const struct endpoint *same = e; same; same = same->next)
			if (strcmp(same->path, e->path) == 0)
				write_operation(same);
		doc_close('}');
	}
	doc_close('}');
}

static bool is_first_of_module(const struct endpoint *e)
{
	for (const struct endpoint *other = router_first(); other != e; other = other->next)
		if (strcmp(other->module, e->module) == 0)
			return false;
	return true;
}

static void write_tags(void)
{
	doc_open("tags", '[');
	for (const struct endpoint *e = router_first(); e; e = e->next)
		if (is_first_of_module(e)) {
			doc_open(NULL, '{');
			doc_text("name", e->module);
			doc_close('}');
		}
	doc_close(']');
}

static void write_document(void)
{
	doc_open(NULL, '{');
	doc_text("openapi", "3.1.0");
	doc_raw("info", "{\"title\":\"VobeMusic\",\"version\":\"1\","
			"\"description\":\"A music community: accounts, posts, artists, comments, search. "
			"Errors are application/problem+json.\","
			"\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}");
	doc_raw("servers", "[{\"url\":\"/\"}]");
	write_tags();
	write_paths();
	doc_open("components", '{');
	doc_raw("securitySchemes",
		"{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}}");
	shared_write();
	doc_open("schemas", '{');
	shared_schemas_write();
	components_write();
	doc_close('}');
	doc_close('}');
	doc_close('}');
}

const char *http_openapi(void)
{
	if (!openapi.len)
		write_document();
	return buf_text(&openapi);
}

void openapi_close(void)
{
	buf_free(&openapi);
	components_forget();
}
