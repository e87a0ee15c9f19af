/*
 * Imports: rows by the rules of the API, a batch a transaction, with the events of creation. What is there
 * already stays, unless it is to be updated. Another import of the same rows may run: what it adds first
 * shows as a conflict, and the batch is looked at again.
 */
#include "modules/artist/import.h"

#include <stdlib.h>
#include <string.h>

enum { IMPORT_ATTEMPTS = 5 };

bool intake_adds(const struct intake *in, int i)
{
	return in->outcomes[i].fate == IMPORT_ADDED;
}

void intake_refuse(struct intake *in, int i, const char *pointer, const char *code, const char *detail)
{
	fault_add(in->cx->arena, &in->outcomes[i].faults, pointer, code, "%s", detail);
	in->outcomes[i].fate = IMPORT_REFUSED;
}

void intake_refuse_for(struct intake *in, int i, err why)
{
	for (int f = 0; f < why->fault_count; f++)
		intake_refuse(in, i, why->faults[f].pointer, why->faults[f].code, why->faults[f].detail);
	if (!why->fault_count)
		intake_refuse(in, i, "", why->code, why->detail);
}

void complete_times(int64_t *created_at, int64_t *updated_at, int64_t *deleted_at, bool is_deleted)
{
	if (*created_at == TIME_NULL)
		*created_at = clock_now();
	if (*updated_at == TIME_NULL)
		*updated_at = *created_at;
	if (!is_deleted)
		*deleted_at = TIME_NULL;
	else if (*deleted_at == TIME_NULL)
		*deleted_at = clock_now();
}

void revise_times(const struct ctx *cx, bool was_deleted, bool is_deleted, int64_t *updated_at,
		  int64_t *deleted_at, struct uuid *deleted_by)
{
	*updated_at = clock_now();
	if (was_deleted == is_deleted)
		return;
	*deleted_at = is_deleted ? *updated_at : TIME_NULL;
	*deleted_by = is_deleted ? cx->viewer.user_id : (struct uuid){0};
}

/* --- what is there --- */

static void *row_at(const struct import_rules *rules, const struct intake *in, int i)
{
	return (char *)in->batch->rows + (size_t)i * rules->schema->size;
}

/* `id` is the first field of each. */
static struct uuid row_id(const struct import_rules *rules, const struct intake *in, int i)
{
	return *(const struct uuid *)row_at(rules, in, i);
}

struct numbered {
	struct uuid id;
	int i;
};

static int compare_numbered(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	const int order = memcmp(&x->id, &y->id, sizeof x->id);
	return order ? order : x->i - y->i;
}

/* Rows that are stored, or come twice in the batch, are not added. */
static err leave_out_stored(const struct import_rules *rules, struct intake *in)
{
	const int count = in->batch->count;
	struct numbered *sorted = ARENA_ARRAY(in->cx->arena, struct numbered, count);
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, count);

	for (int i = 0; i < count; i++)
		sorted[i] = (struct numbered){ids[i] = row_id(rules, in, i), i};
	TRY(rules->load(in->cx, ids, count, in->stored));
	qsort(sorted, (size_t)count, sizeof *sorted, compare_numbered);
	for (int i = 0; i < count; i++) {
		const bool is_twin = i && uuid_equal(sorted[i].id, sorted[i - 1].id);
		if (is_twin && intake_adds(in, sorted[i].i))
			in->outcomes[sorted[i].i].fate = IMPORT_PRESENT;
		if (in->stored[i] && intake_adds(in, i))
			in->outcomes[i].fate = IMPORT_PRESENT;
	}
	return NULL;
}

/* --- what a line may change --- */

/* What PATCH may change, and is_deleted, which DELETE and restore change. */
static uint64_t editable(const struct schema *s)
{
	uint64_t fields = 0;

	for (int i = 0; i < s->count; i++)
		if ((s->fields[i].flags & (IN | ONCE)) == IN || !strcmp(s->fields[i].name, "is_deleted"))
			fields |= UINT64_C(1) << i;
	return fields;
}

