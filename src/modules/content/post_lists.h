/* Lists of posts: what may be asked for, and what is found. */
#ifndef POST_LISTS_H
#define POST_LISTS_H

#include "modules/content/post.h"

/* Filters of a list, beside whose posts they are. */
#define ANY "any"
#define POST_FILTERS(F, T, status_)                                                                \
	F(T, TEXT, status, IN, "Others than published are shown to their author and to moderators",  \
	  .one_of = post_filter_statuses, .otherwise = status_)                                         \
	F(T, TEXT, tag, IN | NULLABLE, "A tag, by slug or name", .min = 1, .max = 100)             \
	F(T, TIME, published_after, IN | NULLABLE, "Published at this time or later")              \
	F(T, TIME, published_before, IN | NULLABLE, "Published earlier than this")                 \
	F(T, TEXT, sort, IN, "Order", .one_of = post_sorts, .otherwise = "-published_at")          \
	F(T, BOOL, include_total, IN, "Whether to count them all (exact up to 10,000)",            \
	  .otherwise = "false")                                                                    \
	PAGE_FIELDS(F, T)
#define POST_FILTER_FIELDS(F, T) POST_FILTERS(F, T, PUBLISHED)
extern const char *const post_sorts[], *const post_filter_statuses[];

/* A list that is asked for: filters that are nil or null do not filter. */
#define POST_QUERY_FIELDS(F, T)                                                                    \
	F(T, UUIDS, ids, IN, "These posts and no filters; up to 100", .max = 100)                  \
	F(T, UUID, author_id, IN | NULLABLE, "Whose posts")                                        \
	F(T, UUID, artist_id, IN | NULLABLE, "Posts about this artist, primary or featured")       \
	POST_FILTER_FIELDS(F, T)
STRUCT(post_query, POST_QUERY_FIELDS);
SCHEMA(post_query, POST_QUERY_FIELDS, "Which posts");

/* A page of posts, with what stands around it. */
err post_list_read(struct ctx *cx, const struct post_query *query, struct post **posts, struct list *list);

#endif
