/* Structs from text: query and path parameters, forms. */
#include "core/schema/member.h"
#include "core/schema/walking.h"

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
		walk_fault(w, p, "invalid_format", "Must not be nil; it must be %s.",
			   wanted_in_text(f->type));
}

static void take_pair(struct walk *w, const struct schema *s, const struct pair *pair, void *value,
		      uint64_t *present)
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

err schema_decode_pairs(struct arena *a, const struct schema *s, const struct pair *pairs, int count,
			err kind, void *value, uint64_t *present)
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
