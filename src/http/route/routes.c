/* The route tables, told: as a list for people, as JSON for tools, and the problems they name. */
#include "core/json/json.h"
#include "http/problems.h"
#include "http/route/router.h"
#include "http/server.h"
#include "vobe/buf.h"

#include <stdio.h>
#include <string.h>

static const char *const who_names[] = {
	[WHO_UNSET] = "?",
	[WHO_ANYONE] = "anyone",
	[WHO_USER] = "user",
	[WHO_MODERATOR] = "moderator",
	[WHO_SUPERUSER] = "superuser",
};

static void print_text(FILE *out)
{
	for (const struct endpoint *e = router_first(); e; e = e->next) {
		const struct handler *h = e->route->handler;
		fprintf(out, "%-6s %-52s %-9s %-10s %s (%s:%d)\n", method_names[e->route->method], e->path,
			who_names[e->route->who], e->module, h->name, h->file, h->line);
	}
}

static void add_member(struct buf *b, const char *name, const char *value)
{
	buf_str(b, name);
	json_str(b, value);
}

static void add_codes(struct buf *b, const err *problems)
{
	buf_str(b, ",\"problems\":[");
	for (const err *p = problems; p && *p; p++) {
		buf_str(b, p == problems ? "" : ",");
		json_str(b, (*p)->code);
	}
	buf_char(b, ']');
}

static void print_json(FILE *out)
{
	struct buf b = {0};
	buf_char(&b, '[');
	for (const struct endpoint *e = router_first(); e; e = e->next) {
		buf_str(&b, e == router_first() ? "\n" : ",\n");
		add_member(&b, "{\"method\":", method_names[e->route->method]);
		add_member(&b, ",\"path\":", e->path);
		add_member(&b, ",\"who\":", who_names[e->route->who]);
		add_member(&b, ",\"module\":", e->module);
		add_member(&b, ",\"handler\":", e->route->handler->name);
		add_member(&b, ",\"file\":", e->route->handler->file);
		buf_fmt(&b, ",\"line\":%d,\"status\":%d", e->route->handler->line, e->route->status);
		add_member(&b, ",\"doc\":", e->route->doc);
		add_codes(&b, e->route->problems);
		buf_fmt(&b, ",\"finds\":%s", e->route->finder ? "true" : "false");
		buf_char(&b, '}');
	}
	fprintf(out, "%s\n]\n", buf_text(&b));
	buf_free(&b);
}

void http_print_routes(FILE *out, bool json)
{
	if (json)
		print_json(out);
	else
		print_text(out);
}

static const err common[] = {
	BAD_REQUEST,
	MALFORMED_JSON,
	INVALID_CURSOR,
	UNAUTHENTICATED,
	TOKEN_EXPIRED,
	TOKEN_INVALID,
	SESSION_ENDED,
	FORBIDDEN,
	NOT_FOUND,
	METHOD_NOT_ALLOWED,
	REQUEST_TIMEOUT,
	CONFLICT,
	EDIT_CONFLICT,
	PRECONDITION_FAILED,
	PAYLOAD_TOO_LARGE,
	TOO_MANY_VALUES,
	UNSUPPORTED_MEDIA_TYPE,
	VALIDATION_FAILED,
	IDEMPOTENCY_MISMATCH,
	IDEMPOTENCY_RUNNING,
	DELETED_SINCE,
	INVALID_IDEMPOTENCY_KEY,
	TOO_MANY_REQUESTS,
	INTERNAL,
	UNAVAILABLE,
	OUTCOME_UNKNOWN,
	CANCELLED,
	DEADLINE_PASSED,
	NULL,
};

static err find_problem(const err *list, const char *code)
{
	for (; list && *list; list++)
		if (strcmp((*list)->code, code) == 0)
			return *list;
	return NULL;
}

err http_problem(const char *code)
{
	err found = find_problem(common, code);
	for (const struct endpoint *e = router_first(); e && !found; e = e->next)
		found = find_problem(e->route->problems, code);
	return found;
}
