/*
 * Stop words are not in the index of texts, so a phrase of nothing else ("to be or not to be") would be found
 * in no text. Three of them side by side are a lexeme of their own: a text of 500 characters has
 * two, beside forty stems.
 */
#ifndef VOBE_STOP_RUNS_H
#define VOBE_STOP_RUNS_H

#include "vobe/words.h"

#define STOP_RUN_MARK '~' /* no stem begins with it */

/* The last two stop words of a text that is gone through; all zero at its start. */
struct stop_run {
	const char *last[2];
};

/* Goes on by a word; the lexeme where it is the third or a later stop word in a row, otherwise NULL. Other
 * words may have the same lexeme (24 bits of a hash): what it finds is to be looked at. */
const char *stop_run_add(struct arena *a, struct stop_run *run, const struct word *w);

/* tsquery of the threes of the text; "" where it has none. */
const char *stop_runs_tsquery(struct arena *a, const char *text);

#endif
