/* Structs from text: query and path parameters, forms. */
#include "core/schema/member.h"
#include "core/schema/walking.h"

#include <string.h>

/* What the reader of a parameter is told; lists are separated by commas there. */
static const char *wanted_in_text(enum type t)
{
	switch (t) {
	case TYPE_UUIDS: return "UUIDs separated by commas";
	case TYPE_INTS: return "whole numbers separated by commas";
	default: return type_wanted(t);
	}
}

/* A + that was not escaped arrives as a blank, in times above all. */
static const char *plus_hint(struct walk *w, const struct field *f, const char *text)
{
	char *plus = arena_str(w->arena, text);
	int64_t t;

	for (char *c = plus; *c; c++)
		if (*c == ' ')
			*c = '+';
	if (f->type != TYPE_TIME || strcmp(plus, text) == 0 || !time_read(plus, strlen(plus), &t))
		return "";
	return " In a URL a + must be written as %2B.";
}

static void read_pair(struct walk *w, const struct place *p, const char *text, void *member)
{
	const struct field *f = p->field;
	const char *code = member_read(w->arena, f, text, member);

	if (code)
		walk_fault(w, p, code, "Must be %s.%s", wanted_in_text(f->type), plus_hint(w, f, text));
	else if (!member_is_null(f, member))
		walk_obey(w, p, member);
	else if (!(f->flags & NULLABLE)) /* the nil UUID */
		walk_fault(w, p, "invalid_format", "Must not be nil; it must be %s.",
			   wanted_in_text(f->type));
}

static bool is_list(const struct field *f)
{
	return f->type == TYPE_TEXTS || f->type == TYPE_UUIDS || f->type == TYPE_INTS;
}

/* A list may be given in several pairs of one name: as if it were one, with commas. */
static const char *joined(struct walk *w, const struct pair *pair, const struct pair *end)
{
	const char *text = pair->value;

	for (const struct pair *next = pair + 1; next < end; next++)
		if (strcmp(next->name, pair->name) == 0 && *next->value)
			text = *text ? arena_fmt(w->arena, "%s,%s", text, next->value) : next->value;
	return text;
}

static void take_pair(struct walk *w, const struct schema *s, const struct pair *pair, const struct pair *end,
		      void *value, uint64_t *present)
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
		if (!is_list(f))
			walk_fault(w, &p, "repeated", "Must be given once.");
		return;
	}
	*present |= UINT64_C(1) << (f - s->fields);
	read_pair(w, &p, is_list(f) ? joined(w, pair, end) : pair->value, (char *)value + f->offset);
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

err schema_decode_pairs(struct arena *a, const struct schema *s, const struct pair *pairs, int count,
			err kind, void *value, uint64_t *present)
{
	struct walk w = {.arena = a, .mode = DECODE_CREATE, .parameters = true};
	uint64_t given = 0;

	schema_clear(s, value);
	for (int i = 0; i < count && !walk_is_full(&w); i++)
		take_pair(&w, s, &pairs[i], pairs + count, value, &given);
	walk_absent(&w, NULL, s, given, value);
	*present = given;
	return faults_of_kind(&w, kind);
}
