/* A query as people type it. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "modules/search/facts.h"

enum { QUERY_WORDS_MAX = 32, QUERY_PHRASES_MAX = 8 };

/* A word or a phrase: `bare` is folded and without punctuation, as the exact field has it; `raw` goes through
 * PostgreSQL's parser. */
struct query_word {
	const char *bare, *raw;
	bool prefix;
};

/*
 * What was typed: words and "phrases", -without, prefix*, a OR b (any word may be missing anyway), and the
 * filters artist:, author:, tag: and year:1990..1999, with a blank behind the colon or without. Whatever
 * makes no sense is a plain word: no query is wrong.
 */
struct query {
	struct query_word words[QUERY_WORDS_MAX]; /* positive ones, each once, those of the phrases too */
	int count;
	struct query_word phrases[QUERY_PHRASES_MAX]; /* all must be there */
	int phrase_count;
	const char *without; /* tsquery of bare words that must not be there; "" */
	const char *plain;   /* all positive words in order, for names */

	bool everything; /* a lone asterisk */
	struct filters filters;
};

/* `filters` are those that stand outside the text; NULL: none. */
void query_parse(struct arena *a, const char *text, const struct filters *filters, struct query *out);

#endif
