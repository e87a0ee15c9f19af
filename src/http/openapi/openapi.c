/* The document: paths and operations, what they take and answer. */
#include "http/openapi/openapi.h"

#include "http/openapi/components.h"
#include "http/openapi/document.h"
#include "http/openapi/examples.h"
#include "http/openapi/fields.h"
#include "http/openapi/responses.h"
#include "http/openapi/schemas.h"
#include "http/openapi/shared.h"
#include "http/openapi/shown.h"
#include "http/route/router.h"
#include "http/state.h"

#include <stdio.h>
#include <string.h>

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
	field_schema("schema", f, &(struct view_of){.shape = SHAPE_PARAMETER, .module = e->module});
	example_of_field("example", f, &(struct view_of){.shape = SHAPE_PARAMETER});
	doc_close('}');
}

static void write_parameters(const struct endpoint *e)
{
	const struct route *r = e->route;
	doc_open("parameters", '[');
	for (int i = 0; r->handler->params && i < r->handler->params->count; i++)
		if (r->handler->params->fields[i].flags & IN)
			write_parameter(e, &r->handler->params->fields[i]);
	if ((e->creates || r->own_idempotency) && r->who >= WHO_USER)
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IdempotencyKey\"}");
	if (takes_if_match(e))
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IfMatch\"}");
	if (takes_if_none_match(e))
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/IfNoneMatch\"}");
	if (is_event_stream(e))
		doc_raw(NULL, "{\"$ref\":\"#/components/parameters/LastEventId\"}");
	doc_raw(NULL, "{\"$ref\":\"#/components/parameters/RequestId\"}");
	doc_close(']');
}

/* A schema for each form, told apart by the field they share. */
static void write_variants(const struct endpoint *e, const struct view_of *as)
{
	doc_open("schema", '{');
	doc_open("oneOf", '[');
	for (const struct variant *v = e->route->variants; v->name; v++)
		variant_ref(e->route->handler->body, v, as);
	doc_close(']');
	doc_close('}');
}

static void write_variant_examples(const struct endpoint *e)
{
	doc_open("examples", '{');
	for (const struct variant *v = e->route->variants; v->name; v++) {
		doc_open(v->name, '{');
		doc_open("value", '{');
		doc_text(v->by, v->is);
		for (const char *const *need = v->needs; *need; need++)
			example_of_field(*need, schema_field(e->route->handler->body, *need),
					 &(struct view_of){.shape = SHAPE_NEW});
		doc_close('}');
		doc_close('}');
	}
	doc_close('}');
}

static void write_body_as(const struct endpoint *e, const char *media_type, enum shape shape)
{
	const struct route *r = e->route;
	const struct view_of as = {.shape = shape, .module = e->module};
	doc_open(media_type, '{');
	if (r->variants) {
		write_variants(e, &as);
		write_variant_examples(e);
	} else {
		component_ref("schema", r->handler->body, &as);
		example_of_struct("example", r->handler->body, &as);
	}
	doc_close('}');
}

static bool needs_body(const struct route *r)
{
	const struct view_of as = {.shape = r->method == METHOD_PATCH ? SHAPE_PATCH : SHAPE_NEW};
	for (int i = 0; i < r->handler->body->count; i++)
		if (field_is_required(&r->handler->body->fields[i], &as))
			return true;
	return r->variants != NULL;
}

static void write_body(const struct endpoint *e)
{
	const struct route *r = e->route;
	if (!r->handler->body)
		return;
	doc_open("requestBody", '{');
	doc_raw("required", needs_body(r) ? "true" : "false");
	doc_open("content", '{');
	write_body_as(e, "application/json", r->method == METHOD_PATCH ? SHAPE_PATCH : SHAPE_NEW);
	if (r->method == METHOD_PATCH)
		write_body_as(e, "application/merge-patch+json", SHAPE_PATCH);
	if (r->form)
		write_body_as(e, "application/x-www-form-urlencoded", SHAPE_FORM);
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

static void write_description(const struct route *r)
{
	static const char *const for_whom[] = {
		[WHO_UNSET] = "Nobody may.",          [WHO_ANYONE] = "Anybody may, without signing in.",
		[WHO_USER] = "Who is signed in may.", [WHO_MODERATOR] = "Moderators may.",
		[WHO_SUPERUSER] = "Superusers may.",
	};
	struct buf text = {0};
	buf_fmt(&text, "%s. %s", r->doc, for_whom[r->who]);
	doc_text("description", buf_text(&text));
	buf_free(&text);
}

/* The token of a route of the platform, or of the token endpoint, is not looked at. */
static const char *security_of(const struct endpoint *e)
{
	if (e->is_platform || e->route->oauth)
		return "[]";
	return e->route->who == WHO_ANYONE ? "[{},{\"bearer\":[]}]" : "[{\"bearer\":[]}]";
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
	write_description(e->route);
	doc_raw("security", security_of(e));
	write_parameters(e);
	write_body(e);
	responses_write(e);
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

static void write_tag_description(const char *module)
{
	struct buf text = {0};
	buf_fmt(&text, "What the module %s answers", module);
	doc_text("description", buf_text(&text));
	buf_free(&text);
}

static void write_tags(void)
{
	doc_open("tags", '[');
	for (const struct endpoint *e = router_first(); e; e = e->next)
		if (is_first_of_module(e)) {
			doc_open(NULL, '{');
			doc_text("name", e->module);
			write_tag_description(e->module);
			doc_close('}');
		}
	doc_close(']');
}

static void write_servers(void)
{
	const char *url = server.config.public_url;
	doc_open("servers", '[');
	doc_open(NULL, '{');
	doc_text("url", url && *url ? url : "/");
	doc_close('}');
	doc_close(']');
}

static const char info[] =
	"{\"title\":\"VobeMusic\",\"version\":\"1\",\"description\":\"A music community: accounts, "
	"posts, artists, comments, search. Errors are application/problem+json. Each answer, errors "
	"included, carries security headers, Cache-Control and Vary; answers are compressed when asked to "
	"be. Other methods of a path are 405 with Allow.\",\"contact\":{\"name\":\"Whoever runs this "
	"server\"},\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}";

static void write_document(void)
{
	doc_open(NULL, '{');
	doc_text("openapi", "3.1.0");
	doc_raw("info", info);
	write_servers();
	write_tags();
	write_paths();
	doc_open("components", '{');
	doc_raw("securitySchemes",
		"{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}}");
	shared_write();
	doc_open("schemas", '{');
	shared_schemas_write();
	schemas_write();
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
