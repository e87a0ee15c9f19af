/* Structs from text: query and path parameters, forms, defaults. */
#include "core/schema/walking.h"

#include "vobe/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char wrong_type[] = "wrong_type", invalid_format[] = "invalid_format";

/* --- one member --- */

static const char *read_bool(const char *text, bool *out)
{
	static const struct { const char *text; bool value; } words[] = {
		{"true", true}, {"false", false}, {"1", true}, {"0", false},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].text) == 0) {
			*out = words[i].value;
			return NULL;
		}
	return wrong_type;
}

/* Digits with at most a minus before them: no blanks, no plus, no hexadecimal. */
static const char *read_int(const char *text, size_t len, int64_t *out)
{
	size_t sign = len > 0 && text[0] == '-';
	char digits[24];
	long long n;

	if (len == sign || len >= sizeof digits || strspn(text + sign, "0123456789") < len - sign)
		return wrong_type;
	memcpy(digits, text, len);
	digits[len] = '\0';
	errno = 0;
	n = strtoll(digits, NULL, 10);
	if (errno || n == INT_NULL)
		return wrong_type;
	*out = n;
	return NULL;
}

static const char *read_real(const char *text, double *out)
{
	char *end;
	double d;

	if (!*text || text[strspn(text, "0123456789+-.eE")])
		return wrong_type;
	d = strtod(text, &end);
	if (*end || !isfinite(d))
		return wrong_type;
	*out = d;
	return NULL;
}

/* One element of a comma list; false at the end. An empty text is an empty list. */
static bool next_element(const char **rest, const char **element, size_t *len)
{
	if (!*rest || !**rest)
		return false;
	*element = *rest;
	*len = strcspn(*rest, ",");
	*rest = (*rest)[*len] ? *rest + *len + 1 : NULL;
	return true;
}

static size_t most_elements(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == ',';
	return n;
}

static const char *read_texts(struct arena *a, const char *text, struct texts *out)
{
	const char **at = ARENA_ARRAY(a, const char *, most_elements(text)), *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		at[count++] = arena_strn(a, element, len);
	*out = (struct texts){at, count};
	return NULL;
}

static const char *read_uuids(struct arena *a, const char *text, struct uuids *out)
{
	struct uuid *at = ARENA_ARRAY(a, struct uuid, most_elements(text));
	const char *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		if (!uuid_read(element, len, &at[count++]))
			return invalid_format;
	*out = (struct uuids){at, count};
	return NULL;
}

static const char *read_ints(struct arena *a, const char *text, struct ints *out)
{
	int64_t *at = ARENA_ARRAY(a, int64_t, most_elements(text));
	const char *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		if (read_int(element, len, &at[count++]))
			return wrong_type;
	*out = (struct ints){at, count};
	return NULL;
}

static const char *read_bytes(struct arena *a, const char *text, struct bytes *out)
{
	size_t len;
	const void *at = base64url_decode(a, text, strlen(text), &len);

	if (!at)
		return invalid_format;
	*out = (struct bytes){at, len};
	return NULL;
}

static const char *read_text(struct arena *a, const char *text, const char **out)
{
	*out = arena_str(a, text);
	return NULL;
}

const char *member_read(struct arena *a, const struct field *f, const char *text, void *member)
{
	switch (f->type) {
	case TYPE_BOOL: return read_bool(text, member);
	case TYPE_INT: return read_int(text, strlen(text), member);
	case TYPE_REAL: return read_real(text, member);
	case TYPE_TEXT:
	case TYPE_JSON: return read_text(a, text, member);
	case TYPE_DATE: return date_is_valid(text) ? read_text(a, text, member) : invalid_format;
	case TYPE_UUID: return uuid_read(text, strlen(text), member) ? NULL : invalid_format;
	case TYPE_TIME: return time_read(text, strlen(text), member) ? NULL : invalid_format;
	case TYPE_TEXTS: return read_texts(a, text, member);
	case TYPE_UUIDS: return read_uuids(a, text, member);
	case TYPE_INTS: return read_ints(a, text, member);
	case TYPE_BYTES: return read_bytes(a, text, member);
	case TYPE_MANY:
	case TYPE_ONE: return wrong_type;
	}
	return wrong_type;
}

/* --- parameters and forms --- */

/* What the reader of a parameter is told; lists are separated by commas there. */
static const char *wanted_in_text(enum type t)
{
	switch (t) {
	case TYPE_UUIDS: return "UUIDs separated by commas";
	case TYPE_INTS: return "whole numbers separated by commas";
	default: return type_wanted(t);
	}
}

static void read_pair(struct walk *w, const struct place *p, const char *text, void *member)
{
	const struct field *f = p->field;
	const char *code = member_read(w->arena, f, text, member);

	if (code)
		walk_fault(w, p, code, "Must be %s.", wanted_in_text(f->type));
	else if (!member_is_null(f, member))
		walk_obey(w, p, member);
	else if (!(f->flags & NULLABLE)) /* the nil UUID */
		walk_fault(w, p, invalid_format, "Must not be nil; it must be %s.", wanted_in_text(f->type));
}

static void take_pair(struct walk *w, const struct schema *s, const struct pair *pair, void *value, uint64_t *present)
{
	const struct field *f = schema_field(s, pair->name);
	struct place p = {.field = f, .name = pair->name};

	if (!f || f->flags & NO_JSON) {
		walk_fault_unknown(w, &p, s);
		return;
	}
	if (!(f->flags & IN))
		return;
	if (HAS(*present, f - s->fields)) {
		walk_fault(w, &p, "repeated", "Must be given once.");
		return;
	}
	*present |= UINT64_C(1) << (f - s->fields);
	read_pair(w, &p, pair->value, (char *)value + f->offset);
}

static err faults_of_kind(struct walk *w, err kind)
{
	struct problem *p;

	if (w->faults.count == 0)
		return NULL;
	p = arena_copy(w->arena, kind, sizeof *p);
	p->detail = "See `errors`: each names a parameter and what it must be.";
	p->faults = w->faults.at;
	p->fault_count = w->faults.count;
	return p;
}

err schema_decode_pairs(struct arena *a, const struct schema *s, const struct pair *pairs, int count, err kind,
			void *value, uint64_t *present)
{
	struct walk w = {.arena = a, .mode = DECODE_CREATE, .parameters = true};
	uint64_t given = 0;

	schema_clear(s, value);
	for (int i = 0; i < count && !walk_is_full(&w); i++)
		take_pair(&w, s, &pairs[i], value, &given);
	walk_absent(&w, NULL, s, given, value);
	*present = given;
	return faults_of_kind(&w, kind);
}
