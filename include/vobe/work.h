/* Work that outlives the request that began it, and waiting for one another. */
#ifndef VOBE_WORK_H
#define VOBE_WORK_H

#include "vobe/ctx.h"

/*
 * Starts `run(cx, arg)` on a task of its own, up to its first wait, on behalf of `by`: its viewer and request
 * id, with an arena that lives as long as the work and without a deadline. `hurry(arg)`, if not NULL, is
 * called when the server stops: the work should write down what it has and end. False: too much is under way,
 * nothing ran.
 */
bool work_start(const struct ctx *by, err (*run)(struct ctx *cx, void *arg), void (*hurry)(void *arg),
		void *arg);

/* Tasks wait at a bell until somebody rings it. Starts as {0}; must outlive who waits. */
struct bell {
	struct bell_waiter *waiting;
};

/* Suspends until the bell is rung or `ms` have passed: NULL in both cases. Errors: CANCELLED,
 * DEADLINE_PASSED. */
err bell_wait(struct ctx *cx, struct bell *b, int ms);

/* Wakes all who wait at it. Does not suspend. */
void bell_ring(struct bell *b);

#endif
