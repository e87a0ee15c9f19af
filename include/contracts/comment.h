/* What other modules may know of comment: how many there are, and what became of each. */
#ifndef CONTRACTS_COMMENT_H
#define CONTRACTS_COMMENT_H

#include "contracts/artist.h" /* struct import_outcome */
#include "vobe/event.h"

struct comment_row {
	struct uuid id, post_id, user_id, parent_id;
	const char *content;
	int64_t created_at; /* TIME_NULL: now */
};

struct comment_service {
	/* counts[i]: visible comments of post_ids[i], 0 for an unknown post. One batch. */
	err (*comment_counts)(struct ctx *cx, const struct uuid *post_ids, int count, int64_t *counts);
	err (*import_comments)(struct ctx *cx, const struct comment_row *rows, int count, struct import_outcome *outcomes);
};

#define COMMENT_EVENT_FIELDS(F, T)                                                                 \
	F(T, UUID, comment_id, IN, "The comment")                                                  \
	F(T, UUID, post_id, IN, "Its post; also the aggregate, so that counts keep their order")   \
	F(T, UUID, user_id, IN | NULLABLE, "Who wrote it")                                         \
	F(T, UUID, parent_id, IN | NULLABLE, "The comment it answers")                             \
	F(T, INT, comments_count, IN, "Visible comments of the post after the change")             \
	F(T, TIME, created_at, IN | NULLABLE, "When it was written")
STRUCT(comment_event, COMMENT_EVENT_FIELDS);
SCHEMA(comment_event, COMMENT_EVENT_FIELDS, "A comment changed");

EVENT(comment_created, "comment.created", comment_event, 1);
EVENT(comment_updated, "comment.updated", comment_event, 1);
EVENT(comment_deleted, "comment.deleted", comment_event, 1);
EVENT(comment_restored, "comment.restored", comment_event, 1);

#endif
