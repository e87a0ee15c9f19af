/* Structs from JSON documents: every member is read, every fault collected. */
#include "core/walking.h"

#include "core/json.h"
#include "vobe/text.h"

#include <string.h>

static const char *kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",       [JSON_FALSE] = "false",   [JSON_TRUE] = "true",     [JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string", [JSON_ARRAY] = "a list",  [JSON_OBJECT] = "an object",
	};
	return names[kind];
}

/* The outcome of reading is a bool: whether there is a value now that the field's rules may look at. */

static bool is_kind(struct walk *w, const struct place *p, const char *wanted, const struct json *v, enum json_kind kind)
{
	if (json_kind(v) == kind)
		return true;
	walk_fault(w, p, "wrong_type", "Must be %s, not %s.", wanted, kind_name(json_kind(v)));
	return false;
}

static bool read_bool(struct walk *w, const struct place *p, const struct json *v, bool *out)
{
	*out = json_kind(v) == JSON_TRUE;
	return json_kind(v) == JSON_FALSE || is_kind(w, p, "true or false", v, JSON_TRUE);
}

static bool read_int(struct walk *w, const struct place *p, const struct json *v, int64_t *out)
{
	int64_t n = 0;

	if (!is_kind(w, p, "a whole number", v, JSON_NUMBER))
		return false;
	switch (json_integer(v, &n)) {
	case INTEGER_FINE: break;
	case INTEGER_BEYOND: n = INT_NULL; break;
	case INTEGER_FRACTION:
		walk_fault(w, p, "wrong_type", "Must be a whole number, not a fraction.");
		return false;
	}
	if (n == INT_NULL) {
		bool below = json_number(v) < 0;
		walk_fault(w, p, below ? "too_small" : "too_large", "Must be a whole number of at most 64 bits.");
		return false;
	}
	*out = n;
	return true;
}

static bool read_real(struct walk *w, const struct place *p, const struct json *v, double *out)
{
	if (!is_kind(w, p, "a number", v, JSON_NUMBER))
		return false;
	*out = json_number(v);
	return true;
}

static bool read_text(struct walk *w, const struct place *p, const struct json *v, const char **out)
{
	if (!is_kind(w, p, "a string", v, JSON_STRING))
		return false;
	*out = json_string(v);
	return true;
}

/* UUID, DATE, BYTES: strings of a form that the text reader knows. */
static bool read_formed(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *member)
{
	if (!is_kind(w, p, type_wanted(f->type), v, JSON_STRING))
		return false;
	if (!member_read(w->arena, f, json_string(v), member))
		return true;
	walk_fault(w, p, "invalid_format", "Must be %s.", type_wanted(f->type));
	return false;
}

/* Parameters may be plain dates; a body says the time of day too. */
static bool read_time(struct walk *w, const struct place *p, const struct field *f, const struct json *v, int64_t *out)
{
	enum { DATE_BYTES = 10 };

	if (json_kind(v) == JSON_STRING && strlen(json_string(v)) <= DATE_BYTES) {
		walk_fault(w, p, "invalid_format", "Must be %s.", type_wanted(TYPE_TIME));
		return false;
	}
	return read_formed(w, p, f, v, out);
}

static bool read_json(struct walk *w, const struct place *p, const struct json *v, const char **out)
{
	struct buf text = {.arena = w->arena};

	if (w->mode != DECODE_STORED && !is_kind(w, p, "an object", v, JSON_OBJECT))
		return false;
	json_write(&text, v);
	*out = buf_text(&text);
	return true;
}

/* --- lists --- */

static int elements(const struct json *v)
{
	int n = 0;

	for (const struct json *e = json_first(v); e; e = json_next(e))
		n++;
	return n;
}

/* Runs `read` over the elements of a list, each into the next `size` bytes of a fresh array. */
typedef bool (*element_reader)(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *out);

static bool read_list(struct walk *w, const struct place *p, const struct field *f, const struct json *v, size_t size,
		      element_reader read, void **at, int *count)
{
	bool fine = true;
	struct place element = {.up = p};

	if (!is_kind(w, p, type_wanted(f->type), v, JSON_ARRAY))
		return false;
	*count = elements(v);
	*at = arena_array(w->arena, (size_t)*count, size);
	for (const struct json *e = json_first(v); e && !walk_is_full(w); e = json_next(e)) {
		fine = read(w, &element, f, e, (char *)*at + (size_t)element.index * size) && fine;
		element.index++;
	}
	return fine;
}

static bool read_text_element(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *out)
{
	(void)f;
	return read_text(w, p, v, out);
}

static bool read_int_element(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *out)
{
	(void)f;
	return read_int(w, p, v, out);
}

static bool read_uuid_element(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *out)
{
	struct uuid id;
	(void)f;

	if (!is_kind(w, p, type_wanted(TYPE_UUID), v, JSON_STRING))
		return false;
	if (!uuid_read(json_string(v), strlen(json_string(v)), &id) || uuid_is_nil(id)) {
		walk_fault(w, p, "invalid_format", "Must be %s.", type_wanted(TYPE_UUID));
		return false;
	}
	memcpy(out, &id, sizeof id);
	return true;
}

static bool read_object(struct walk *w, const struct place *p, const struct schema *s, const struct json *v, void *value,
			uint64_t *present);

/* A nested struct is a whole value even in a merge patch: its presence set is not kept. */
static bool read_nested(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *out)
{
	enum decode_mode outer = w->mode;
	uint64_t present;
	bool fine;

	w->mode = outer == DECODE_PATCH ? DECODE_CREATE : outer;
	fine = read_object(w, p, f->of, v, out, &present);
	w->mode = outer;
	return fine;
}

