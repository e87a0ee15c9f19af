/*
 * Reads: db_rows and db_row. A read outlives its task when that is cancelled: what was sent must still be
 * answered. A shared one answers all who ask the same while it is under way; those that have a statement for
 * several gather (gather.c).
 */
#include "db/read.h"

#include "core/memory/memory.h"
#include "core/task/task.h"
#include "vobe/fnv.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE_MAX = 256, SPARE_PARAMETERS_MAX = 4096 /* bytes: larger buffers are not kept */, BUCKETS = 256 };

/* On the stack of a task that waits for the read. */
struct waiter {
	struct task *task;
	struct waiter *next;
};

static LIST_HEAD(read_list, read) under_way[BUCKETS];

static struct read *spare;
static int spare_count;

static struct read *read_take(void)
{
	struct read *r = spare;
	struct buf parameters = {0};
	if (r) {
		spare = r->next_spare;
		spare_count--;
		parameters = (struct buf){.at = r->op.parameters.at, .room = r->op.parameters.room};
	} else {
		r = memory_take(sizeof *r);
	}
	*r = (struct read){.op = {.parameters = parameters, .steps = &r->step, .step_count = 1}};
	return r;
}

static void read_give(struct read *r)
{
	gather_uncount(r);
	gather_release(r);
	op_rewind(&r->op);
	if (spare_count == SPARE_MAX || r->op.parameters.room > SPARE_PARAMETERS_MAX) {
		buf_free(&r->op.parameters);
		free(r);
		return;
	}
	r->next_spare = spare;
	spare = r;
	spare_count++;
}

static void unlist(struct read *r)
{
	if (r->is_listed)
		LIST_REMOVE(r, listed);
	r->is_listed = false;
}

static void read_ended(struct op *op)
{
	struct read *r = (struct read *)op;
	unlist(r);
	gather_uncount(r);
	if (!r->bunch)
		r->count = PQntuples(r->step.result);
	for (struct waiter *w = r->waiters; w; w = w->next)
		task_wake(w->task);
	if (!r->takers)
		read_give(r);
}

/* The task has its rows, or wants them no more; the last gives the read back. */
static void leave(struct read *r, const struct waiter *w)
{
	struct waiter **at = &r->waiters;
	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
	if (--r->takers)
		return;
	unlist(r);
	r->op.unwanted = true;
	if (r->op.state == OP_SENT)
		return; /* read_ended gives it back */
	if (r->is_gathered)
		gather_withdraw(r);
	else if (r->op.state == OP_QUEUED)
		pool_withdraw(&r->op);
	read_give(r);
}

/* A read, ready to be submitted; NULL: the statement or a parameter is at fault, and the log says which. */
static struct read *read_new(const struct statement *st, const void *in)
{
	const struct prepared *p = st->prepared;
	if (!p || !p->is_described) {
		log_error("statement_unprepared", "statement %s was used before pool_check accepted it",
			  st->name);
		return NULL;
	}
	struct read *r = read_take();
	r->op.duty = st->lane == LANE_SLOW ? DUTY_SLOW : DUTY_READ;
	r->op.ended = read_ended;
	r->step = (struct step){.prepared = p, .in = &r->op.parameters};
	if (statement_encode(p, in, &r->op.parameters))
		return r;
	read_give(r);
	return NULL;
}

/* Over the parameters as they are sent. */
static uint64_t hash_of(const struct read *r)
{
	const uint64_t hash =
		fnv1a(FNV_BEGINS ^ (uintptr_t)r->step.prepared, r->op.parameters.at, r->op.parameters.len);
	return hash ^ hash >> 32;
}

/*
 * One that asks the same and may answer us too; NULL: none. What was sent before the last confirmed change of
 * this pool may be older than what the caller was already told.
 */
static struct read *twin_of(const struct read *r, const struct pool *p)
{
	struct read *other;
	LIST_FOREACH (other, &under_way[r->hash % BUCKETS], listed)
		if (other->hash == r->hash && other->step.prepared == r->step.prepared &&
		    (other->op.state == OP_QUEUED || other->commits == p->commits) &&
		    other->op.parameters.len == r->op.parameters.len &&
		    !memcmp(other->op.parameters.at, r->op.parameters.at, r->op.parameters.len))
			return other;
	return NULL;
}

/* False: not taken, and its ending says why. */
static bool read_begin(struct read *r, struct pool *p)
{
	r->commits = p->commits;
	if (r->step.prepared->together)
		gather(r);
	else if (!pool_submit(p, &r->op))
		return false;
	if (r->step.prepared->st->shared && r->op.state != OP_ENDED) {
		LIST_INSERT_HEAD(&under_way[r->hash % BUCKETS], r, listed);
		r->is_listed = true;
	}
	return true;
}

/* The read that answers: the new one, or one under way. Its waiters are those who sleep for it. */
static struct read *read_join(struct read *new, struct pool *p)
{
	new->hash = new->step.prepared->st->shared ? hash_of(new) : 0;
	struct read *twin = new->step.prepared->st->shared ? twin_of(new, p) : NULL;
	if (twin) {
		read_give(new);
		p->stats.reads_joined++;
		return twin;
	}
	return new;
}

/* Until the answer is here: *out is the read with its result, to be left. */
static err read_run(struct ctx *cx, const struct statement *st, const void *in, struct waiter *w,
		    struct read **out)
{
	struct pool *p = st->prepared ? st->prepared->pool : NULL;
	struct read *new = read_new(st, in), *r = new ? read_join(new, p) : NULL;
	if (!r)
		return INTERNAL;
	r->takers++;
	err e = NULL;
	if (r != new || read_begin(r, p)) {
		*w = (struct waiter){.task = cx->task, .next = r->waiters};
		r->waiters = w;
		while (r->op.state != OP_ENDED && !e)
			e = task_wait(cx);
	}
	e = e ? e : op_problem(cx, &r->op);
	if (e)
		leave(r, w);
	else
		*out = r;
	return e;
}

err db_rows_(struct ctx *cx, const struct statement *st, const void *in, void **rows, int *count)
{
	struct read *r;
	struct waiter w;
	TRY(read_run(cx, st, in, &w, &r));
	st->prepared->pool->stats.rows += (uint64_t)r->count;
	*count = r->count;
	*rows = st->out ? statement_read_rows(st->prepared, cx->arena, read_result(r), r->first, r->count)
			: NULL;
	leave(r, &w);
	return NULL;
}

err db_row_(struct ctx *cx, const struct statement *st, const void *in, void *out)
{
	struct read *r;
	struct waiter w;
	TRY(read_run(cx, st, in, &w, &r));
	const int count = r->count;
	if (count == 1)
		statement_read_row(st->prepared, cx->arena, read_result(r), r->first, out);
	leave(r, &w);
	st->prepared->pool->stats.rows += (uint64_t)count;
	if (count == 0)
		return st->otherwise ? st->otherwise : NOT_FOUND;
	if (count > 1)
		log_error("row_ambiguous", "statement %s returned %d rows instead of one", st->name, count);
	return count == 1 ? NULL : INTERNAL;
}
