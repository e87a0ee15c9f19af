/* See examples.h. */
#include "http/openapi/examples.h"

#include "http/openapi/document.h"
#include "http/openapi/shown.h"

#include <ctype.h>
#include <string.h>

enum { DEPTH_MOST = 3 }; /* a comment holds comments */

static int depth;

/* The words of its name, as often as its least length wants: "Track number". */
static void write_words(const char *name, const struct field *f)
{
	struct buf b = {0};
	do {
		if (b.len)
			buf_char(&b, ' ');
		for (const char *c = f->name; *c; c++)
			buf_char(&b, *c == '_' ? ' ' : c == f->name ? (char)toupper((unsigned char)*c) : *c);
	} while (b.len < (size_t)(f->min > 0 ? f->min : 0));
	if (f->max > 0 && b.len > (size_t)f->max)
		b.len = (size_t)f->max;
	doc_text(name, buf_text(&b));
	buf_free(&b);
}

static void write_text(const char *name, const struct field *f)
{
	if (f->one_of) {
		doc_text(name, f->one_of[0]);
		return;
	}
	switch (f->format) {
	case FORMAT_URL: doc_text(name, "https://example.org/kino.jpg"); return;
	case FORMAT_EMAIL: doc_text(name, "ann@example.org"); return;
	case FORMAT_SLUG: doc_text(name, "gruppa-krovi"); return;
	case FORMAT_PARTIAL:
	case FORMAT_LINE:
	case FORMAT_ANY: write_words(name, f); return;
	}
}

static void write_scalar(const char *name, const struct field *f)
{
	switch (f->type) {
	case TYPE_BOOL: doc_raw(name, "true"); return;
	case TYPE_INT:
	case TYPE_INTS: doc_int(name, f->type == TYPE_INT && f->min > 0 ? f->min : 1); return;
	case TYPE_REAL: doc_raw(name, "1.5"); return;
	case TYPE_UUID:
	case TYPE_UUIDS: doc_text(name, "01890a5d-ac96-774b-bcce-b302099a8057"); return;
	case TYPE_TIME: doc_text(name, "2026-01-02T03:04:05.678Z"); return;
	case TYPE_DATE: doc_text(name, "1988-01-05"); return;
	case TYPE_BYTES: doc_text(name, "AAECAw"); return;
	case TYPE_JSON: doc_raw(name, "{}"); return;
	case TYPE_TEXT:
	case TYPE_TEXTS: write_text(name, f); return;
	case TYPE_MANY:
	case TYPE_ONE: return;
	}
}

/* What the table says as text, as JSON. */
static void write_as_json(const char *name, const struct field *f, const char *text)
{
	switch (f->type) {
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_REAL:
	case TYPE_JSON: doc_raw(name, text); return;
	default: doc_text(name, text); return;
	}
}

static bool is_list(const struct field *f)
{
	return f->type == TYPE_TEXTS || f->type == TYPE_UUIDS || f->type == TYPE_INTS || f->type == TYPE_MANY;
}

static void write_one(const char *name, const struct field *f, const struct view_of *as)
{
	if (f->type == TYPE_MANY || f->type == TYPE_ONE)
		example_of_struct(name, f->of, as);
	else if (f->example)
		write_as_json(name, f, f->example);
	else if (f->otherwise)
		write_as_json(name, f, f->otherwise);
	else
		write_scalar(name, f);
}

void example_of_field(const char *name, const struct field *f, const struct view_of *as)
{
	if (!is_list(f)) {
		write_one(name, f, as);
		return;
	}
	doc_open(name, '[');
	if (f->type != TYPE_MANY || depth < DEPTH_MOST)
		write_one(NULL, f, as);
	doc_close(']');
}

/* In bodies without ids that need not be: they would name what is not there. */
static bool is_told(const struct field *f, const struct view_of *as)
{
	bool names_another = f->type == TYPE_UUID || f->type == TYPE_UUIDS;
	if (!field_is_shown(f, as) || f->view & (VIEW_OWN | VIEW_STAFF | VIEW_MEMBER))
		return false;
	if (as->shape == SHAPE_OUT)
		return true;
	return f->flags & REQ || (!names_another && !(as->shape == SHAPE_PATCH && f->flags & ONCE));
}

void example_of_struct(const char *name, const struct schema *s, const struct view_of *as)
{
	depth++;
	doc_open(name, '{');
	for (const struct field *f = s->fields; f < s->fields + s->count; f++) {
		if (!is_told(f, as))
			continue;
		if (f->type == TYPE_ONE && depth > DEPTH_MOST)
			doc_raw(f->name, "null");
		else
			example_of_field(f->name, f, as);
	}
	doc_close('}');
	depth--;
}

void example_default(const struct field *f)
{
	if (!is_list(f))
		write_as_json("default", f, f->otherwise);
}