/* Row i laid over what is stored of it; false: that is the same. */
static bool differs(const struct import_rules *rules, const struct intake *in, int i, void *after)
{
	const void *before = in->stored[i];
	uint64_t said = in->batch->given[i] & ~in->batch->wishes[i] & editable(rules->schema);

	said |= said & rules->pair ? rules->pair : 0;
	memcpy(after, before, rules->schema->size);
	schema_merge(rules->schema, row_at(rules, in, i), said, after);
	rules->derive(in->cx->arena, before, after);
	return !schema_equal(rules->schema, before, after);
}

static bool says_deletion(const struct import_rules *rules, const struct intake *in, int i)
{
	uint64_t said = in->batch->given[i];

	for (int f = 0; said; f++, said >>= 1)
		if ((said & 1) && !strcmp(rules->schema->fields[f].name, "is_deleted"))
			return true;
	return false;
}

/* What becomes of row i, which is stored. What is deleted and stays so is not written over. */
static enum import_fate revised_fate(const struct import_rules *rules, const struct intake *in, int i,
				     void *after)
{
	bool by_staff, ignored;

	if (rules->is_deleted(in->stored[i], &by_staff))
		return import_fate_of_deleted(in->batch, says_deletion(rules, in, i),
					      rules->is_deleted(row_at(rules, in, i), &ignored), by_staff);
	if (!differs(rules, in, i, after))
		return IMPORT_PRESENT;
	return in->batch->mode == IMPORT_KEEPS ? IMPORT_DIFFERS : IMPORT_UPDATED;
}

/* Each in a change of its own: a line that cannot be written is refused alone. */
static err revise(const struct import_rules *rules, struct intake *in)
{
	void *after = arena_alloc(in->cx->arena, rules->schema->size);

	for (int i = 0; i < in->batch->count; i++) {
		enum import_fate *fate = &in->outcomes[i].fate;
		if (*fate != IMPORT_PRESENT || !in->stored[i])
			continue;
		*fate = revised_fate(rules, in, i, after);
		if (*fate != IMPORT_UPDATED && *fate != IMPORT_RESTORED)
			continue;
		(void)differs(rules, in, i, after);
		err e = rules->save(in->cx, in->stored[i], after);
		if (e && e->status >= 500)
			return e;
		if (e)
			intake_refuse_for(in, i, e);
	}
	return NULL;
}

static err insert_good(const struct import_rules *rules, const struct intake *in)
{
	struct change *ch = change_begin(in->cx);
	for (int i = 0; i < in->batch->count; i++)
		if (intake_adds(in, i))
			rules->add(ch, row_at(rules, in, i));
	return change_commit(in->cx, ch);
}

/* What is there is held against what is stored, not against what others have. */
err import_find(const struct import_rules *rules, struct ctx *cx, const struct import_batch *batch,
		struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx, .batch = batch, .outcomes = outcomes};
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, batch->count);

	in.stored = ARENA_ARRAY(cx->arena, const void *, batch->count);
	for (int i = 0; i < batch->count; i++)
		ids[i] = row_id(rules, &in, i);
	TRY(rules->load(cx, ids, batch->count, in.stored));
	for (int i = 0; i < batch->count; i++)
		outcomes[i].fate = in.stored[i] ? IMPORT_PRESENT : IMPORT_REFUSED;
	return rules->find(&in);
}

err import_take(const struct import_rules *rules, struct ctx *cx, const struct import_batch *batch,
		struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx, .batch = batch, .outcomes = outcomes};
	struct import_outcome *completed = ARENA_ARRAY(cx->arena, struct import_outcome, batch->count);
	err e = EDIT_CONFLICT;

	in.stored = ARENA_ARRAY(cx->arena, const void *, batch->count);
	for (int i = 0; i < batch->count; i++) {
		outcomes[i] = (struct import_outcome){.fate = IMPORT_ADDED};
		rules->complete(&in, i);
		completed[i] = outcomes[i];
	}
	for (; e && e->status == EDIT_CONFLICT->status && in.attempt < IMPORT_ATTEMPTS; in.attempt++) {
		memcpy(outcomes, completed, (size_t)batch->count * sizeof *outcomes);
		TRY(leave_out_stored(rules, &in));
		TRY(rules->prepare(&in));
		e = insert_good(rules, &in);
	}
	return e ? e : revise(rules, &in);
}
