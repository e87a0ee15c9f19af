/* Words of strangers, made harmless before they stand beside ours. */
#ifndef CHAT_STRIP_H
#define CHAT_STRIP_H

#include "vobe/arena.h"

/*
 * Without control characters, zero-width and direction-changing ones and tags (Unicode's Cf and its like);
 * line breaks become blanks, brackets parentheses, so that nothing in it is a citation, a link or a line of
 * its own.
 */
const char *text_strip(struct arena *a, const char *s);

#endif
