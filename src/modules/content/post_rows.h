/* Many new posts at once: one statement a table (post_rows.c). */
#ifndef POST_ROWS_H
#define POST_ROWS_H

#include "modules/content/post.h"

/* A post on its way, and the row of the import that it comes from. */
struct arrival {
	struct post post;
	const char *slug_base;
	int row;
};

/* Adds the rows of posts, slugs, artists and tags; events are the caller's to tell. */
void posts_add(struct change *ch, struct arena *a, const struct arrival *arrivals, int count);

#endif
