/* Editing a post, by whichever door. */
#ifndef POST_EDIT_H
#define POST_EDIT_H

#include "modules/content/post_store.h"

/*
 * Artists that a post names and `before` (NULL: none) did not; one that was deleted since may stay. `sent`
 * are the featured ones as the client wrote them, each of whose places is told.
 */
err post_artists_exist(struct ctx *cx, const struct post *before, struct uuid primary,
		       const struct uuids *sent);

/* Writes `after`, as post_revise made it, over `before`, and tells what became of it. */
void post_change(struct change *ch, struct arena *a, const struct post *before, struct post *after);

#endif