static bool read_one(struct walk *w, const struct place *p, const struct field *f, const struct json *v, const void **out)
{
	void *value = arena_alloc(w->arena, f->of->size);

	*out = value;
	return read_nested(w, p, f, v, value);
}

/* struct texts, uuids, ints and many are all a pointer and a count. */
static bool read_list_member(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *member)
{
	struct texts *texts = member;
	struct uuids *uuids = member;
	struct ints *ints = member;
	struct many *many = member;
	void *at = NULL;
	int count = 0;
	bool fine = false;

	switch (f->type) {
	case TYPE_TEXTS:
		fine = read_list(w, p, f, v, sizeof(char *), read_text_element, &at, &count);
		*texts = (struct texts){at, count};
		break;
	case TYPE_UUIDS:
		fine = read_list(w, p, f, v, sizeof(struct uuid), read_uuid_element, &at, &count);
		*uuids = (struct uuids){at, count};
		break;
	case TYPE_INTS:
		fine = read_list(w, p, f, v, sizeof(int64_t), read_int_element, &at, &count);
		*ints = (struct ints){at, count};
		break;
	default:
		fine = read_list(w, p, f, v, f->of->size, read_nested, &at, &count);
		*many = (struct many){at, count};
		break;
	}
	return fine;
}

/* --- members and objects --- */

static bool read_member(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *member)
{
	switch (f->type) {
	case TYPE_BOOL: return read_bool(w, p, v, member);
	case TYPE_INT: return read_int(w, p, v, member);
	case TYPE_REAL: return read_real(w, p, v, member);
	case TYPE_TEXT: return read_text(w, p, v, member);
	case TYPE_TIME: return read_time(w, p, f, v, member);
	case TYPE_UUID:
	case TYPE_DATE:
	case TYPE_BYTES: return read_formed(w, p, f, v, member);
	case TYPE_JSON: return read_json(w, p, v, member);
	case TYPE_TEXTS:
	case TYPE_UUIDS:
	case TYPE_INTS:
	case TYPE_MANY: return read_list_member(w, p, f, v, member);
	case TYPE_ONE: return read_one(w, p, f, v, member);
	}
	return false;
}

static void take_value(struct walk *w, const struct place *p, const struct field *f, const struct json *v, void *member)
{
	bool stored = w->mode == DECODE_STORED;

	if (json_kind(v) == JSON_NULL) {
		if (!stored)
			walk_null(w, p, f);
	} else if (read_member(w, p, f, v, member) && !stored) {
		if (member_is_null(f, member)) /* the nil UUID stands for null */
			walk_null(w, p, f);
		else
			walk_obey(w, p, f, member);
	}
}

static void take_member(struct walk *w, const struct place *up, const struct schema *s, const struct json *m, void *value,
			uint64_t *present)
{
	const struct field *f = schema_field(s, json_name(m));
	struct place p = {.up = up, .name = json_name(m)};
	bool stored = w->mode == DECODE_STORED;

	if (!f || f->flags & NO_JSON) {
		if (!stored)
			walk_fault_unknown(w, &p, s);
		return;
	}
	if (!stored && !(f->flags & IN))
		return;
	*present |= UINT64_C(1) << (f - s->fields);
	take_value(w, &p, f, m, (char *)value + f->offset);
}

static bool read_object(struct walk *w, const struct place *p, const struct schema *s, const struct json *v, void *value,
			uint64_t *present)
{
	int before = w->faults.count;

	schema_clear(s, value);
	*present = 0;
	if (!is_kind(w, p, "an object", v, JSON_OBJECT))
		return false;
	for (const struct json *m = json_first(v); m && !walk_is_full(w); m = json_next(m))
		take_member(w, p, s, m, value, present);
	if (w->mode == DECODE_CREATE)
		walk_absent(w, p, s, *present, value);
	return w->faults.count == before;
}

err schema_decode(struct arena *a, const struct schema *s, const struct json *doc, enum decode_mode mode, void *value,
		  uint64_t *present)
{
	struct walk w = {.arena = a, .mode = mode};

	read_object(&w, NULL, s, doc, value, present);
	return faults_problem(a, &w.faults);
}

/* --- values filled by ourselves --- */

static void validate(struct walk *w, const struct place *up, const struct schema *s, const void *value);

static void validate_nested(struct walk *w, const struct place *p, const struct field *f, const void *member)
{
	const struct many *many = member;

	if (f->type == TYPE_ONE)
		validate(w, p, f->of, *(const void *const *)member);
	for (int i = 0; f->type == TYPE_MANY && i < many->count; i++) {
		struct place element = {.up = p, .index = i};
		validate(w, &element, f->of, (const char *)many->at + (size_t)i * f->of->size);
	}
}

static void validate(struct walk *w, const struct place *up, const struct schema *s, const void *value)
{
	for (const struct field *f = s->fields; f < s->fields + s->count; f++) {
		struct place p = {.up = up, .name = f->name};
		const void *member = (const char *)value + f->offset;
		if (!member_is_null(f, member)) {
			walk_obey(w, &p, f, member);
			validate_nested(w, &p, f, member);
		} else if (f->flags & REQ) {
			walk_fault(w, &p, "required", "Required: %s. It must be %s.", f->doc, type_wanted(f->type));
		}
	}
}

err schema_validate(struct arena *a, const struct schema *s, const void *value)
{
	struct walk w = {.arena = a, .mode = DECODE_CREATE};

	validate(&w, NULL, s, value);
	return faults_problem(a, &w.faults);
}
