/* Words: how a text is cut and folded, so that what indexes, asks, marks and compares agrees. */
#ifndef VOBE_WORDS_H
#define VOBE_WORDS_H

#include "vobe/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */
enum word_role {
	WORD_SINGLE, /* all of a token: queen */
	WORD_WHOLE,  /* all of a token that signs part, without them: acdc, and pink (besides pnk) of P!nk */
	WORD_PART,   /* a piece of such a token: ac, dc */
	WORD_GRAM,   /* two neighbours in a script without blanks, and the last of a run alone */
	WORD_SIGNS,  /* what stands between blanks and has neither letter nor digit: !!! */
};
/* clang-format on */

struct word {
	const char *text; /* text_loose; letters, digits and marks only, but for WORD_SIGNS */
	enum word_role role;
	int token;        /* which token of the text; those of one token stand together, the whole first */
	int32_t from, to; /* bytes of the text that was cut */
};

struct words {
	struct word *at;
	int count, tokens;
};

/*
 * Tokens stand between blanks and signs that end a word ( , ; ( " / is none). A run of a script without
 * blanks (Han, Kana, Hangul, Thai, Lao, Khmer, Burmese) is its neighbouring pairs; one of Hangul is a
 * word besides. Words of more than 60 code points are left out. /
 */
struct words words_cut(struct arena *a, const char *text);

/* Whether the word is of a script that is cut into pairs. */
bool word_is_unspaced(const char *word);

#endif
