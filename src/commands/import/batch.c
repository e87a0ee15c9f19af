/* Gives lines to their module. */
#include "commands/import/batch.h"

#include <stdlib.h>
#include <string.h>

static void tell_refused(const struct line *l)
{
	report_refused(l->report, &l->at, l->faults.at, l->faults.count);
}

void batch_refuse(struct batch *b, const struct line *l)
{
	if (l->row && !l->is_spam && b->refused_count < IMPORT_BATCH)
		b->refused[b->refused_count++] = *l;
	else
		tell_refused(l);
}

static void wait_for_others(struct waiting *w, int64_t line)
{
	if (w->count == w->room) {
		const int room = w->room ? w->room * 2 : 64;
		int64_t *larger = realloc(w->lines, (size_t)room * sizeof *larger);
		if (!larger)
			abort();
		w->lines = larger;
		w->room = room;
	}
	w->lines[w->count++] = line;
}

static void tell_notes(const struct line *l, const struct import_notes *notes)
{
	for (int i = 0; i < notes->count; i++)
		report_note(l->report, &l->at, notes->at[i]);
}

static void tell_deletion(const struct line *l, enum import_fate fate)
{
	if (fate == IMPORT_RESTORED)
		report_say("%s:%lld: was deleted here; brought back", l->at.path, (long long)l->at.line);
	else if (fate == IMPORT_GONE)
		report_remark(l->report, l->at.path, "is_deleted", "deleted here, and left so,",
			      "--update brings back what says \"is_deleted\": false");
	else if (fate == IMPORT_REMOVED)
		report_remark(l->report, l->at.path, "is_deleted", "deleted here by staff, and left so,",
			      "--restore brings back what says \"is_deleted\": false");
}

/* What became of a line. Notes of one that waits are told when it goes in. */
static void tell(const struct line *l, const struct import_outcome *o, struct waiting *waiting)
{
	struct import_totals *t = &l->report->totals;

	if (o->fate == IMPORT_WAITS && waiting) {
		wait_for_others(waiting, l->at.line);
		return;
	}
	if (o->fate == IMPORT_REFUSED || o->fate == IMPORT_WAITS) {
		report_refused(l->report, &l->at, o->faults.at, o->faults.count);
		return;
	}
	t->added += o->fate == IMPORT_ADDED;
	t->present += o->fate != IMPORT_ADDED;
	t->differ += o->fate == IMPORT_DIFFERS;
	t->updated += o->fate == IMPORT_UPDATED;
	t->restored += o->fate == IMPORT_RESTORED;
	t->deleted += o->fate == IMPORT_GONE || o->fate == IMPORT_REMOVED;
	tell_deletion(l, o->fate);
	t->fitted += l->notes.count + o->notes.count > 0;
	tell_notes(l, &l->notes);
	tell_notes(l, &o->notes);
}

/* The rows of the lines, packed as their module wants them. */
static struct import_batch pack(struct ctx *cx, struct line *const *lines, int count)
{
	const size_t size = lines[0]->kind->importer()->schema->size;
	uint64_t *given = ARENA_ARRAY(cx->arena, uint64_t, count);
	uint64_t *guessed = ARENA_ARRAY(cx->arena, uint64_t, count);
	char *rows = arena_array(cx->arena, (size_t)count, size);

	for (int i = 0; i < count; i++) {
		memcpy(rows + (size_t)i * size, lines[i]->row, size);
		given[i] = lines[i]->given;
		guessed[i] = lines[i]->guessed;
	}
	return (struct import_batch){rows, given, guessed, count, lines[0]->wanted->mode};
}

static void refuse(struct ctx *cx, struct import_outcome *o, err why)
{
	*o = (struct import_outcome){.fate = IMPORT_REFUSED};
	for (int i = 0; i < why->fault_count; i++)
		fault_add(cx->arena, &o->faults, why->faults[i].pointer, why->faults[i].code, "%s",
			  why->faults[i].detail);
	if (!why->fault_count)
		fault_add(cx->arena, &o->faults, "", why->code, "%s", why->detail);
}

/*
 * What the database refuses is a fault of one line that nobody foresaw: each goes alone then, so that the
 * others go in.
 */
static err give(struct ctx *cx, struct line *const *lines, int count, struct import_outcome *outcomes)
{
	const struct import_batch all = pack(cx, lines, count);
	err e = lines[0]->kind->importer()->take(cx, &all, outcomes);

	if (!e || e->status >= 500)
		return e;
	if (count == 1) {
		refuse(cx, outcomes, e);
		return NULL;
	}
	for (int i = 0; i < count; i++)
		TRY(give(cx, lines + i, 1, outcomes + i));
	return NULL;
}

/* One fault a member: the first that was found says what to do. */
static void add_found(struct line *l, const struct faults *found)
{
	for (int i = 0; i < found->count; i++)
		if (!faults_at(&l->faults, found->at[i].pointer))
			line_fault(l, found->at[i].pointer, found->at[i].code, found->at[i].detail);
}

/* What is wrong besides with lines that are refused, so that whoever mends them need not come twice. */
static err tell_all_refused(struct ctx *cx, struct batch *b)
{
	const int count = b->refused_count;
	struct line **lines = ARENA_ARRAY(cx->arena, struct line *, count + 1);
	struct import_outcome *found = ARENA_ARRAY(cx->arena, struct import_outcome, count + 1);

	for (int i = 0; i < count; i++)
		lines[i] = &b->refused[i];
	if (count && lines[0]->kind->importer()->find) {
		const struct import_batch all = pack(cx, lines, count);
		err e = lines[0]->kind->importer()->find(cx, &all, found);
		if (e && e->status >= 500)
			return e;
	}
	for (int i = 0; i < count; i++) {
		add_found(lines[i], &found[i].faults);
		tell_refused(lines[i]);
	}
	return NULL;
}

err batch_take(struct ctx *cx, struct batch *b, struct waiting *waiting)
{
	struct line **good = ARENA_ARRAY(cx->arena, struct line *, b->count + 1);
	struct import_outcome *outcomes = ARENA_ARRAY(cx->arena, struct import_outcome, b->count + 1);
	int count = 0;

	if (b->count && b->lines[0].kind->complete)
		TRY(b->lines[0].kind->complete(cx, b->lines, b->count));
	for (int i = 0; i < b->count; i++)
		if (b->lines[i].faults.count)
			batch_refuse(b, &b->lines[i]);
		else
			good[count++] = &b->lines[i];
	TRY(tell_all_refused(cx, b));
	if (!count)
		return NULL;
	TRY(give(cx, good, count, outcomes));
	for (int i = 0; i < count; i++)
		tell(good[i], &outcomes[i], waiting);
	return NULL;
}
