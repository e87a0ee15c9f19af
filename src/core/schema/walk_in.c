/* Structs from JSON documents: every member is read, every fault collected. */
#include "core/schema/member.h"
#include "core/schema/walking.h"

#include "core/json/json.h"
#include "vobe/text.h"

#include <string.h>

/* Reads `v` into *out as the place's field says. False: a fault was told, its rules have nothing to look at.
 */
typedef bool (*reader)(struct walk *w, const struct place *p, const struct json *v, void *out);

static const char *kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",        [JSON_FALSE] = "false",     [JSON_TRUE] = "true",
		[JSON_NUMBER] = "a number",  [JSON_STRING] = "a string", [JSON_ARRAY] = "a list",
		[JSON_OBJECT] = "an object",
	};
	return names[kind];
}

static bool is_kind(struct walk *w, const struct place *p, enum type wanted, const struct json *v,
		    enum json_kind kind)
{
	if (json_kind(v) == kind)
		return true;
	walk_fault(w, p, "wrong_type", "Must be %s, not %s.", type_wanted(wanted), kind_name(json_kind(v)));
	return false;
}

/* --- single values --- */

static bool read_bool(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	*(bool *)out = json_kind(v) == JSON_TRUE;
	return json_kind(v) == JSON_FALSE || is_kind(w, p, TYPE_BOOL, v, JSON_TRUE);
}

static bool read_int(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	int64_t n = INT_NULL; /* which cannot be sent: it is our null */
	const char *beyond;

	if (!is_kind(w, p, TYPE_INT, v, JSON_NUMBER))
		return false;
	if (json_integer(v, &n) == INTEGER_FRACTION) {
		walk_fault(w, p, "wrong_type", "Must be a whole number, not a fraction.");
		return false;
	}
	if (n == INT_NULL) {
		beyond = json_number(v) < 0 ? "too_small" : "too_large";
		walk_fault(w, p, beyond, "Must be a whole number of at most 64 bits.");
		return false;
	}
	*(int64_t *)out = n;
	return true;
}

static bool read_real(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	if (!is_kind(w, p, TYPE_REAL, v, JSON_NUMBER))
		return false;
	*(double *)out = json_number(v);
	return true;
}

static bool read_text(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	if (!is_kind(w, p, TYPE_TEXT, v, JSON_STRING))
		return false;
	*(const char **)out = json_string(v);
	return true;
}

/* UUID, DATE, BYTES: strings of a form that the text reader knows. */
static bool read_formed(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	enum type type = p->field->type;

	if (!is_kind(w, p, type, v, JSON_STRING))
		return false;
	if (!member_read(w->arena, p->field, json_string(v), out))
		return true;
	walk_fault(w, p, "invalid_format", "Must be %s.", value_wanted(p->field));
	return false;
}

/* Parameters may be plain dates; a body says the time of day too. */
static bool read_time(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	enum { DATE_BYTES = 10 };

	if (json_kind(v) != JSON_STRING || strlen(json_string(v)) > DATE_BYTES)
		return read_formed(w, p, v, out);
	walk_fault(w, p, "invalid_format", "Must be %s.", type_wanted(TYPE_TIME));
	return false;
}

static bool read_json(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	struct buf text = {.arena = w->arena};

	if (w->mode != DECODE_STORED && !is_kind(w, p, TYPE_JSON, v, JSON_OBJECT))
		return false;
	json_write(&text, v);
	*(const char **)out = buf_text(&text);
	return true;
}

/* An element of UUIDS; there is no null in lists. */
static bool read_uuid(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	struct uuid id;

	if (!is_kind(w, p, TYPE_UUID, v, JSON_STRING))
		return false;
	if (!uuid_read(json_string(v), strlen(json_string(v)), &id) || uuid_is_nil(id)) {
		walk_fault(w, p, "invalid_format", "Must be %s.", type_wanted(TYPE_UUID));
		return false;
	}
	*(struct uuid *)out = id;
	return true;
}

/* --- lists and nested objects --- */

static bool read_object(struct walk *w, const struct place *p, const struct schema *s, const struct json *v,
			void *value, uint64_t *present);

/* A nested struct is a whole value even in a merge patch: its presence set is not kept. */
static bool read_nested(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	enum decode_mode outer = w->mode;
	uint64_t present;
	bool fine;

	if (outer == DECODE_PATCH && p->field->type == TYPE_MANY)
		w->mode = DECODE_CREATE; /* elements are whole values */
	fine = read_object(w, p, p->field->of, v, out, &present);
	w->mode = outer;
	return fine;
}

static bool read_one(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	void *value = arena_alloc(w->arena, p->field->of->size);

	*(const void **)out = value;
	return read_nested(w, p, v, value);
}

static int elements(const struct json *v)
{
	int n = 0;

	for (const struct json *e = json_first(v); e; e = json_next(e))
		n++;
	return n;
}

/* Each element into the next `size` bytes of a fresh array. */
static bool read_list(struct walk *w, const struct place *p, const struct json *v, size_t size, reader read,
		      struct many *out)
{
	struct place element = {.up = p, .field = p->field};
	bool fine = true;

	if (!is_kind(w, p, p->field->type, v, JSON_ARRAY))
		return false;
	out->count = elements(v);
	char *at = arena_array(w->arena, (size_t)out->count, size);
	out->at = at;
	for (const struct json *e = json_first(v); e && !walk_is_full(w); e = json_next(e), at += size) {
		fine = read(w, &element, e, at) && fine;
		element.index++;
	}
	return fine;
}

static bool read_texts(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	struct many list = {0};
	bool fine = read_list(w, p, v, sizeof(char *), read_text, &list);

	*(struct texts *)out = (struct texts){list.at, list.count};
	return fine;
}

