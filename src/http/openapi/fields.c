/* See fields.h. */
#include "http/openapi/fields.h"

#include "http/openapi/document.h"
#include "http/openapi/examples.h"

#include <ctype.h>
#include <string.h>

enum { URL_MOST = 500, EMAIL_MOST = 254 };

/* What ends a line (Unicode, section 5.8), inside the brackets of a regular expression. */
#define BREAKS "\\n-\\r\\u0085\\u2028\\u2029"

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

static void write_limits(int64_t least, int64_t most, const char *min, const char *max)
{
	if (most <= 0)
		return;
	doc_int(min, least);
	doc_int(max, most);
}

/* --- texts --- */

/* "album" is ^([aA][lL][bB][uU][mM]|...)$: in any letter case. */
static void write_any_case(const char *const *words)
{
	struct buf b = {0};
	for (const char *const *w = words; *w; w++) {
		buf_str(&b, w == words ? "^(" : "|");
		for (const char *c = *w; *c; c++)
			if (isalpha((unsigned char)*c))
				buf_fmt(&b, "[%c%c]", tolower((unsigned char)*c), toupper((unsigned char)*c));
			else
				buf_char(&b, *c);
	}
	buf_str(&b, ")$");
	doc_text("pattern", buf_text(&b));
	buf_free(&b);
}

static void write_allowed(const struct field *f, bool nullable, bool input)
{
	if (f->any_case && input) {
		write_any_case(f->one_of);
		return;
	}
	doc_open("enum", '[');
	for (const char *const *v = f->one_of; *v; v++)
		doc_text(NULL, *v);
	if (nullable)
		doc_raw(NULL, "null");
	doc_close(']');
}

/* What the format and the demand for something to read come to. */
static const char *pattern_of(enum format format, bool not_blank)
{
	switch (format) {
	case FORMAT_URL: return "^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+([/?#]\\S*)?$";
	case FORMAT_EMAIL: return "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$";
	case FORMAT_SLUG: return "^[a-z0-9]+(-[a-z0-9]+)*$";
	case FORMAT_LINE: return not_blank ? "^[^" BREAKS "]*\\S[^" BREAKS "]*$" : "^[^" BREAKS "]*$";
	case FORMAT_PARTIAL:
	case FORMAT_ANY: return not_blank ? "\\S" : NULL;
	}
	return NULL;
}

static void write_format(const struct field *f, bool not_blank)
{
	const char *pattern = pattern_of(f->format, not_blank);
	if (f->format == FORMAT_URL)
		doc_text("format", "uri");
	if (f->format == FORMAT_EMAIL)
		doc_text("format", "idn-email");
	if (pattern && !(f->says && strstr(f->says, "\"pattern\"")))
		doc_text("pattern", pattern);
}

static int64_t longest(const struct field *f, int64_t most)
{
	if (most > 0)
		return most;
	return f->format == FORMAT_URL ? URL_MOST : f->format == FORMAT_EMAIL ? EMAIL_MOST : 0;
}

/* Of a text, or of each element of a list of texts. */
static void write_text_rules(const struct field *f, int64_t min, int64_t max, bool nullable, bool input)
{
	if (f->one_of) {
		write_allowed(f, nullable, input);
		return;
	}
	if (!input)
		return;
	write_limits(min, longest(f, max), "minLength", "maxLength");
	write_format(f, max > 0 && min > 0);
}

static void write_says(const struct field *f)
{
	if (f->says)
		doc_members(f->says);
}

static void write_text(const struct field *f, bool nullable, bool input)
{
	write_type("string", nullable);
	write_text_rules(f, f->min, f->max, nullable, input);
	if (input)
		write_says(f);
}

static void write_string(const char *format, bool nullable)
{
	write_type("string", nullable);
	doc_text("format", format);
}

