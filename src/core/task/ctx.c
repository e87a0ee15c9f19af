/*
 * What a task may wait for besides others' answers: time, and branches of its own, each on a task but for the
 * last, which runs on the caller's. offload() is in core/loop/workers.c, where its threads are.
 */
#include "vobe/ctx.h"

#include "core/task/task.h"
#include "vobe/clock.h"

#include <assert.h>

err wait_ms(struct ctx *cx, int ms)
{
	return task_wait_until(cx, clock_mono_now() + (int64_t)(ms > 0 ? ms : 0) * 1000);
}

/* --- together --- */

struct group {
	struct task *parent;
	int running;  /* branches that have not ended */
	bool awaited; /* the parent waits for the last of them */
};

struct member {
	struct ctx cx;
	struct branch *branch;
	struct group *group;
};

/* Wakes the parent only from the wait for its branches: it may be waiting for something else in its own
 * branch. */
static err run_member(struct ctx *cx, void *arg)
{
	const struct member *m = arg;

	m->branch->result = m->branch->run(cx, m->branch->arg);
	if (--m->group->running == 0 && m->group->awaited)
		task_wake(m->group->parent);
	return NULL;
}

static void run_here(const struct ctx *cx, struct branch *b)
{
	struct ctx own = *cx;

	b->result = b->run(&own, b->arg);
}

/* Beyond the cap of live tasks a branch runs where it stands, one after the other. */
static void run_beside(const struct ctx *cx, struct branch *b, struct group *g, struct member *m)
{
	*m = (struct member){.cx = *cx, .branch = b, .group = g};
	g->running++;
	if (task_start_child(&m->cx, cx->task, run_member, m))
		return;
	g->running--;
	run_here(cx, b);
}

void together(struct ctx *cx, struct branch *branches, int count)
{
	struct group g = {.parent = cx->task};
	struct member *members;

	assert(cx->task);
	if (count <= 0)
		return;
	members = ARENA_ARRAY(cx->arena, struct member, (size_t)count - 1);
	for (int i = 0; i < count - 1; i++)
		run_beside(cx, &branches[i], &g, &members[i]);
	run_here(cx, &branches[count - 1]);
	while (g.running) {
		g.awaited = true;
		task_wait_certain(cx);
	}
}
