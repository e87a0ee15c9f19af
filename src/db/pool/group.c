/* Groups: who may travel together, one operation of several, and what becomes of each when that has ended. */
#include "db/pool/group.h"

#include "vobe/clock.h"

#include <stdlib.h>
#include <string.h>

enum { APART = 64 }; /* changes that go alone when groups of two have failed too */

struct group {
	struct op op; /* what is sent for all */
	struct arena *arena;
	struct op *last; /* the statements behind those of the members; NULL: none */
	struct op *members[GROUP_MAX];
	int count;
	bool is_closed; /* its one member goes alone */
	int steps;
	size_t bytes;
	uint64_t keys[GROUP_KEYS];
	struct origin *origins; /* of each statement that is sent */
};

/* Whose a statement is, and which of theirs; of one that is sent for several, nobody's. */
struct origin {
	struct op *op;
	int step;
};

/* --- Who may travel together --- */

bool group_touches(const struct op *group, const struct op *op)
{
	for (int i = 0; i < op->key_count; i++)
		for (int j = 0; j < group->key_count; j++)
			if (op->keys[i] == group->keys[j])
				return true;
	return false;
}

static bool has_time(const struct op *op)
{
	return !op->deadline_us || op->deadline_us - clock_mono() >= MEMBER_TIME_MS * INT64_C(1000);
}

static bool travels(const struct op *op)
{
	return !op->alone && !op->parted && !op->lonely && !op->is_sealed && op->step_count <= MEMBER_STEPS &&
	       op->parameters.len <= MEMBER_BYTES && op->key_count <= MEMBER_KEYS && has_time(op);
}

bool group_may_join(const struct group *g, const struct op *op)
{
	const struct line *l = &op->pool->lines[DUTY_WRITE];
	return !g->is_closed && g->count < l->together && travels(op) &&
	       g->steps + op->step_count <= GROUP_STEPS && g->bytes + op->parameters.len <= GROUP_BYTES &&
	       g->op.key_count + op->key_count <= GROUP_KEYS && !group_touches(&g->op, op);
}

void group_join(struct group *g, struct op *op)
{
	g->members[g->count++] = op;
	g->bytes += op->parameters.len;
	g->steps += op->step_count;
	if (op->seal)
		g->op.seal = op->seal;
	if (op->deadline_us && (!g->op.deadline_us || op->deadline_us < g->op.deadline_us))
		g->op.deadline_us = op->deadline_us;
	if (g->is_closed)
		return;
	if (op->key_count)
		memcpy(g->keys + g->op.key_count, op->keys, (size_t)op->key_count * sizeof *op->keys);
	g->op.key_count += op->key_count;
}

struct group *group_new(struct op *op)
{
	struct arena *a = arena_new();
	struct group *g = ARENA_NEW(a, struct group);
	g->arena = a;
	g->op = (struct op){.duty = DUTY_WRITE, .pool = op->pool, .is_group = true, .keys = g->keys};
	g->is_closed = !travels(op);
	group_join(g, op);
	return g;
}

const struct op *group_op(const struct group *g)
{
	return g->is_closed ? g->members[0] : &g->op;
}

/* --- What becomes of the members --- */

static void group_free(struct group *g)
{
	op_rewind(&g->op);
	if (g->last)
		op_rewind(g->last);
	arena_free(g->arena);
}

/* A statement that is sent for several returns nothing that anybody waits for (struct statement). */
static void give_results(struct group *g)
{
	for (int i = 0; i < g->op.step_count; i++) {
		const struct origin *o = &g->origins[i];
		if (!o->op)
			continue;
		o->op->steps[o->step].result = g->op.steps[i].result;
		g->op.steps[i].result = NULL;
	}
	for (int i = 0; i < g->count; i++)
		g->members[i]->at = g->members[i]->step_count;
}

static void all_committed(struct group *g)
{
	give_results(g);
	if (g->last) {
		g->last->at = g->last->step_count;
		g->last->ended(g->last);
	}
	for (int i = 0; i < g->count; i++)
		op_end(g->members[i], END_FINE);
}

/* Each by itself, in their order, before those that came later. */
static void part(struct group *g, bool was_lost)
{
	for (int i = g->count - 1; i >= 0; i--) {
		struct op *op = g->members[i];
		op->parted = true;
		op->tries += was_lost;
		op->queued_ms = patience_ms;
		op_rewind(op);
		pool_requeue(op);
	}
}

static void group_ended(struct op *op)
{
	struct group *g = (struct group *)op;
	struct line *l = &op->pool->lines[DUTY_WRITE];
	struct pool_stats *stats = &op->pool->stats;
	if (op->ending == END_FINE) {
		l->together += l->together < GROUP_MAX;
		all_committed(g);
	} else if (op->ending == END_UNKNOWN) {
		for (int i = 0; i < g->count; i++)
			op_end(g->members[i], END_UNKNOWN);
	} else {
		l->together = l->together > 2 ? l->together / 2 : 1;
		stats->parted += (uint64_t)g->count;
		part(g, op->ending == END_AWAY);
	}
	group_free(g);
}

