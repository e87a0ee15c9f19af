/* Threads as lists and trees: pages of comments with their writers' names. */
#ifndef COMMENT_THREAD_H
#define COMMENT_THREAD_H

#include "modules/comment/comment.h"

/* How much of a tree is sent. */
struct tree_size {
	int64_t depth;         /* levels, the page itself being the first */
	int64_t replies_limit; /* under each comment */
};

/* Which part of a thread is read. */
#define THREAD_QUERY_FIELDS(F, T)                                         \
	F(T, UUID, post_id, IN, "The post")                               \
	F(T, UUID, user_id, IN, "The writer")                             \
	F(T, UUID, parent_id, IN, "The comment whose replies are wanted") \
	F(T, UUIDS, parent_ids, IN, "Several of these")                   \
	F(T, TIME, time, IN, "Key: created_at")                           \
	F(T, UUID, id, IN, "Key: id; nil sorts as the end of its time")   \
	F(T, INT, limit, IN, "Rows")
STRUCT(thread_query, THREAD_QUERY_FIELDS);
SCHEMA(thread_query, THREAD_QUERY_FIELDS, "A part of a thread");

/* The nearest `limit` comments above parent_id, the outermost first. */
err comments_above(struct ctx *cx, const struct thread_query *in, struct comment **rows, int *count);

/* The scope of cursors of a branch. */
const char *replies_scope(struct ctx *cx, struct uuid parent_id, const char *sort);

/*
 * Hangs the first replies on each of `count` comments of one post, level by level, one statement a level.
 * What is not sent, because of `size` or because the tree has TREE_MAX nodes, can be read on from
 * replies_next_cursor. *nodes and *node_count: all comments of the tree.
 */
enum { TREE_MAX = 1000 };
err tree_grow(struct ctx *cx, struct comment *roots, int count, struct tree_size size,
	      struct comment ***nodes, int *node_count);

/* Names of the writers; if auth does not answer they stay null and the answer says so. */
void name_writers(struct req *rq, struct comment **nodes, int count);

#endif
