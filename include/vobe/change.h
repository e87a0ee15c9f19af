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

/*
 * Changes of one module that wait at the same moment are sent as one transaction, and one by one when that
 * fails: nobody can tell but by the time (docs/architecture.md, "A write is a change"). What two changes
 * might both write, so that one would fail or wait for the other, should be known: such two are never sent
 * together. What an event is told of is known already, and the Idempotency-Key. A counter of another row, a
 * unique name (`of` what kind; NULL: none), a parent are not.
 *
 * change_alone: never with others, because it writes many rows or waits for locks. A change of many
 * statements or bytes goes alone anyway.
 */
void change_touches(struct change *ch, struct uuid id);
void change_touches_name(struct change *ch, const char *of, const char *name);
void change_alone(struct change *ch);

#endif
