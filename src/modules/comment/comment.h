/* Comments: statements, loaders, rules. */
#ifndef COMMENT_COMMENT_H
#define COMMENT_COMMENT_H

#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "vobe/http.h"

#define MODULE "comment"

PROBLEM(WRONG_POST, 422, "wrong_post", "The parent is under another post",
	"Answer a comment of the same post.");
PROBLEM(PARENT_UNKNOWN, 422, "parent_unknown", "No such parent",
	"The comment to answer does not exist. Leave parent_id out, or name one of this post.");
PROBLEM(COMMENT_DELETED, 409, "comment_deleted", "The comment is deleted",
	"A deleted comment cannot be answered. Answer the one above it.");
PROBLEM(TOO_DEEP, 422, "too_deep", "The thread is too deep",
	"Answers go 50 levels deep. Answer the comment above.");

enum { DEPTH_MAX = 50 };

#define COMMENT_FIELDS(F, T)                                                                               \
	F(T, UUID, id, 0, "Identifier")                                                                    \
	F(T, UUID, post_id, 0, "The post")                                                                 \
	F(T, UUID, user_id, NULLABLE, "Who wrote it; null when deleted")                                   \
	F(T, TEXT, username, NULLABLE | NO_COLUMN, "Name of the writer; null when deleted")                \
	F(T, UUID, parent_id, IN | ONCE | NULLABLE, "The comment it answers; cannot be changed")           \
	F(T, TEXT, content, IN | REQ | NULLABLE, "Text, Markdown; null when deleted", .min = 1,            \
	  .max = 10000)                                                                                    \
	F(T, INT, depth, 0, "0 under the post itself, 50 at most", .max = DEPTH_MAX)                       \
	F(T, INT, replies_count, 0, "Direct replies that are shown")                                       \
	F(T, BOOL, is_edited, 0, "Whether the text was changed")                                           \
	F(T, BOOL, is_deleted, 0, "A tombstone: kept for the replies under it")                            \
	F(T, TIME, created_at, 0, "When it was written")                                                   \
	F(T, TIME, updated_at, 0, "When it was last changed")                                              \
	F(T, TIME, deleted_at, NULLABLE | NO_JSON, "When it was deleted")                                  \
	F(T, UUID, deleted_by, NULLABLE | NO_JSON, "Who deleted it: who may undo that, beside moderators") \
	F(T, INT, version, NO_JSON, "Grows with each edit")

/* As lists and trees show it. What is nested is sent in trees only. */
#define NODE_FIELDS(F, T)                                                                        \
	COMMENT_FIELDS(F, T)                                                                     \
	F(T, MANY, replies, NO_COLUMN, "The first replies, oldest first", .of = &comment_schema, \
	  .view = VIEW_DETAIL)                                                                   \
	F(T, TEXT, replies_next_cursor, NO_COLUMN | NULLABLE,                                    \
	  "For GET /comments/{id}/replies: the ones not here", .view = VIEW_DETAIL)
static const struct schema comment_schema;
STRUCT(comment, NODE_FIELDS);
SCHEMA(comment, NODE_FIELDS, "A comment");

#define POST_COUNT_FIELDS(F, T)                                          \
	F(T, UUID, post_id, IN, "The post")                              \
	F(T, INT, visible_count, 0, "Its comments that are not deleted") \
	F(T, INT, by, IN | NO_COLUMN, "By how many the count moves")
STRUCT(post_count, POST_COUNT_FIELDS);

#define USER_COUNT_FIELDS(F, T)                                           \
	F(T, UUID, user_id, 0, "The writer")                              \
	F(T, UUIDS, post_ids, 0, "The posts under which the user wrote")  \
	F(T, INTS, counts, 0, "Comments under each that are not deleted")
STRUCT(user_count, USER_COUNT_FIELDS);

LOADS(comments, comment);        /* by id, whatever their state; not cached */
LOADS(counts, post_count);       /* by post_id, cached */
LOADS(exact_counts, post_count); /* the same, from the database */
LOADS(user_counts, user_count);  /* by user_id */

extern const struct auth_cards *auth;
extern const struct content_cards *content;

/* POST_NOT_FOUND unless the viewer may see it; COMMENTS_CLOSED. */
err post_may_be_read(struct ctx *cx, struct uuid post_id);
err post_may_be_commented(struct ctx *cx, struct uuid post_id);

/* The comment, whatever its state, if the viewer may see its post; otherwise NOT_FOUND. */
err comment_find(struct ctx *cx, struct uuid id, struct comment *out);

/* Whether the viewer may undo its deletion: moderators any, others their own. */
bool comment_may_restore(const struct ctx *cx, const struct comment *it);

/* As others see it: of a deleted one neither words nor writer. */
void comment_bury(struct comment *it);

/* Add to the change, with the event. Counts of posts and branches move with them. */
void comment_insert(struct change *ch, const struct comment *it);
void comment_edit(struct change *ch, struct comment *it);
void comment_delete(struct change *ch, struct comment *it, struct uuid by);
void comment_restore(struct change *ch, struct comment *it);

/* Only the row and the event, for imports: the caller moves the count of the post. */
void comment_insert_imported(struct change *ch, const struct comment *it);
void count_move(struct change *ch, struct uuid post_id, int64_t by);

#endif