static bool read_uuids(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	struct many list = {0};
	bool fine = read_list(w, p, v, sizeof(struct uuid), read_uuid, &list);

	*(struct uuids *)out = (struct uuids){list.at, list.count};
	return fine;
}

static bool read_ints(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	struct many list = {0};
	bool fine = read_list(w, p, v, sizeof(int64_t), read_int, &list);

	*(struct ints *)out = (struct ints){list.at, list.count};
	return fine;
}

static bool read_many(struct walk *w, const struct place *p, const struct json *v, void *out)
{
	return read_list(w, p, v, p->field->of->size, read_nested, out);
}

/* --- members and objects --- */

/* clang-format off */
static const reader readers[] = {
	[TYPE_BOOL] = read_bool,   [TYPE_INT] = read_int,     [TYPE_REAL] = read_real,
	[TYPE_TEXT] = read_text,   [TYPE_UUID] = read_formed, [TYPE_TIME] = read_time,
	[TYPE_DATE] = read_formed, [TYPE_TEXTS] = read_texts, [TYPE_UUIDS] = read_uuids,
	[TYPE_INTS] = read_ints,   [TYPE_JSON] = read_json,   [TYPE_BYTES] = read_formed,
	[TYPE_MANY] = read_many,   [TYPE_ONE] = read_one,
};
/* clang-format on */

bool walk_read(struct walk *w, const struct place *p, const struct json *v, void *member)
{
	return readers[p->field->type](w, p, v, member);
}

void walk_take(struct walk *w, const struct place *p, const struct json *v, void *member)
{
	bool stored = w->mode == DECODE_STORED;
	bool has_value = json_kind(v) != JSON_NULL && walk_read(w, p, v, member);

	if (stored)
		return;
	if (has_value)
		member_tidy(w->arena, p->field, member);
	if (json_kind(v) == JSON_NULL ||
	    (has_value && member_is_null(p->field, member))) /* the nil UUID is null, and blank text may be */
		walk_null(w, p);
	else if (has_value)
		walk_obey(w, p, member);
}

/* Whether others can be looked at though one is at fault: each has its place in the list. */
static bool is_told_by_element(const struct walk *w, const struct field *f, const void *member)
{
	const int count = f->type == TYPE_UUIDS  ? ((const struct uuids *)member)->count
			  : f->type == TYPE_MANY ? ((const struct many *)member)->count
						 : 0;
	return count > 0 && count <= f->max && !walk_is_full(w);
}

/* What was sent, and of that what is sound. */
struct given {
	uint64_t sent, sound;
};

static void take_member(struct walk *w, const struct place *up, const struct schema *s, const struct json *m,
			void *value, struct given *given)
{
	const struct field *f = schema_field(s, json_name(m));
	struct place p = {.up = up, .field = f, .name = json_name(m)};
	bool stored = w->mode == DECODE_STORED;

	if (!f || f->flags & NO_JSON) {
		if (!stored)
			walk_fault_unknown(w, &p, s);
		return;
	}
	if (!stored && w->mode != DECODE_LINE && !(f->flags & IN))
		return;
	const uint64_t bit = UINT64_C(1) << (f - s->fields);
	const int before = w->faults.count;
	void *member = (char *)value + f->offset;
	given->sent |= bit;
	given->sound |= bit;
	walk_take(w, &p, m, member);
	if (w->faults.count == before || is_told_by_element(w, f, member))
		return;
	member_clear(f, member);
	given->sound &= ~bit;
}

static bool read_object(struct walk *w, const struct place *p, const struct schema *s, const struct json *v,
			void *value, uint64_t *present)
{
	int before = w->faults.count;
	struct given given = {0};

	schema_clear(s, value);
	*present = 0;
	if (!is_kind(w, p, TYPE_ONE, v, JSON_OBJECT))
		return false;
	for (const struct json *m = json_first(v); m && !walk_is_full(w); m = json_next(m))
		take_member(w, p, s, m, value, &given);
	if (w->mode == DECODE_CREATE || w->mode == DECODE_LINE)
		walk_absent(w, p, s, given.sent, value);
	*present = given.sound;
	return w->faults.count == before;
}

err schema_decode(struct arena *a, const struct schema *s, const struct json *doc, enum decode_mode mode,
		  void *value, uint64_t *present)
{
	struct walk w = {.arena = a, .mode = mode};

	read_object(&w, NULL, s, doc, value, present);
	return faults_problem(a, &w.faults);
}

/* --- values filled by ourselves --- */

static void validate(struct walk *w, const struct place *up, const struct schema *s, void *value);

static void validate_nested(struct walk *w, const struct place *p, void *member)
{
	const struct field *f = p->field;
	const struct many *many = member;

	if (f->type == TYPE_ONE)
		validate(w, p, f->of, *(void **)member);
	for (int i = 0; f->type == TYPE_MANY && i < many->count; i++) {
		struct place element = {.up = p, .field = f, .index = i};
		validate(w, &element, f->of, (char *)many->at + (size_t)i * f->of->size);
	}
}

static void validate(struct walk *w, const struct place *up, const struct schema *s, void *value)
{
	for (const struct field *f = s->fields; f < s->fields + s->count; f++) {
		struct place p = {.up = up, .field = f, .name = f->name};
		void *member = (char *)value + f->offset;
		if (f->flags & IN)
			member_tidy(w->arena, f, member);
		if (!member_is_null(f, member)) {
			walk_obey(w, &p, member);
			validate_nested(w, &p, member);
		} else if (f->flags & REQ) {
			walk_fault_required(w, &p);
		}
	}
}

err schema_validate(struct arena *a, const struct schema *s, void *value)
{
	struct walk w = {.arena = a, .mode = DECODE_CREATE};

	validate(&w, NULL, s, value);
	return faults_problem(a, &w.faults);
}
