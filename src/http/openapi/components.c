/* The schemas of OpenAPI (JSON Schema 2020-12) from field lists. */
#include "http/openapi/components.h"
#include "http/openapi/document.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPONENTS_MAX = 512, NAME_MAX_BYTES = 96 };

struct component {
	const struct schema *schema;
	enum shape shape;
	unsigned view;
	const char *module;
	char name[NAME_MAX_BYTES];
};

static struct component components[COMPONENTS_MAX];
static int component_count, written_count;

void components_forget(void)
{
	component_count = written_count = 0;
}

/* --- names: post, SHAPE_OUT, VIEW_DETAIL is PostDetail --- */

static void add_words(char *out, const char *snake)
{
	bool start = true;
	size_t n = strlen(out);
	for (; *snake && n + 1 < NAME_MAX_BYTES; snake++) {
		if (*snake != '_')
			out[n++] = start ? (char)toupper((unsigned char)*snake) : *snake;
		start = *snake == '_';
	}
	out[n] = '\0';
}

static const char *suffix_of(const struct component *c)
{
	if (c->shape == SHAPE_OUT)
		return c->view & VIEW_DETAIL ? "_detail" : "";
	return c->shape == SHAPE_NEW ? "_new" : "_patch";
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), cut = strlen(end);
	return len >= cut && strcmp(s + len - cut, end) == 0;
}

static void name_component(struct component *c, bool with_module)
{
	c->name[0] = '\0';
	if (with_module)
		add_words(c->name, c->module);
	add_words(c->name, c->schema->name);
	if (!ends_with(c->schema->name, suffix_of(c)))
		add_words(c->name, suffix_of(c));
}

static bool is_same(const struct component *a, const struct component *b)
{
	return a->shape == b->shape && a->view == b->view && strcmp(a->schema->name, b->schema->name) == 0 &&
	       (a->schema == b->schema || schema_same_shape(a->schema, b->schema));
}

static bool name_is_taken(const char *name)
{
	for (int i = 0; i < component_count; i++)
		if (strcmp(components[i].name, name) == 0)
			return true;
	return false;
}

/* Two modules' schemas of one name are one component if they are alike, else the second carries its module's
 * name. */
static const struct component *component_of(const struct schema *s, enum shape shape, unsigned view,
					    const char *module)
{
	struct component c = {.schema = s, .shape = shape, .view = view, .module = module};
	for (int i = 0; i < component_count; i++)
		if (is_same(&components[i], &c))
			return &components[i];
	if (component_count == COMPONENTS_MAX) {
		fputs("openapi: more schemas than components\n", stderr);
		abort();
	}
	name_component(&c, false);
	if (name_is_taken(c.name))
		name_component(&c, true);
	components[component_count] = c;
	return &components[component_count++];
}

/* Only what some field shows in a view makes that view another component. */
static bool has_view(const struct schema *s, unsigned view)
{
	for (int i = 0; i < s->count; i++)
		if (s->fields[i].view & view)
			return true;
	return false;
}

void component_ref(const char *name, const struct schema *s, enum shape shape, unsigned view,
		   const char *module)
{
	char ref[NAME_MAX_BYTES + 32];
	view = shape == SHAPE_OUT && has_view(s, view & VIEW_DETAIL) ? VIEW_DETAIL : 0;
	snprintf(ref, sizeof ref, "#/components/schemas/%s", component_of(s, shape, view, module)->name);
	doc_open(name, '{');
	doc_text("$ref", ref);
	doc_close('}');
}

/* --- fields --- */

static void write_type(const char *type, bool nullable)
{
	if (!nullable) {
		doc_text("type", type);
		return;
	}
	doc_open("type", '[');
	doc_text(NULL, type);
	doc_text(NULL, "null");
	doc_close(']');
}

static void write_limits(const struct field *f, const char *min, const char *max)
{
	if (f->max <= 0)
		return;
	if (f->min)
		doc_int(min, f->min);
	doc_int(max, f->max);
}

static void write_format(enum format format)
{
	switch (format) {
	case FORMAT_URL:
		doc_text("format", "uri");
		doc_text("pattern", "^https?://");
		return;
	case FORMAT_EMAIL: doc_text("format", "email"); return;
	case FORMAT_SLUG: doc_text("pattern", "^[a-z0-9]+(-[a-z0-9]+)*$"); return;
	case FORMAT_LINE: doc_text("pattern", "^[^\\r\\n]*$"); return;
	case FORMAT_PARTIAL:
	case FORMAT_ANY: return;
	}
}

static void write_enum(const char *const *values, bool nullable)
{
	doc_open("enum", '[');
	for (const char *const *v = values; *v; v++)
		doc_text(NULL, *v);
	if (nullable)
		doc_raw(NULL, "null");
	doc_close(']');
}

static void write_text(const struct field *f, bool nullable, bool input)
{
	write_type("string", nullable);
	if (f->one_of) {
		write_enum(f->one_of, nullable);
		return;
	}
	if (!input)
		return;
	write_limits(f, "minLength", "maxLength");
	write_format(f->format);
}

