/* A query as people type it, and what the index is asked for. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "index.h"

enum { QUERY_WORDS_MAX = 32 };

/*
 * What was typed: words and "phrases", -without, prefix*, a OR b (any word may be missing anyway), and the filters artist:, author:,
 * tag: and year:1990..1999. Whatever makes no sense is a plain word: no query is wrong.
 */
struct query {
	const char *words[QUERY_WORDS_MAX]; /* folded and bare, positive ones, each once */
	bool prefix[QUERY_WORDS_MAX];
	int count;
	const char *phrases; /* tsquery text of the phrases, each in brackets, joined by |; "" when there are none */
	const char *without; /* tsquery text of what must not be there; "" */
	const char *plain;   /* all positive words in order, for names */
	const char *artist, *author, *tag; /* filters, or NULL */
	int64_t year_from, year_to;        /* INT_NULL: none */
};

void query_parse(struct arena *a, const char *text, struct query *out);

/* What the statements take: the query repaired (typos, keyboard layout) and weighed against the statistics of a kind. */
struct plan {
	const char *stems;  /* for to_tsquery: any of these */
	const char *exact;  /* tsquery: any of these, as they are */
	const char *all;    /* tsquery: all of them, as they are */
	const char *without;
	const char *plain;
	struct texts lexemes; /* that count for the rank */
	struct texts marked;  /* words to highlight, besides those whose stem is among the lexemes */
	bool approximate;     /* only common words: the newest matches are ranked, not all */
	bool empty;           /* nothing to look for */
	const char *repaired; /* the query with its typos mended, or NULL when there were none */
};

/* Suspends. */
err query_plan(struct ctx *cx, const struct query *q, enum kind kind, struct plan *out);

extern struct statement query_statements[];

#endif
