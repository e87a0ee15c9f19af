/* A batch: consecutive events of one partition that one change applies. In the arena of one step of a reader.
 */
#ifndef BUS_BATCH_H
#define BUS_BATCH_H

#include "bus/wiring/wiring.h"

enum batch_kind {
	BATCH_NEXT,  /* what follows the cursor */
	BATCH_TRIAL, /* one event that may make up for a dead letter before it (subscription.supersedes) */
	BATCH_LOOSE, /* parked events whose dead letter is gone; the cursor stays */
};

struct batch {
	enum batch_kind kind;
	int64_t last;           /* it covers everything up to here ... */
	struct uuid last_event; /* ... and this is the event there */
	int count, aside_count, room;
	struct record *events; /* to apply, oldest first */
	struct delivery *deliveries;
	struct record
		*aside; /* to park behind a dead letter; BATCH_LOOSE: of no interest any more, to forget */
	err unreadable; /* a payload that is not what the subscription expects */
};

/* The log has no event where there must be one. Not passed over: an operator has to look. */
PROBLEM(LOG_HOLE, 503, "log_hole", "Hole in the event log",
	"An event is missing from the outbox. Restore it, or move the cursor past it by hand: "
	"docs/events.md, Holes.");

/* What follows the reader's place, from the ring, without waiting. Covers nothing when the ring lacks the
 * next one. */
void batch_from_ring(struct arena *a, const struct reader *r, struct batch *b);

/* The same from the publisher's outbox. Suspends. LOG_HOLE when the next one is not there. */
err batch_from_log(struct ctx *cx, struct reader *r, struct batch *b);

/* Parked events that wait for nothing any more. Suspends. */
err batch_from_parked(struct ctx *cx, const struct reader *r, struct batch *b);

#endif
