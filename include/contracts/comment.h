/* What other modules may know of comment: how many there are, and what became of each. */
#ifndef CONTRACTS_COMMENT_H
#define CONTRACTS_COMMENT_H

#include "contracts/staff_act.h"
#include "vobe/event.h"
#include "vobe/service.h"

struct comment_counts {
	/* counts[i]: visible comments of post_ids[i], 0 for an unknown post. One batch, cached, for showing.
	 */
	err (*comment_counts)(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *counts);
};
SERVICE(comment_counts, "comment.counts");

#define COMMENT_EVENT_FIELDS(F, T)                                                                 \
	F(T, UUID, comment_id, IN, "The comment")                                                  \
	F(T, UUID, post_id, IN, "Its post; also the aggregate, so that counts keep their order")   \
	F(T, UUID, user_id, IN | NULLABLE, "Who wrote it")                                         \
	F(T, UUID, parent_id, IN | NULLABLE, "The comment it answers")                             \
	F(T, TIME, created_at, IN | NULLABLE, "When it was written")
/*
 * No count here: it is summed by the database in the same change, so that 200 people may comment on one post
 * at once. Who keeps a copy (content) asks for the exact count when it hears of a change: events of one post
 * come in order and are heard after their commit, so the copy written for the last of them is true. The
 * aggregate_version is the time of telling in microseconds: nothing else of a post's comments is known to
 * only grow.
 */
PAYLOAD(comment_event, COMMENT_EVENT_FIELDS, "A comment changed");

#define COMMENT_EVENTS(E)                                                                          \
	E(comment_created,  "comment.created",  comment_event, 1)                                  \
	E(comment_updated,  "comment.updated",  comment_event, 1)                                  \
	E(comment_deleted,  "comment.deleted",  comment_event, 1)                                  \
	E(comment_restored, "comment.restored", comment_event, 1)                                  \
	E(comment_moderated, "comment.moderated", staff_act, 1)
EVENTS(COMMENT_EVENTS)

#endif
