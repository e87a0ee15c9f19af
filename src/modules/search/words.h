/* Words: how text is cut for the exact field and for queries, so that both sides agree. */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

#include "vobe/arena.h"
#include "vobe/schema.h"

/* Sorted in place, without doubles. */
struct texts words_ordered(const char **words, int count);

/*
 * The exact forms of a text: every word folded (ё as е), in its bare form without punctuation ("AC/DC":
 * acdc), its parts ("ac", "dc"), and the same in Latin letters ("Земфира": zemfira). Sorted, no doubles, 60
 * code points a word at most.
 */
struct texts words_exact(struct arena *a, const char *const *texts, int count);

/* Folded, ё as е. */
char *text_even(struct arena *a, const char *text);

/* The words of a text folded and bare, in order, separated by one blank: "The Who" is "the who", "t.A.T.u."
 * is "tatu". */
char *words_plain(struct arena *a, const char *text);

/* The words of a plain text as a tsquery: 'the' & 'who'. Bare words hold no quote. Empty for an empty one. */
char *words_tsquery(struct arena *a, const char *plain, const char *join);

/* The word as the keys of the other layout would have typed it ("ptvabhf" is "земфира"); NULL if nothing
 * changes. */
char *word_other_layout(struct arena *a, const char *word);

#endif
