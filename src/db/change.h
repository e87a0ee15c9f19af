/* The seams of a change that the event log needs. What modules see is vobe/db.h. */
#ifndef DB_CHANGE_H
#define DB_CHANGE_H

#include "db/pool/pool.h"

/* A change belongs to the pool of the first statement added. */
struct arena *change_arena(struct change *ch);
struct ctx *change_ctx(struct change *ch);

/* Collecting went wrong: nothing of the change is sent, and its commit answers with the first `fault` given.
 */
void change_fail(struct change *ch, err fault);

/* One value by key (an address) carried by the change: the bus keeps its list of told events here. */
void change_set(struct change *ch, const void *key, void *value);
void *change_get(struct change *ch, const void *key);

/*
 * `seal` runs when the change is sent, to append its last statements, on the loop's stack. It is called once
 * for all changes that are sent together: what it adds to `last` comes behind the statements of `of`. `last`
 * is of[0] when that is sent alone. When they are undone together and sent again one by one, `seal` runs
 * again for each.
 */
typedef void change_sealer(struct change *last, struct change *const *of, int count);
void change_at_seal(struct change *ch, change_sealer *seal);

/* An insert of the idempotency row and the like: statements of the pool by another's hand are just
 * change_add. */

#endif
