/* Tags: labels of posts, made when first used, known by slug. */
#ifndef TAG_H
#define TAG_H

#include "modules/content/content.h"

#define TAG_FIELDS(F, T)                                                                           \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, name, 0, "Name, as first written")                                              \
	F(T, TEXT, slug, 0, "Last part of its address, and what posts name it by")                 \
	F(T, INT, posts_count, 0, "Published posts that carry it")
STRUCT(tag, TAG_FIELDS);
SCHEMA(tag, TAG_FIELDS, "A label of posts");

#define TAG_QUERY_FIELDS(F, T)                                                                     \
	F(T, TEXT, sort, IN, "Order", .one_of = tag_sorts, .otherwise = "-posts_count")            \
	F(T, BOOL, include_total, IN, "Whether to count them all (exact up to 10,000)",            \
	  .otherwise = "false")                                                                    \
	PAGE_FIELDS(F, T)
extern const char *const tag_sorts[];
STRUCT(tag_query, TAG_QUERY_FIELDS);
SCHEMA(tag_query, TAG_QUERY_FIELDS, "Which tags");

/* How tags change: counts move by deltas (a slug may come several times), missing tags are made. */
#define TAGS_MOVE_FIELDS(F, T)                                                                     \
	F(T, TEXTS, slugs, 0, "")                                                                  \
	F(T, TEXTS, names, 0, "For those that are made")                                           \
	F(T, INTS, deltas, 0, "")
STRUCT(tags_move, TAGS_MOVE_FIELDS);
void tags_move(struct change *ch, const struct tags_move *in);

/* Tags that no published post carries are known to nobody: NOT_FOUND. */
err tag_by_slug(struct ctx *cx, const struct by_slug *in, struct tag *tag);

err tag_list_read(struct ctx *cx, const struct tag_query *query, struct tag **tags, struct list *list);

#endif
