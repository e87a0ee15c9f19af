/* Changes: atomic writes, with the events they tell. */
#ifndef VOBE_CHANGE_H
#define VOBE_CHANGE_H

#include "vobe/ctx.h"

/* What a violated constraint means, by its name. `pointer` non-NULL: reported as a fault of that field. */
struct violation {
	const char *constraint;
	err problem;
	const char *pointer; /* which member of the body it is about (JSON pointer), or NULL */
};

/*
 * A change: statements and events collected, then sent as one pipeline with one Sync, which is one
 * transaction and one round trip (PostgreSQL 15, section 34.5). Nothing is sent before change_commit; no
 * connection is held until then.
 */
struct change;

struct change *change_begin(struct ctx *cx);

/*
 * Sends the change and suspends until its outcome is certain. NULL only after the server confirmed the
 * commit. Errors: a statement's `otherwise`, a violation's problem, UNAVAILABLE (nothing was done),
 * OUTCOME_UNKNOWN (connection lost after sending). A change with nothing in it commits at once.
 */
err change_commit(struct ctx *cx, struct change *ch);

/*
 * `committed` runs on the loop as soon as the server has confirmed the commit, even if the task was cancelled
 * meanwhile, before change_commit returns; results of change_returning are filled in by then.
 */
void change_on_commit(struct change *ch, void (*committed)(struct change *ch, void *arg), void *arg);

#endif
