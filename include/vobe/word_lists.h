/* Lists of words. */
#ifndef VOBE_WORD_LISTS_H
#define VOBE_WORD_LISTS_H

#include "vobe/arena.h"
#include "vobe/schema.h"

/* Sorted in place, without doubles. */
struct texts words_ordered(const char **words, int count);

/* The words of a plain text as a tsquery: 'the' & 'who'. Bare words hold no quote. Empty for an empty one. */
char *words_tsquery(struct arena *a, const char *plain, const char *join);

#endif
