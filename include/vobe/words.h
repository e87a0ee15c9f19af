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
	WORD_RUN,    /* what touches in a script without blanks: its pairs follow */
	WORD_GRAM,   /* two neighbours of a run, and the last alone */
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
 * word besides. Words of more than 60 code points are left out.
 */
struct words words_cut(struct arena *a, const char *text);

/* Whether a query that has the word asks for it: signs between words are none, & and -, a dash. */
bool word_is_asked(const struct word *w);

/* Hangul is cut both ways, as a word and as a run: whether the run follows, which finds what the word does.
 */
bool word_is_double(const struct word *w, const struct word *end);

/* Whether the word is of a script that is cut into pairs. */
bool word_is_unspaced(const char *word);

/* Whether the word (folded) is in so many texts that it says nothing of their matter: Russian and English. */
bool word_is_stop(const char *word);

/* Of `many` bits of the forms of a document (vobe/vectors.h) a word sets hash % many, hash / many % many, and
 * where the sum of the two falls.
 */
uint32_t word_hash(const char *word);

/* The stem of a folded word by Snowball: Russian of Cyrillic words, English of others; a word of a
 * script without blanks is its own. NULL for a stop word. */
const char *word_stem(struct arena *a, const char *word);

/* The word as the keys of the other layout would have typed it ("ptvabhf" is "земфира"); NULL if nothing
 * changes. */
char *word_other_layout(struct arena *a, const char *word);

/* The question without the words that only make it one ("who", "расскажи"); "" if it has no others. */
const char *question_matter(struct arena *a, const char *question);

/* How words are put together again. */
struct manner {
	bool pieces; /* "ac dc" and not "acdc" */
	bool spelt;  /* "pink" and not "pnk" */
	bool stems;
	const char *and; /* what & is, or NULL */
	const char *gap; /* between words, or NULL */
};

/* The words of `words` from one place up to another in this manner. */
char *words_joined(struct arena *a, const struct words *words, int from, int to, struct manner manner);

/* The words bare and in order with one blank between: "The Who" is "the who", "t.A.T.u." "tatu". */
char *words_plain(struct arena *a, const char *text);

/* A phrase as a regular expression of PostgreSQL, for ~*: its words side by side, folded as text_loose
 * does, signs between them aside, not over a U+E000. "" when there is no word in it. */
const char *phrase_pattern(struct arena *a, const char *text);

#endif
