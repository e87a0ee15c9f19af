/*
 * What a refused request is told: all that is wrong with its body. What only the database or another module
 * can find is looked for now, so that a request that is fine does not pay for it.
 */
#include "http/request/request.h"
#include "vobe/clock.h"

enum { FIND_MS = 2000 }; /* what is known is told then, though the database is silent */

/* Adds to those that are known. The database has FIND_MS for it. */
static void find(struct exchange *ex, struct faults *all)
{
	struct ctx *cx = &ex->rq.cx;
	const int64_t until = clock_mono() + FIND_MS * INT64_C(1000), deadline = cx->deadline_us;

	if (!deadline || deadline > until)
		cx->deadline_us = until;
	(void)ex->rq.route->finder->run(&ex->rq, all); /* an err: no more can be known */
	cx->deadline_us = deadline;
}

/* As `e`, if that is what all of them are. */
static err with_faults(struct arena *a, err e, const struct faults *all)
{
	err whole = faults_problem(a, all);
	struct problem *p = arena_copy(a, problem_is(whole, e) ? e : whole, sizeof *p);

	p->faults = all->at;
	p->fault_count = all->count;
	p->members = e->members;
	return p;
}

err refusal_of(struct exchange *ex, err e)
{
	struct arena *a = ex->rq.cx.arena;
	struct faults all = {0};

	if (!e->fault_count || !ex->rq.route->finder || !ex->json || ex->replied)
		return e;
	(void)decode_body(ex); /* anew: a handler may have changed it */
	faults_take(a, &all, e);
	find(ex, &all);
	return all.count > e->fault_count ? with_faults(a, e, &all) : e;
}
