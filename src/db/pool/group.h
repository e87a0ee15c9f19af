/*
 * Group changes: what loaders are for reads, this is for writes. Changes of one pool that wait at the end of
 * a turn are sent as one transaction: one Sync, one flush of PostgreSQL's log, and what has to be the last
 * statements (the appends to the event log) once for all; statements that are the same become one, if the
 * module says how (`together` of struct statement). A change that waits alone is sent alone at once; it
 * waits only while every connection is at work, so nothing is ever held back in order to be grouped.
 *
 * Nobody can tell but by the time. A group that is undone, for whatever reason, is taken apart, and each of
 * its members sent again by itself: so each has its own outcome, its own problem and its own deadline, and
 * may fail as if it had never been in a group. When the outcome of a group is unknown, so is that of each
 * member. Statements of a member see the effects of those before it, as if these had been committed.
 *
 * What fails costs its companions a second try, and what waits for a row makes them wait. So
 * - never two changes that touch the same key (struct op) are in a group, or under way on two connections:
 *   the second goes behind the first, on the same connection, where it never waits for a row;
 * - what is large, asks for it, was undone before or has little time left goes alone;
 * - a group that waits for a quarter of a second for one answer is interrupted (watch.c);
 * - each group that fails halves how many may go together on these connections, each that does not adds one.
 */
#ifndef DB_GROUP_H
#define DB_GROUP_H

#include "db/pool/inside.h"

/* clang-format off */
enum {
	GROUP_MAX = 64,         /* changes in a group */
	GROUP_STEPS = 256,      /* statements of all members */
	GROUP_BYTES = 64 * 1024 /* of their parameters */,
	GROUP_KEYS = 256,
	MEMBER_STEPS = 16,      /* a change with more of these goes alone */
	MEMBER_BYTES = 16 * 1024,
	MEMBER_KEYS = 16,
	MEMBER_TIME_MS = 2000,  /* or with less time left, so that its deadline does not interrupt others */
};
/* clang-format on */

/* Whether both touch something. */
bool group_touches(const struct op *group, const struct op *op);

/* A group of one, not yet sent; the operation is in no queue any more. */
struct group *group_new(struct op *op);

/* Whether it may travel with those of the group (NULL: with any at all). */
bool group_may_join(const struct group *g, const struct op *op);
void group_join(struct group *g, struct op *op);

/* What is under way, or will be: with all its keys. */
const struct op *group_op(const struct group *g);

/*
 * The operation to send for the group: of one the change itself, of several a new one, which ends as each of
 * them. NULL: there is nothing to send, they were ended or are in the queue again.
 */
struct op *group_seal(struct group *g);

/* Adds a change's last statements if it has none yet. False: it was ended. */
bool change_seal(struct op *op);

#endif
