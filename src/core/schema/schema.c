/* What can be done with any struct that has a field list: clear, merge, compare. */
#include "vobe/schema.h"

#include "core/schema/member.h"

#include <math.h>
#include <string.h>

/* clang-format off */
static const size_t member_sizes[] = {
	[TYPE_BOOL] = sizeof(bool),          [TYPE_INT] = sizeof(int64_t),
	[TYPE_REAL] = sizeof(double),        [TYPE_TEXT] = sizeof(char *),
	[TYPE_UUID] = sizeof(struct uuid),   [TYPE_TIME] = sizeof(int64_t),
	[TYPE_DATE] = sizeof(char *),        [TYPE_TEXTS] = sizeof(struct texts),
	[TYPE_UUIDS] = sizeof(struct uuids), [TYPE_INTS] = sizeof(struct ints),
	[TYPE_JSON] = sizeof(char *),        [TYPE_BYTES] = sizeof(struct bytes),
	[TYPE_MANY] = sizeof(struct many),   [TYPE_ONE] = sizeof(void *),
};
/* clang-format on */

static const void *member_of(const void *value, const struct field *f)
{
	return (const char *)value + f->offset;
}

void member_clear(const struct field *f, void *member)
{
	memset(member, 0, member_sizes[f->type]);
	if (f->type == TYPE_INT)
		*(int64_t *)member = INT_NULL;
	else if (f->type == TYPE_TIME)
		*(int64_t *)member = TIME_NULL;
	else if (f->type == TYPE_REAL)
		*(double *)member = NAN;
}

void schema_clear(const struct schema *s, void *value)
{
	memset(value, 0, s->size);
	for (const struct field *f = s->fields; f < s->fields + s->count; f++)
		member_clear(f, (char *)value + f->offset);
}

const struct field *schema_field(const struct schema *s, const char *name)
{
	for (const struct field *f = s->fields; f < s->fields + s->count; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

void schema_merge(const struct schema *s, const void *from, uint64_t present, void *to)
{
	for (int i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (HAS(present, i))
			memcpy((char *)to + f->offset, member_of(from, f), member_sizes[f->type]);
	}
}

static bool text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool texts_equal(const struct texts *a, const struct texts *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!text_equal(a->at[i], b->at[i]))
			return false;
	return true;
}

static bool bytes_equal(const struct bytes *a, const struct bytes *b)
{
	if (!a->at || !b->at)
		return a->at == b->at;
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static bool array_equal(const void *a, int a_count, const void *b, int b_count, size_t size)
{
	return a_count == b_count && (a_count == 0 || memcmp(a, b, (size_t)a_count * size) == 0);
}

static bool many_equal(const struct schema *of, const struct many *a, const struct many *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < (size_t)a->count; i++)
		if (!schema_equal(of, (const char *)a->at + i * of->size, (const char *)b->at + i * of->size))
			return false;
	return true;
}

bool member_equal(const struct field *f, const void *a, const void *b)
{
	const struct uuids *ua = a, *ub = b;
	const struct ints *ia = a, *ib = b;

	switch (f->type) {
	case TYPE_BOOL: return *(const bool *)a == *(const bool *)b;
	case TYPE_INT:
	case TYPE_TIME: return *(const int64_t *)a == *(const int64_t *)b;
	case TYPE_REAL:
		return member_is_null(f, a) ? member_is_null(f, b) : *(const double *)a == *(const double *)b;
	case TYPE_UUID: return uuid_equal(*(const struct uuid *)a, *(const struct uuid *)b);
	case TYPE_TEXT:
	case TYPE_DATE:
	case TYPE_JSON: return text_equal(*(const char *const *)a, *(const char *const *)b);
	case TYPE_TEXTS: return texts_equal(a, b);
	case TYPE_UUIDS: return array_equal(ua->at, ua->count, ub->at, ub->count, sizeof *ua->at);
	case TYPE_INTS: return array_equal(ia->at, ia->count, ib->at, ib->count, sizeof *ia->at);
	case TYPE_BYTES: return bytes_equal(a, b);
	case TYPE_MANY: return many_equal(f->of, a, b);
	case TYPE_ONE: return schema_equal(f->of, *(const void *const *)a, *(const void *const *)b);
	}
	return false;
}

bool schema_equal(const struct schema *s, const void *a, const void *b)
{
	if (!a || !b)
		return a == b;
	for (const struct field *f = s->fields; f < s->fields + s->count; f++)
		if (!member_equal(f, member_of(a, f), member_of(b, f)))
			return false;
	return true;
}

/* `depth` levels of nesting are looked at: a comment holds comments. */
static bool same_shape(const struct schema *a, const struct schema *b, int depth)
{
	if (a == b || !depth)
		return true;
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++) {
		const struct field *x = &a->fields[i], *y = &b->fields[i];
		bool nested = x->type == TYPE_MANY || x->type == TYPE_ONE;
		if (strcmp(x->name, y->name) != 0 || x->type != y->type)
			return false;
		if (nested && !same_shape(x->of, y->of, depth - 1))
			return false;
	}
	return true;
}

bool schema_same_shape(const struct schema *a, const struct schema *b)
{
	enum { LEVELS = 3 };
	return same_shape(a, b, LEVELS);
}
