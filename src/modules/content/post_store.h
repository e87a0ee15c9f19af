/*
 * Where posts are kept: one post. What cx->viewer may not see is POST_NOT_FOUND, and NULL among several;
 * fresh_posts are all, visible or not.
 */
#ifndef POST_STORE_H
#define POST_STORE_H

#include "modules/content/post.h"

LOADS(fresh_posts, post);
err posts_load(struct ctx *cx, struct uuids ids, const struct post **posts); /* may come from the cache */
err post_load(struct ctx *cx, struct uuid id, struct post *post);            /* that, too */
err post_load_by_slug(struct ctx *cx, const struct by_slug *in, struct post *post);

/* SLUG_TAKEN, as a fault of /slug, if another post has or had the slug. */
err post_slug_is_free(struct ctx *cx, const struct post *post);

/* Only what struct post_card has, and whether it is deleted. */
err posts_load_briefly(struct ctx *cx, struct uuids ids, const struct post **posts);

/* What others ask of a post most, mostly remembered from the last reading; and what begins it. */
err post_load_standing(struct ctx *cx, struct uuid id, struct post_standing *standing);
void post_standing_ahead(struct ctx *cx, struct uuid id);

/* Never from the cache. FORBIDDEN for those who may only read it. */
err post_load_to_edit(struct ctx *cx, struct uuid id, struct post *post);

/* Drops the post from the cache: now, or when the change commits. */
void post_forget(struct uuid id);
void post_forget_with(struct change *ch, struct uuid id);
void post_views_forget_with(struct change *ch, struct uuid id); /* only its numbers have changed */

/* Write a new post; write `after` over `before`, whose version it takes and raises; delete, and tell it. */
void post_add(struct change *ch, struct arena *a, const struct post *post);
void post_save(struct change *ch, struct arena *a, const struct post *before, struct post *after);
void post_delete(struct change *ch, struct arena *a, const struct post *post, struct uuid by);
void post_restore(struct change *ch, struct arena *a, const struct post *before, struct post *after);

void post_tell(struct change *ch, post_event_teller *tell, const struct post *post);

/*
 * post_slugs.c: slugs[i] becomes the first of bases[i], bases[i]-2, ... that no other post ever had. Others
 * may take it at the same moment (SLUG_TAKEN): with each of the `tries` before, more of the free numbers are
 * passed over by chance, so that those who want the same one part soon.
 */
err post_slugs_choose(struct ctx *cx, struct uuids ids, const char *const *bases, int tries,
		      const char **slugs);

/* A number for each of several posts. */
#define TALLY_FIELDS(F, T)                                                                         \
	F(T, UUIDS, ids, 0, "")                                                                    \
	F(T, INTS, counts, 0, "")
STRUCT(tally, TALLY_FIELDS);
SCHEMA(tally, TALLY_FIELDS, "Numbers of posts");

/* events.c: discussed_posts.comments_count becomes these. */
void posts_copy_comments_counts(struct change *ch, const struct tally *in);

#endif
