/*
 * Whether a publisher's log is still the one its subscribers have read. A module that was restored from an
 * older state has a shorter log, or one that has grown past the cursors with other events.
 */
#ifndef BUS_IDENTITY_H
#define BUS_IDENTITY_H

#include "bus/wiring/wiring.h"

/*
 * Compares every durable cursor on `source` with the log; where they do not fit, that is told, and the
 * subscription starts again at the oldest event kept, or at the head (subscription.once). IN_MEMORY readers
 * go to the head. Suspends.
 */
err identity_restore(struct ctx *cx, struct member *source);

/* The same for all that are heard. Before delivery begins. */
err identity_restore_all(struct ctx *cx);

#endif
