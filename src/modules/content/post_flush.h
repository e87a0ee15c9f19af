/* Views that wait to be written, by post, and the writing of them. */
#ifndef POST_FLUSH_H
#define POST_FLUSH_H

#include "modules/content/post.h"

/* One view more of the post, soon written. False: too many posts wait already; nothing is counted. */
bool view_waits(struct uuid post_id);
void views_forget(void);

/* Mixes the bytes into a hash that begins with a key nobody knows. */
uint64_t views_mix(uint64_t hash, const void *bytes, size_t len);

#endif
