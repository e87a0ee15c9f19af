/* How near a word is to one that was typed: by its letters, or by ear. */
#ifndef VOBE_NEARNESS_H
#define VOBE_NEARNESS_H

#include "vobe/arena.h"

#include <stdbool.h>

struct nearness {
	bool near;   /* it may be meant */
	int edits;   /* letters apart, 0 to 2 */
	int badness; /* what words are ordered by: an edit is four, another first letter two */
};

/* Edits allowed: none in short words or in those with digits, one up to five letters, two beyond. */
int word_edits(const char *typed);

/* By letters; the first one is seldom the wrong one. */
struct nearness word_nearness(const char *typed, const char *word);

/* By ear, vowels too: as near as it looks in one script, for by sound alone "leacy" were Lizzie. Of two
 * letters that differ as of one slip. */
struct nearness word_sounds(struct arena *a, const char *typed, const char *word);

/* What words that may sound like this one are looked up by (sound_key); "?" where it says too little: two
 * sounds, or no vowel. */
const char *word_sound_key(struct arena *a, const char *word);

/* Every two words that it may be without a blank, one behind the other, of two letters at least and three;
 * returns how many words. `out` has room for two a byte. */
int word_halves(struct arena *a, const char *word, const char **out);

#endif
