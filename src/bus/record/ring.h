/*
 * The newest events of one partition of one publisher, kept in memory for everybody who hears it. A reader
 * asks by offset; what is not here any more, or never came, it reads from the outbox. Nothing waits: a new
 * event takes the slot of the one `count` before it.
 */
#ifndef BUS_RING_H
#define BUS_RING_H

#include "bus/record/record.h"

struct slot;

struct ring {
	struct slot *slots;
	int count;
};

void ring_open(struct ring *r, int count);
void ring_close(struct ring *r);

/* Copies the event in, unless its slot holds a later one or it is too large to keep. `topic` must be static.
 */
void ring_put(struct ring *r, const struct record *e);

/* The event at `off`, valid until the next ring_put, or NULL. */
const struct record *ring_get(const struct ring *r, int64_t off);

#endif
