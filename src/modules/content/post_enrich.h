/* What a post shows of other modules: names and counts, in one call each. What could not be had is null. */
#ifndef POST_ENRICH_H
#define POST_ENRICH_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "modules/content/post.h"

/* Filled by start(). */
extern const struct auth_cards *auth;
extern const struct artist_cards *artist;

enum missing { MISSING_AUTHORS = 1, MISSING_ARTISTS = 2, MISSING_COMMENTS = 4 };
unsigned posts_enrich(struct ctx *cx, struct post *posts, int count); /* set of enum missing */
void posts_complete(struct req *rq, struct post *posts, int count); /* and tells the client what is missing */
void count_comments_with(const struct comment_counting *counting);
err comments_count_exactly(struct ctx *cx, struct uuids ids, int64_t *counts);

#endif
