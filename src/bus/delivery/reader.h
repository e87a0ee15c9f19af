/* Readers: each delivers one partition to one subscription, in order, on a task that lives while there is
 * work. */
#ifndef BUS_READER_H
#define BUS_READER_H

#include "bus/delivery/batch.h"
#include "bus/wiring/wiring.h"

void reader_open(struct reader *r, struct hearer *h, int part);
void reader_close(struct reader *r);

/* Where it stands, by its cursor row (DURABLE) or the head (IN_MEMORY). Only while it does not run. */
void reader_place(struct reader *r, int64_t off, struct uuid event_id, int64_t epoch);

/* There may be work: it starts at the end of this turn, unless it runs or waits after a failure. */
void reader_wake(struct reader *r);

/* As reader_wake, and what it waits for after a passing failure is over. */
void reader_wake_early(struct reader *r);

/* A newer event is in the ring of the source: steps over it if it has no part in it, else wakes. */
void reader_hear(struct reader *r, const struct record *e);

/* The turn-end hook: starts those that were woken. True if one ran. */
bool readers_start(void);

/* Starts nothing any more; what waits after a failure is not waited for. */
void readers_halt(void);

/* Cancels what the running ones wait for, but for commits under way. Nothing is lost: the events stay
 * unapplied. */
void readers_cancel(void *unused);

#endif
