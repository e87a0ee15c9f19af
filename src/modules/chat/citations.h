/* Citations in a text that comes in pieces: [n] of a source stays, an invented one goes. */
#ifndef CHAT_CITATIONS_H
#define CHAT_CITATIONS_H

#include "vobe/buf.h"

#include <stdbool.h>

enum { CITATION_MAX = 24 /* bytes that are held back at most */ };

/* Starts as {.sources = n}. */
struct citations {
	int sources;
	char held[CITATION_MAX]; /* the beginning of what may be a citation */
	int len;
};

/* Adds to `out` what of the text so far is certain. */
void citations_feed(struct citations *c, const char *text, size_t len, struct buf *out);

/* The text has ended: what was held back is no citation. */
void citations_end(struct citations *c, struct buf *out);

#endif
