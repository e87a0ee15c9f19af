/* Readers of posts, each counted once in 8 hours. */
#ifndef POST_VIEWS_H
#define POST_VIEWS_H

#include "modules/content/post.h"

/*
 * Who reads what, to be told to post_viewed when the answer is made: by then its memory is near. 0: no view
 * (own, or not published).
 */
uint64_t post_viewing(const struct ctx *cx, const char *address, const struct post *post);
void post_viewed(uint64_t viewing, struct uuid post_id);
void post_views_close(void);

#endif