/* --- Sending --- */

static void add_step(struct group *g, struct step step, struct origin origin)
{
	g->origins[g->op.step_count] = origin;
	g->op.steps[g->op.step_count++] = step;
}

/* The statements of one from `first` on. */
static void add_steps(struct group *g, struct op *op, int first)
{
	for (int i = first; i < op->step_count; i++)
		add_step(g, op->steps[i], (struct origin){op, i});
}

/* One statement for what is the same of all of them. */
static void add_together(struct group *g, struct op *const *of, int count, int step)
{
	const char *each[GROUP_MAX];
	struct buf *in = ARENA_NEW(g->arena, struct buf);
	in->arena = g->arena;
	for (int i = 0; i < count; i++)
		each[i] = of[i]->steps[step].in->at + of[i]->steps[step].parameters;
	const struct prepared *together = of[0]->steps[step].prepared->together;
	statement_encode_together(together, each, count, in);
	add_step(g, (struct step){.prepared = together, .in = in}, (struct origin){0});
}

static bool same_at(const struct op *a, const struct op *b, int step)
{
	return a->steps[step].prepared == b->steps[step].prepared && a->steps[step].prepared->together;
}

static bool same_behind_first(const struct op *a, const struct op *b)
{
	bool same = a->step_count == b->step_count;
	for (int i = 1; same && i < a->step_count; i++)
		same = same_at(a, b, i);
	return same;
}

static bool all_begin_alike(const struct group *g)
{
	bool alike = true;
	for (int i = 0; alike && i < g->count; i++)
		alike = same_at(g->members[0], g->members[i], 0);
	return alike;
}

/* Behind the first statement: that of those who are alike together, when the first of them comes. */
static void add_alike(struct group *g)
{
	bool is_in[GROUP_MAX] = {false};
	for (int i = 0; i < g->count; i++) {
		struct op *alike[GROUP_MAX];
		int n = 0;
		for (int j = i; j < g->count && !is_in[i]; j++)
			if (j == i || (!is_in[j] && same_behind_first(g->members[i], g->members[j])))
				alike[n++] = g->members[j], is_in[j] = j != i;
		for (int step = 1; n > 1 && step < alike[0]->step_count; step++)
			add_together(g, alike, n, step);
		if (n == 1)
			add_steps(g, alike[0], 1);
	}
}

/*
 * The statements of all, and behind them those that have to be last. Where all begin alike that is sent as
 * one, so that rows are locked in the order of the members before anything else is done; then it no longer
 * matters in which order the rest comes, and it is sent by kinds.
 */
static void gather_steps(struct group *g)
{
	int most = g->steps + (g->last ? g->last->step_count : 0);
	g->op.steps = ARENA_ARRAY(g->arena, struct step, (size_t)most);
	g->origins = ARENA_ARRAY(g->arena, struct origin, (size_t)most);
	if (all_begin_alike(g)) {
		add_together(g, g->members, g->count, 0);
		add_alike(g);
	} else {
		for (int i = 0; i < g->count; i++)
			add_steps(g, g->members[i], 0);
	}
	if (g->last)
		add_steps(g, g->last, 0);
	for (int i = 0; i < g->count; i++)
		g->members[i]->state = OP_SENT;
}

bool change_seal(struct op *op)
{
	struct op *last = NULL;
	bool fine = op->is_sealed || !op->seal || op->seal(&op, 1, NULL, &last);
	op->is_sealed = true;
	if (!fine)
		op_end(op, END_BROKEN);
	return fine;
}

/* When everything has gone alone for a while. */
static void try_again(struct line *l)
{
	if (l->together > 1 || ++l->apart < APART)
		return;
	l->together = 2;
	l->apart = 0;
}

static uint64_t first_key(const struct op *op)
{
	return op->key_count ? op->keys[0] : 0;
}

static int by_first_key(const void *a, const void *b)
{
	uint64_t x = first_key(*(struct op *const *)a), y = first_key(*(struct op *const *)b);
	return (x > y) - (x < y);
}

/*
 * In the order of what they touch first: groups of two instances that lock the same rows do it in the same
 * order, so that neither holds what the other waits for while it waits itself.
 */
struct op *group_seal(struct group *g)
{
	struct op *first = g->members[0];
	if (g->count == 1) {
		try_again(&first->pool->lines[DUTY_WRITE]);
		group_free(g);
		return change_seal(first) ? first : NULL;
	}
	qsort(g->members, (size_t)g->count, sizeof *g->members, by_first_key);
	if (g->op.seal && !g->op.seal(g->members, g->count, g->arena, &g->last)) {
		g->last = NULL;
		part(g, false);
		group_free(g);
		return NULL;
	}
	gather_steps(g);
	g->op.ended = group_ended;
	g->op.pool->stats.groups++;
	g->op.pool->stats.grouped += (uint64_t)g->count;
	return &g->op;
}
