/* See schemas.h. */
#include "http/openapi/schemas.h"

#include "http/openapi/components.h"
#include "http/openapi/document.h"
#include "http/openapi/fields.h"
#include "http/openapi/shown.h"

#include <string.h>

static bool is_needed(const struct variant *v, const char *name)
{
	if (strcmp(name, v->by) == 0)
		return true;
	for (const char *const *n = v->needs; *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static bool is_shown(const struct component *c, const struct field *f)
{
	return field_is_shown(f, &c->as) && (!c->variant || is_needed(c->variant, f->name));
}

static bool is_required(const struct component *c, const struct field *f)
{
	return c->variant ? is_shown(c, f) : field_is_required(f, &c->as);
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

/* The field that tells the forms apart is a constant; the others are there, and not null. */
static void write_property(const struct component *c, const struct field *f)
{
	struct field bare = *f;
	if (c->variant && strcmp(f->name, c->variant->by) == 0) {
		doc_open(f->name, '{');
		doc_text("description", f->doc);
		doc_text("type", "string");
		doc_text("const", c->variant->is);
		doc_close('}');
		return;
	}
	if (c->variant)
		bare.flags &= ~(unsigned)NULLABLE;
	field_schema(f->name, &bare, &c->as);
}

/* Forms ignore what they do not know (RFC 6749 section 3.2); JSON bodies refuse it. */
static void write_component(const struct component *c)
{
	doc_open(c->name, '{');
	doc_text("description", c->schema->doc);
	doc_text("type", "object");
	doc_open("properties", '{');
	for (int i = 0; i < c->schema->count; i++)
		if (is_shown(c, &c->schema->fields[i]))
			write_property(c, &c->schema->fields[i]);
	doc_close('}');
	write_required(c);
	if (c->as.shape == SHAPE_NEW || c->as.shape == SHAPE_PATCH)
		doc_raw("additionalProperties", "false");
	doc_close('}');
}

void schemas_write(void)
{
	struct component c;
	while (component_next(&c)) /* which may refer to further ones */
		write_component(&c);
}
