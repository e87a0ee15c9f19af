/* Bodies against what is stored: JSON Merge Patch (RFC 7396), and what a body says that is not its to say. */
#include "core/json/json.h"
#include "core/schema/member.h"
#include "core/schema/walking.h"

#include <string.h>

/* The member of that name, or NULL. */
static const struct json *named(const struct json *doc, const char *name)
{
	for (const struct json *m = json_first(doc); m; m = json_next(m))
		if (strcmp(json_name(m), name) == 0)
			return m;
	return NULL;
}

/* --- merging --- */

static void merge(struct buf *out, const struct json *target, const struct json *patch);

/* The next member of an object under construction. */
static void add_merged(struct buf *out, const char *name, const struct json *target, const struct json *patch)
{
	if (out->at[out->len - 1] != '{')
		buf_char(out, ',');
	json_str(out, name);
	buf_char(out, ':');
	if (patch)
		merge(out, target, patch);
	else
		json_write(out, target);
}

/* MergePatch(target, patch) of section 2. `target` NULL: there is none. No deeper than the gate let pass. */
static void merge(struct buf *out, const struct json *target, const struct json *patch)
{
	bool has_members = target && json_kind(target) == JSON_OBJECT;

	if (json_kind(patch) != JSON_OBJECT) {
		json_write(out, patch);
		return;
	}
	buf_char(out, '{');
	for (const struct json *m = has_members ? json_first(target) : NULL; m; m = json_next(m)) {
		const struct json *change = named(patch, json_name(m));
		if (!change || json_kind(change) != JSON_NULL)
			add_merged(out, json_name(m), m, change);
	}
	for (const struct json *m = json_first(patch); m; m = json_next(m))
		if (json_kind(m) != JSON_NULL && !(has_members && named(target, json_name(m))))
			add_merged(out, json_name(m), NULL, m);
	buf_char(out, '}');
}

static const struct json *document(struct walk *w, const struct buf *text)
{
	const struct json *doc = NULL;

	return json_parse(w->arena, text->at, text->len, &doc) ? NULL : doc;
}

/* What an object is as JSON; {} where there is none. */
static void write_object(struct buf *out, const struct field *f, const void *member)
{
	if (member_is_null(f, member))
		buf_str(out, "{}");
	else if (f->type == TYPE_ONE)
		schema_write(out, f->of, *(const void *const *)member, ~0u);
	else
		buf_str(out, *(const char *const *)member);
}

/* What JSON does not show of an object is not lost when it is made anew from JSON. */
static void keep_unshown(const struct schema *s, const void *before, const struct json *doc, void *after)
{
	uint64_t unshown = 0;

	for (int i = 0; before && i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (!(f->flags & IN) || (f->flags & (NO_OUT | NO_JSON) && !named(doc, f->name)))
			unshown |= UINT64_C(1) << i;
	}
	schema_merge(s, before, unshown, after);
}

static void merge_member(struct walk *w, const struct field *f, const struct json *patch, void *member)
{
	struct place p = {.field = f, .name = f->name};
	struct buf before = {.arena = w->arena}, after = {.arena = w->arena};
	const void *old = f->type == TYPE_ONE ? *(const void *const *)member : NULL;

	write_object(&before, f, member);
	merge(&after, document(w, &before), patch);
	const struct json *merged = document(w, &after);
	walk_take(w, &p, merged, member);
	if (old && !w->faults.count)
		keep_unshown(f->of, old, merged, *(void **)member);
}

err schema_patch(struct arena *a, const struct schema *s, const struct json *doc, const void *from,
		 uint64_t present, void *to)
{
	struct walk w = {.arena = a, .mode = DECODE_CREATE};
	uint64_t objects = 0;

	for (int i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		bool is_object = f->type == TYPE_JSON || f->type == TYPE_ONE;
		if (HAS(present, i) && is_object && !member_is_null(f, (const char *)from + f->offset)) {
			objects |= UINT64_C(1) << i;
			merge_member(&w, f, named(doc, f->name), (char *)to + f->offset);
		}
	}
	schema_merge(s, from, present & ~objects, to);
	return faults_problem(a, &w.faults);
}

/* --- what is not the client's to say --- */

enum { MEMBER_MOST = 16 }; /* bytes of the largest member, a list */

static void compare_object(struct walk *w, const struct place *up, const struct schema *s,
			   const struct json *doc, const void *value);

static void compare_list(struct walk *w, const struct place *p, const struct json *v, const struct many *many)
{
	struct place element = {.up = p, .field = p->field};

	for (const struct json *e = json_first(v); e && element.index < many->count; e = json_next(e)) {
		compare_object(w, &element, p->field->of, e,
			       (const char *)many->at + (size_t)element.index * p->field->of->size);
		element.index++;
	}
}

static void compare_member(struct walk *w, const struct place *p, const struct json *v, const void *member)
{
	_Alignas(8) char said[MEMBER_MOST] = {0};

	if (p->field->flags & IN) {
		if (p->field->type == TYPE_MANY)
			compare_list(w, p, v, member);
	} else if (json_kind(v) != JSON_NULL && walk_read(w, p, v, said) &&
		   !member_equal(p->field, said, member)) {
		walk_fault(w, p, "read_only", "Is not what it would be, and not to be set: leave it out.");
	}
}

static void compare_object(struct walk *w, const struct place *up, const struct schema *s,
			   const struct json *doc, const void *value)
{
	for (const struct json *m = json_first(doc); m && !walk_is_full(w); m = json_next(m)) {
		const struct field *f = schema_field(s, json_name(m));
		struct place p = {.up = up, .field = f, .name = json_name(m)};
		if (f && !(f->flags & NO_JSON))
			compare_member(w, &p, m, (const char *)value + f->offset);
	}
}

err schema_contradicted(struct arena *a, const struct schema *s, const struct json *doc, const void *value)
{
	struct walk w = {.arena = a, .mode = DECODE_STORED};

	compare_object(&w, NULL, s, doc, value);
	return faults_problem(a, &w.faults);
}
