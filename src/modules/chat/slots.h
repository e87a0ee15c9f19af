/* How many answers are made at once, and who waits for a place. */
#ifndef CHAT_SLOTS_H
#define CHAT_SLOTS_H

#include "modules/chat/generation.h"

/* Whether one more may wait at least. */
bool slots_have_room(void);

/* Suspends until there is a place; CHAT_BUSY after half a minute. Also ends when g->stop is set. */
err slot_take(struct ctx *cx, struct generation *g);
void slot_give(struct generation *g);

#endif
