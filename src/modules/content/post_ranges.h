/* The statements of lists: what drives a list times its order is one, and one counts for what drives it. */
#ifndef POST_RANGES_H
#define POST_RANGES_H

#include "modules/content/post.h"

/*
 * ALL published posts, those of a range of dates, of an author, about an artist, with a tag; those with
 * another status, of their author (OWN) or of all (STAFF); and those with any status, likewise.
 */
enum drive { ALL, DATED, AUTHOR, ARTIST, TAG, OWN, STAFF, OWN_ANY, STAFF_ANY, DRIVES };
/* clang-format off */
enum order {
	NEWEST_FIRST, OLDEST_FIRST, CREATED_LAST, CREATED_FIRST, MOST_VIEWED, LEAST_VIEWED,
	MOST_DISCUSSED, LEAST_DISCUSSED, BY_TITLE, BY_TITLE_BACK, ORDERS,
};
/* clang-format on */

/* Filters that are nil or null do not filter. Dates and keys go from year 1 to infinity. */
#define POST_PAGE_FIELDS(F, T)                                                                     \
	F(T, TEXT, status, 0, "")                                                                  \
	F(T, UUID, author_id, 0, "")                                                               \
	F(T, UUID, artist_id, 0, "")                                                               \
	F(T, TEXT, tag, 0, "Slug")                                                                 \
	F(T, TIME, since, 0, "")                                                                   \
	F(T, TIME, until, 0, "Not reached")                                                        \
	F(T, TIME, key_time, 0, "")                                                                \
	F(T, INT, key_number, 0, "")                                                               \
	F(T, TEXT, key_text, 0, "")                                                                \
	F(T, UUID, key_id, 0, "")                                                                  \
	F(T, INT, limit, 0, "101 at most")
STRUCT(post_page, POST_PAGE_FIELDS);

/* The rows behind the key. `which`: drive * ORDERS + order, and enum drive. */
err posts_range(struct ctx *cx, int which, const struct post_page *in, struct post **rows, int *count);
err posts_total(struct ctx *cx, int which, const struct post_page *in, struct total **rows, int *count);

#endif
