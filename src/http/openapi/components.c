/* See components.h. */
#include "http/openapi/components.h"

#include "http/openapi/document.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPONENTS_MAX = 512 };

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
	for (; *snake && n + 1 < COMPONENT_NAME_MAX; snake++) {
		if (*snake != '_')
			out[n++] = start ? (char)toupper((unsigned char)*snake) : *snake;
		start = *snake == '_';
	}
	out[n] = '\0';
}

static const char *suffix_of(const struct component *c)
{
	switch (c->as.shape) {
	case SHAPE_FORM: return "_form";
	case SHAPE_PATCH: return "_patch";
	case SHAPE_NEW:
	case SHAPE_PARAMETER: return c->variant ? "" : "_new";
	case SHAPE_OUT: break;
	}
	return c->as.view & VIEW_DETAIL ? "_detail" : c->as.may_view & VIEW_DETAIL ? "_varying" : "";
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), cut = strlen(end);
	return len >= cut && strcmp(s + len - cut, end) == 0;
}

static void name_component(struct component *c, bool with_module)
{
	const char *base = c->variant ? c->variant->name : c->schema->name;
	c->name[0] = '\0';
	if (with_module)
		add_words(c->name, c->as.module);
	add_words(c->name, base);
	if (!ends_with(base, suffix_of(c)))
		add_words(c->name, suffix_of(c));
}

static bool is_same(const struct component *a, const struct component *b)
{
	return a->as.shape == b->as.shape && a->as.view == b->as.view && a->as.may_view == b->as.may_view &&
	       a->variant == b->variant && strcmp(a->schema->name, b->schema->name) == 0 &&
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
static const struct component *component_of(const struct component *wanted)
{
	struct component c = *wanted;
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

static bool shows(const struct schema *s, unsigned view)
{
	for (int i = 0; i < s->count; i++)
		if (s->fields[i].view & view)
			return true;
	return false;
}

/* Only what some field shows in a view, or one of what a field holds, makes that view another component. */
static bool has_view(const struct schema *s, unsigned view)
{
	for (int i = 0; i < s->count; i++)
		if (s->fields[i].of && shows(s->fields[i].of, view))
			return true;
	return shows(s, view);
}

static void write_ref(const struct component *c)
{
	char ref[COMPONENT_NAME_MAX + 32];
	snprintf(ref, sizeof ref, "#/components/schemas/%s", component_of(c)->name);
	doc_text("$ref", ref);
}

void component_is(const struct schema *s, const struct view_of *as)
{
	struct component c = {.schema = s, .as = *as};
	bool varies = as->shape == SHAPE_OUT && has_view(s, VIEW_DETAIL);
	c.as.view = varies ? as->view & VIEW_DETAIL : 0;
	c.as.may_view = varies && !c.as.view ? as->may_view & VIEW_DETAIL : 0;
	write_ref(&c);
}

void component_ref(const char *name, const struct schema *s, const struct view_of *as)
{
	doc_open(name, '{');
	component_is(s, as);
	doc_close('}');
}

void variant_ref(const struct schema *s, const struct variant *v, const struct view_of *as)
{
	doc_open(NULL, '{');
	write_ref(&(struct component){.schema = s, .variant = v, .as = *as});
	doc_close('}');
}

bool component_next(struct component *out)
{
	if (written_count == component_count)
		return false;
	*out = components[written_count++];
	return true;
}
