/* Names and titles as a whole: everything that one may be asked for as. */
#ifndef VOBE_NAMES_H
#define VOBE_NAMES_H

#include "vobe/arena.h"

enum { NAME_FORMS_MAX = 16, NAME_BEGINS_MAX = 32, NAME_SPANS_MAX = 360 };

/*
 * A form, and how near it is to what is written:
 *   A  as written, folded, with its signs: "ac/dc"
 *   B  without them, whole or in pieces, & as a word: "acdc", "ac dc"
 *   C  in Latin letters, without its article, without blanks, its Roman numeral as a number
 *   D  its stems
 */
struct name_form {
	char rank;
	const char *text;
};

/* Every form once; returns how many, at most NAME_FORMS_MAX. */
int name_forms(struct arena *a, const char *text, struct name_form *out);

/* What names may stand in the text between other words, in forms B, C and D; at most NAME_SPANS_MAX. */
int name_spans(struct arena *a, const char *text, struct name_form *out);

/*
 * How names may begin of which so much was typed: in its forms B, and behind an article ("who" begins The
 * Who), which are *exactly; then in other letters and forms. Returns how many, at most NAME_BEGINS_MAX.
 */
int name_begins(struct arena *a, const char *typed, const char **out, int *exactly);

/*
 * What was typed, folded, with its signs and a blank at its end, where these say more than its words: "t."
 * is T. Rex rather than Tom, "john " no Johnny. "" where they do not.
 */
const char *name_literal(struct arena *a, const char *typed);

#endif
