/* Editing a post, by whichever door. */
#ifndef POST_EDIT_H
#define POST_EDIT_H

#include "modules/content/post_store.h"

/*
 * Artists that `after` names and `before` (NULL: none) did not; one that was deleted since may stay. `sent`
 * is the list as the client wrote it, by whose places faults are told.
 */
err post_artists_exist(struct ctx *cx, const struct post *before, const struct post *after,
		       const struct uuids *sent);

/* Writes `after`, as post_revise made it, over `before`, and tells what became of it. */
void post_change(struct change *ch, struct arena *a, const struct post *before, struct post *after);

#endif
