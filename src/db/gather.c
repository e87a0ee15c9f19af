/*
 * Reads that are sent as one: what waits for the same statement at the end of a turn becomes one statement
 * for several, where the module says how (`together`). As with loaders few are under way at once; meanwhile
 * others gather, so that bunches grow with the load and one that comes alone goes alone at once.
 */
#include "db/read.h"
#include "vobe/log.h"

/*
 * 64 reads under way in four bunches, not in two: PostgreSQL works on one while we answer another. Of both
 * processors 14 % stood idle at 64 clients where it was 17 %, for the same work; at 20 clients it costs 4 %
 * of the answers.
 */
enum { BUNCH_MAX = 16 /* reads */, UNDER_WAY = 4 /* of one statement, bunches or single reads */ };

/* Several reads under way as one. */
struct bunch {
	struct op op;
	struct step step;
	struct arena *arena;
	struct gathering *gathering;
	int count, left; /* `left` need its result */
	struct read *members[BUNCH_MAX];
};

/* --- What becomes of a bunch --- */

static void bunch_free(struct bunch *b)
{
	op_rewind(&b->op);
	arena_free(b->arena);
}

/* False: rows stand in another order than the statement must give. */
static bool share_out(struct bunch *b)
{
	const PGresult *result = b->step.result;
	const int rows = PQntuples(result);
	int row = 0;
	for (int i = 0; i < b->count; i++) {
		struct read *r = b->members[i];
		r->first = row;
		while (row < rows && statement_place_of(b->step.prepared, result, row) == i)
			row++;
		r->count = row - r->first;
	}
	if (row < rows)
		log_error("places_disordered", "statement %s gave rows that are not in the order of places",
			  b->step.prepared->st->name);
	return row == rows;
}

static void submit(struct read *r)
{
	if (!pool_submit(r->op.pool, &r->op))
		op_end(&r->op, r->op.ending);
}

/* Each by itself: one may have failed for all. */
static void part(struct bunch *b)
{
	for (int i = 0; i < b->count; i++)
		if (b->op.ending == END_AWAY || b->members[i]->op.unwanted)
			op_end(&b->members[i]->op, END_AWAY);
		else
			submit(b->members[i]);
	bunch_free(b);
}

static void bunch_ended(struct op *op)
{
	struct bunch *b = (struct bunch *)op;
	b->gathering->under_way--;
	if (op->ending != END_FINE || !share_out(b)) {
		part(b);
		return;
	}
	b->left = b->count;
	for (int i = 0, count = b->count; i < count; i++) { /* the last may end the bunch */
		b->members[i]->bunch = b;
		op_end(&b->members[i]->op, END_FINE);
	}
}

void gather_release(struct read *r)
{
	if (r->bunch && --r->bunch->left == 0)
		bunch_free(r->bunch);
	r->bunch = NULL;
}

void gather_uncount(struct read *r)
{
	if (r->counted_by)
		r->counted_by->under_way--;
	r->counted_by = NULL;
}

const PGresult *read_result(const struct read *r)
{
	return r->bunch ? r->bunch->step.result : r->step.result;
}

/* --- Sending --- */

static struct read *take_first(struct gathering *g)
{
	struct read *r = (struct read *)TAILQ_FIRST(&g->waiting);
	if (r)
		gather_withdraw(r);
	return r;
}

static struct bunch *bunch_new(struct gathering *g, const struct op *first)
{
	struct arena *a = arena_new();
	struct bunch *b = ARENA_NEW(a, struct bunch);
	b->arena = a;
	b->gathering = g;
	b->op = (struct op){.duty = first->duty,
			    .steps = &b->step,
			    .step_count = 1,
			    .ended = bunch_ended,
			    .parameters.arena = a};
	b->step = (struct step){.prepared = first->steps->prepared->together, .in = &b->op.parameters};
	return b;
}

static void send_several(struct gathering *g)
{
	const char *each[BUNCH_MAX];
	struct pool *p = TAILQ_FIRST(&g->waiting)->pool;
	struct bunch *b = bunch_new(g, TAILQ_FIRST(&g->waiting));
	for (struct read *r; b->count < BUNCH_MAX && (r = take_first(g));) {
		r->op.state = OP_SENT;
		each[b->count] = r->op.parameters.at;
		b->members[b->count++] = r;
	}
	statement_encode_together(b->step.prepared, each, b->count, &b->op.parameters);
	g->under_way++;
	p->stats.gathered += (uint64_t)b->count;
	if (!pool_submit(p, &b->op))
		op_end(&b->op, b->op.ending);
}

static void send_alone(struct gathering *g)
{
	struct read *r = take_first(g);
	r->counted_by = g;
	g->under_way++;
	submit(r);
}

static void gatherings_send(struct pool *p)
{
	for (struct gathering *g = p->gatherings; g; g = g->next)
		for (struct op *op; g->under_way < UNDER_WAY && (op = TAILQ_FIRST(&g->waiting));)
			if (TAILQ_NEXT(op, entry))
				send_several(g);
			else
				send_alone(g);
}

/* After the pool's operations have ended. */
static void gatherings_close(struct pool *p)
{
	for (struct gathering *g = p->gatherings; g; g = g->next)
		for (struct read *r; (r = take_first(g));)
			op_end(&r->op, END_AWAY);
}

/* --- Gathering --- */

void gather(struct read *r)
{
	const struct prepared *together = r->step.prepared->together;
	struct pool *p = together->pool;
	p->gatherings_send = gatherings_send;
	p->gatherings_close = gatherings_close;
	r->op.pool = p;
	r->op.state = OP_QUEUED;
	r->is_gathered = true;
	TAILQ_INSERT_TAIL(&together->gathering->waiting, &r->op, entry);
}

void gather_withdraw(struct read *r)
{
	TAILQ_REMOVE(&r->step.prepared->together->gathering->waiting, &r->op, entry);
	r->is_gathered = false;
	r->op.state = OP_NEW;
}