static void write_string(const char *format, bool nullable)
{
	write_type("string", nullable);
	doc_text("format", format);
}

static void write_array(const struct field *f, bool input)
{
	doc_text("type", "array");
	if (input)
		write_limits(f, "minItems", "maxItems");
	doc_open("items", '{');
	if (f->type == TYPE_UUIDS) {
		write_string("uuid", false);
	} else if (f->type == TYPE_INTS) {
		doc_text("type", "integer");
	} else {
		doc_text("type", "string");
		if (f->one_of)
			write_enum(f->one_of, false);
		if (input && f->each_max > 0)
			doc_int("maxLength", f->each_max);
		if (input)
			write_format(f->format);
	}
	doc_close('}');
}

/* A component of its own, or null. */
static void write_one(const struct field *f, bool nullable, enum shape shape, unsigned view,
		      const char *module)
{
	if (f->type == TYPE_MANY) {
		doc_text("type", "array");
		component_ref("items", f->of, shape, view, module);
		return;
	}
	doc_open("anyOf", '[');
	component_ref(NULL, f->of, shape, view, module);
	if (nullable)
		doc_raw(NULL, "{\"type\":\"null\"}");
	doc_close(']');
}

/* The default of a field as JSON: it is written as text in the table. */
static void write_default(const struct field *f)
{
	switch (f->type) {
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_REAL: doc_raw("default", f->otherwise); return;
	case TYPE_TEXT:
	case TYPE_DATE: doc_text("default", f->otherwise); return;
	default: return;
	}
}

/* What comes in may leave out what is not known; what goes out is whole. */
static void write_date(const struct field *f, bool nullable, bool input)
{
	if (!input || f->format != FORMAT_PARTIAL) {
		write_string("date", nullable);
		return;
	}
	write_type("string", nullable);
	doc_text("pattern", "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$");
}

static void write_plain(const struct field *f, bool nullable, bool input)
{
	switch (f->type) {
	case TYPE_BOOL: write_type("boolean", nullable); return;
	case TYPE_INT:
		write_type("integer", nullable);
		if (input)
			write_limits(f, "minimum", "maximum");
		return;
	case TYPE_REAL: write_type("number", nullable); return;
	case TYPE_TEXT: write_text(f, nullable, input); return;
	case TYPE_UUID: write_string("uuid", nullable); return;
	case TYPE_TIME: write_string("date-time", nullable); return;
	case TYPE_DATE: write_date(f, nullable, input); return;
	case TYPE_BYTES:
		write_type("string", nullable);
		doc_text("contentEncoding", "base64url");
		return;
	default: return;
	}
}

void field_schema(const char *name, const struct field *f, enum shape shape, unsigned view,
		  const char *module)
{
	bool nullable = f->flags & NULLABLE, input = shape != SHAPE_OUT;
	doc_open(name, '{');
	doc_text("description", f->doc);
	switch (f->type) {
	case TYPE_TEXTS:
	case TYPE_UUIDS:
	case TYPE_INTS: write_array(f, input); break;
	case TYPE_MANY:
	case TYPE_ONE: write_one(f, nullable, shape, view, module); break;
	default: /* JSON says nothing of itself */ write_plain(f, nullable, input); break;
	}
	if (shape == SHAPE_NEW && f->otherwise)
		write_default(f);
	doc_close('}');
}

/* --- components --- */

static bool is_shown(const struct component *c, const struct field *f)
{
	if (f->flags & NO_JSON)
		return false;
	if (c->shape != SHAPE_OUT)
		return f->flags & IN;
	return !(f->flags & NO_OUT) && (!f->view || f->view & (c->view | VIEW_OWN | VIEW_STAFF));
}

/* In answers all but what depends on who asks; in bodies what the field list demands. */
static bool is_required(const struct component *c, const struct field *f)
{
	if (!is_shown(c, f) || c->shape == SHAPE_PATCH)
		return false;
	return c->shape == SHAPE_OUT ? !f->view || f->view & c->view : f->flags & REQ;
}

static void write_required(const struct component *c)
{
	bool any = false;
	for (int i = 0; i < c->schema->count; i++)
		any |= is_required(c, &c->schema->fields[i]);
	if (!any)
		return;
	doc_open("required", '[');
	for (int i = 0; i < c->schema->count; i++)
		if (is_required(c, &c->schema->fields[i]))
			doc_text(NULL, c->schema->fields[i].name);
	doc_close(']');
}

static void write_component(const struct component *c)
{
	doc_open(c->name, '{');
	doc_text("description", c->schema->doc);
	doc_text("type", "object");
	doc_open("properties", '{');
	for (int i = 0; i < c->schema->count; i++)
		if (is_shown(c, &c->schema->fields[i]))
			field_schema(c->schema->fields[i].name, &c->schema->fields[i], c->shape, c->view,
				     c->module);
	doc_close('}');
	write_required(c);
	doc_close('}');
}

void components_write(void)
{
	while (written_count < component_count) {
		struct component c = components[written_count++];
		write_component(&c);
	}
}