/* A parameter may be a plain date. */
static void write_time(bool nullable, enum shape shape)
{
	if (shape == SHAPE_PARAMETER)
		doc_raw("anyOf", "[{\"type\":\"string\",\"format\":\"date-time\"},"
				 "{\"type\":\"string\",\"format\":\"date\"}]");
	else
		write_string("date-time", nullable);
}

/* What comes in may leave out what is not known; what goes out is whole. */
static void write_date(const struct field *f, bool nullable, bool input)
{
	if (!input || f->format != FORMAT_PARTIAL) {
		write_string("date", nullable);
		return;
	}
	write_type("string", nullable);
	doc_text("pattern", "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$");
}

/* --- numbers --- */

static void write_int(const struct field *f, bool nullable, bool input)
{
	write_type("integer", nullable);
	doc_text("format", "int64");
	if (input)
		write_limits(f->min, f->max, "minimum", "maximum");
}

/* --- what holds others --- */

static void write_element(const struct field *f, bool input)
{
	switch (f->type) {
	case TYPE_UUIDS: write_string("uuid", false); break;
	case TYPE_INTS: doc_text("type", "integer"); break;
	default:
		doc_text("type", "string");
		write_text_rules(f, 1, f->each_max, false, input);
		break;
	}
	if (input)
		write_says(f);
}

static void write_array(const struct field *f, bool input)
{
	doc_text("type", "array");
	if (input)
		write_limits(f->min, f->max, "minItems", "maxItems");
	doc_open("items", '{');
	write_element(f, input);
	doc_close('}');
}

static void write_object(const struct field *f, bool nullable, bool input)
{
	if (!(f->says && strstr(f->says, "\"type\":[\"array\""))) /* jsonb may hold a list */
		write_type("object", nullable);
	if (input)
		write_limits(f->min, f->max, "minProperties", "maxProperties");
	write_says(f);
}

static void write_nested(const struct field *f, bool nullable, const struct view_of *as)
{
	if (f->type == TYPE_MANY) {
		doc_text("type", "array");
		if (as->shape != SHAPE_OUT)
			write_limits(f->min, f->max, "minItems", "maxItems");
		component_ref("items", f->of, as);
		return;
	}
	if (!nullable) {
		component_is(f->of, as);
		return;
	}
	doc_open("anyOf", '[');
	component_ref(NULL, f->of, as);
	doc_raw(NULL, "{\"type\":\"null\"}");
	doc_close(']');
}

static void write_kind(const struct field *f, const struct view_of *as)
{
	bool nullable = f->flags & NULLABLE && as->shape != SHAPE_PARAMETER, input = as->shape != SHAPE_OUT;
	switch (f->type) {
	case TYPE_BOOL: write_type("boolean", nullable); return;
	case TYPE_INT: write_int(f, nullable, input); return;
	case TYPE_REAL: write_type("number", nullable); return;
	case TYPE_TEXT: write_text(f, nullable, input); return;
	case TYPE_UUID: write_string("uuid", nullable); return;
	case TYPE_TIME: write_time(nullable, as->shape); return;
	case TYPE_DATE: write_date(f, nullable, input); return;
	case TYPE_BYTES:
		write_type("string", nullable);
		doc_text("contentEncoding", "base64url");
		return;
	case TYPE_TEXTS:
	case TYPE_UUIDS:
	case TYPE_INTS: write_array(f, input); return;
	case TYPE_JSON: write_object(f, nullable, input); return;
	case TYPE_MANY:
	case TYPE_ONE: write_nested(f, nullable, as); return;
	}
}

void field_schema(const char *name, const struct field *f, const struct view_of *as)
{
	bool has_default = f->otherwise && (as->shape == SHAPE_NEW || as->shape == SHAPE_PARAMETER);
	doc_open(name, '{');
	doc_text("description", f->doc);
	write_kind(f, as);
	if (has_default)
		example_default(f);
	if (f->type != TYPE_MANY && f->type != TYPE_ONE) {
		doc_open("examples", '[');
		example_of_field(NULL, f, as);
		doc_close(']');
	}
	doc_close('}');
}
