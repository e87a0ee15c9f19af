/* Words of a query, and the tsqueries that they are looked for by. */
#ifndef VOBE_QUERY_WORDS_H
#define VOBE_QUERY_WORDS_H

#include "vobe/arena.h"

#include <stdbool.h>

enum { NO_WORD = -1 };

/* A word, and what it is looked for as: tsqueries of its stems ("" for a stop word) and of itself. */
struct query_word {
	const char *bare;   /* folded, letters and digits only; or signs only */
	const char *raw;    /* as it was typed */
	const char *lexeme; /* its one stem; "" where it has none or is several */
	const char *stems, *exact;
	bool prefix;
	bool several; /* its tsqueries fit more than one lexeme */
	int of;       /* the word that this is a piece of ("ac" of "acdc"), or NO_WORD */
};

/* One folded word as a query has it. */
struct query_word query_word_of(struct arena *a, const char *bare, bool prefix);

#endif
