/* Marking what was found. */
#ifndef VOBE_MARK_H
#define VOBE_MARK_H

#include "vobe/arena.h"
#include "vobe/schema.h"

/* What is marked: words of these stems, and these words as they are; one that ends in * is the beginning of
 * such. */
struct marks {
	struct texts lexemes, words;
};

/*
 * `text` HTML-escaped, with <mark> around what is marked. With `cut` at most so many code points around the
 * first of it, from word to word as text_cut has it; NULL when nothing matches and `cut` is set.
 */
const char *text_mark(struct arena *a, const struct marks *marks, const char *text, size_t cut);

/* A marked text as it was written. */
const char *text_unmark(struct arena *a, const char *marked);

#endif
