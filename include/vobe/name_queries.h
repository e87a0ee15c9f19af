/* Names and titles as a whole, in the exact field and in queries. */
#ifndef VOBE_NAME_QUERIES_H
#define VOBE_NAME_QUERIES_H

#include "vobe/buf.h"
#include "vobe/names.h"

#include <stdbool.h>

/* The text behind a mark that tells it from words; a number in the place of one of more than so many bytes.
 */
const char *lexeme_short(struct arena *a, char mark, const char *text, size_t longest);

/* A form as a lexeme of the exact field: a blank before it tells it from words; long ones are hashed. */
const char *name_lexeme(struct arena *a, const char *form);

/* tsqueries of names, "" for what is none: that are called so as written, so without signs, nearly so. */
struct name_queries {
	const char *same, *named, *near;
	const char *begun;  /* that begin as written; of signs alone */
	const char *called; /* any of the first three */
};
struct name_queries name_queries(struct arena *a, const char *text);

/* The same of a text; but what is called as it may be meant, the best first, is nearly called so, too. */
struct name_queries names_meant(struct arena *a, const char *text, const char *const *meant, int meanings);

/* Either of two tsqueries; "" and NULL are none. */
const char *tsquery_or(struct arena *a, const char *one, const char *other);

/* tsquery of names that have a form which begins so; "" where all are so long that they are numbers. */
const char *names_begun(struct arena *a, const char *const *begins, int count);

/* tsquery of names that stand in the text, whole, between other words. "" for one word. */
const char *names_within(struct arena *a, const char *text);

/* tsquery of a run of a script without blanks: all its pairs, of Hangul with a particle at its end or
 * without; one letter begins a pair. */
const char *run_tsquery(struct arena *a, const char *run, bool prefix);

/* What is written in a tsvector or tsquery for a lexeme: in quotes. */
void lexeme_write(struct buf *out, const char *lexeme);

#endif
