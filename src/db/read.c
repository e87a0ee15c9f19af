/* Reads: db_rows and db_row. A read outlives its task when that is cancelled: what was sent must still be
 * answered. */
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "db/pool/inside.h"
#include "vobe/log.h"

#include <stdlib.h>

enum { SPARE_MAX = 256, SPARE_PARAMETERS_MAX = 4096 /* bytes: larger buffers are not kept */ };

struct read {
	struct op op;
	struct step step;
	struct task *waiter; /* NULL: it gave up */
	struct read *next_spare;
};

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

static void read_ended(struct op *op)
{
	struct read *r = (struct read *)op;
	if (r->waiter)
		task_wake(r->waiter);
	else
		read_give(r);
}

static void give_up(struct read *r)
{
	r->waiter = NULL;
	r->op.unwanted = true;
	if (r->op.state == OP_SENT)
		return; /* read_ended gives it back */
	if (r->op.state == OP_QUEUED)
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

/* Until the answer is here: *out is the read with its result, to be given back. */
static err read_run(struct ctx *cx, const struct statement *st, const void *in, struct read **out)
{
	struct read *r = read_new(st, in);
	if (!r)
		return INTERNAL;
	r->waiter = cx->task;
	if (pool_submit(st->prepared->pool, &r->op))
		while (r->op.state != OP_ENDED) {
			err e = task_wait(cx);
			if (e) {
				give_up(r);
				return e;
			}
		}
	err e = op_problem(cx, &r->op);
	if (e)
		read_give(r);
	else
		*out = r;
	return e;
}

err db_rows_(struct ctx *cx, const struct statement *st, const void *in, void **rows, int *count)
{
	struct read *r;
	TRY(read_run(cx, st, in, &r));
	st->prepared->pool->stats.rows += (uint64_t)PQntuples(r->step.result);
	*count = PQntuples(r->step.result);
	*rows = st->out ? statement_read_rows(st->prepared, cx->arena, r->step.result) : NULL;
	read_give(r);
	return NULL;
}

err db_row_(struct ctx *cx, const struct statement *st, const void *in, void *out)
{
	struct read *r;
	TRY(read_run(cx, st, in, &r));
	int count = PQntuples(r->step.result);
	if (count == 1)
		statement_read_row(st->prepared, cx->arena, r->step.result, 0, out);
	read_give(r);
	st->prepared->pool->stats.rows += (uint64_t)count;
	if (count == 0)
		return st->otherwise ? st->otherwise : NOT_FOUND;
	if (count > 1)
		log_error("row_ambiguous", "statement %s returned %d rows instead of one", st->name, count);
	return count == 1 ? NULL : INTERNAL;
}
