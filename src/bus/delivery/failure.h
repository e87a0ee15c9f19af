/* What becomes of a batch that could not be applied. */
#ifndef BUS_FAILURE_H
#define BUS_FAILURE_H

#include "bus/delivery/batch.h"

/*
 * Decides what the reader's next step does: read the cursor row again (another instance was first), wait
 * (passing failures, problems of status 503), take half, go one by one, try again, or put the event aside.
 * May suspend to do the last.
 */
void reader_failed(struct ctx *cx, struct reader *r, const struct batch *b, err e);

/* All is well again; it got a step further. */
void reader_succeeded(struct reader *r);
void reader_gets_on(struct reader *r);

/* Tells of a reader that has got nowhere for ten seconds, in the log and beside its cursor. Suspends. */
void reader_watch(struct ctx *cx, struct reader *r);

/* What it waited for is over: what failed meanwhile was no fault of its event. */
void reader_forgive(struct reader *r);

#endif
