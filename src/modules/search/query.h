/* A query as people type it. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "vobe/buf.h"
#include "vobe/facts.h"
#include "vobe/query_words.h"

#include <stdbool.h>

enum { QUERY_WORDS_MAX = 40, QUERY_PHRASES_MAX = 8 };

/* What must stand in one field, side by side. */
struct query_phrase {
	const char *stems,
		*exact;      /* tsqueries of all its words; stems: of stop words alone, their threes or "" */
	const char *pattern; /* regular expression of PostgreSQL */
	bool stops;          /* of stop words alone */
};

/*
 * What was typed: words and "phrases", -without, prefix*, a OR b (any word may be missing anyway), and
 * the filters artist:, author:, tag: and year:1990..1999, with a blank behind the colon or without.
 * Whatever makes no sense is a plain word: no query is wrong. Where nothing else is asked for, a minus
 * is part of its word (-M-).
 */
struct query {
	struct query_word words[QUERY_WORDS_MAX]; /* positive ones, each once, those of the phrases too */
	int count;
	struct query_phrase phrases[QUERY_PHRASES_MAX]; /* all must be there */
	int phrase_count;
	bool words_beside;                   /* the phrases, or the last quote is missing */
	const char *without_stems, *without; /* tsqueries of stems and words that must not be there; "" */
	const char *without_phrases;         /* one regular expression, or NULL */
	const char *plain;                   /* all positive words in order, bare */
	const char *text;                    /* the same as typed, for names */

	bool everything; /* a lone asterisk */
	struct filters filters;
};

/* `filters` are those that stand outside the text; NULL: none. */
void query_parse(struct arena *a, const char *text, const struct filters *filters, struct query *out);

#endif
