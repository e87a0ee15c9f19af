/*
 * The sweep: every sweep_ms each heard publisher is asked for its heads and each durable subscriber for its
 * cursors. It finds what the rings cannot know: a crash between commit and push, other instances' events,
 * operators' replays.
 */
#ifndef BUS_SWEEP_H
#define BUS_SWEEP_H

#include "bus/wiring/wiring.h"

void sweep_begin(void);
void sweep_end(void);

/* Reads the heads of a publisher, and the cursors of a subscriber, once. */
err sweep_heads(struct ctx *cx, struct member *m);
err sweep_cursors(struct ctx *cx, struct member *m);

#endif
