/* What the module does when it hears of others. */
#ifndef ARTIST_HEARS_H
#define ARTIST_HEARS_H

#include "contracts/auth.h"

/* user.deleted: the users' follows end, counts and events with them. */
err follows_end(struct ctx *cx, struct change *ch, const struct delivery *batch, int count);

#endif
