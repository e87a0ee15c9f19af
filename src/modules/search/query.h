/* A query as people type it, and what the index is asked for. */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "modules/search/index.h"

enum { QUERY_WORDS_MAX = 32, QUERY_PHRASES_MAX = 8 };

/* A word or a phrase: `bare` is folded and without punctuation, as the exact field has it; `raw` goes through PostgreSQL's parser. */
struct query_word {
	const char *bare, *raw;
	bool prefix;
};

/*
 * What was typed: words and "phrases", -without, prefix*, a OR b (any word may be missing anyway), and the filters artist:, author:,
 * tag: and year:1990..1999. Whatever makes no sense is a plain word: no query is wrong.
 */
struct query {
	struct query_word words[QUERY_WORDS_MAX]; /* positive ones, each once, those of the phrases too */
	int count;
	struct query_word phrases[QUERY_PHRASES_MAX]; /* all must be there */
	int phrase_count;
	const char *without; /* tsquery of bare words that must not be there; "" */
	const char *plain;   /* all positive words in order, for names */
	const char *artist, *author, *tag, *genre; /* filters, or NULL; artist is folded and bare, tag a slug, genre the same as typed */
	int64_t year_from, year_to;        /* INT_NULL: none */
};

void query_parse(struct arena *a, const char *text, struct query *out);

/* A query repaired (typos, keyboard layout) and weighed against the statistics of a kind: what the statements take. */
struct plan {
	const char *stems;   /* tsquery: a candidate's stems fit it ... */
	const char *exact;   /* tsquery: ... or its exact words fit this */
	const char *all;     /* tsquery of all words, exactly */
	const char *without; /* tsquery of what must not be there */
	const char *plain;   /* the words in order */
	struct texts term_stems, term_words; /* tsqueries of one term each, "" for none: what counts for the rank ... */
	struct ints weights;                 /* ... and how much, in thousandths */
	double mean_length;
	struct texts lexemes; /* stems to mark */
	struct texts marked;  /* words to mark; one that ends in * is the beginning of such */
	bool common;          /* only words of very many documents */
	int64_t cost;         /* of ranking: candidates times terms, about 2 us each */
	bool lists;           /* only filters: the newest that pass */
	bool empty;           /* nothing can be found */
	const char *typed;    /* the words as typed, when any of them is unknown; else NULL */
	const char *repaired; /* the query with its typos mended, or NULL when there were none */
};

/* Suspends. */
err query_plan(struct ctx *cx, const struct query *q, enum kind kind, struct plan *out);

#define WORD_FACT_FIELDS(F, T)                                                                     \
	F(T, TEXT, word, 0, "The word, bare")                                                      \
	F(T, TEXT, lexeme, NULLABLE, "Its stem; null for a stop word")                             \
	F(T, TEXT, stems, NULLABLE, "tsquery of the raw word")                                     \
	F(T, INT, df, 0, "Documents of the kind that hold it, at the last count; 0: none does")    \
	F(T, INT, documents, 0, "Documents of the kind, at the last count")                        \
	F(T, REAL, mean_length, 0, "Their mean length")
STRUCT(word_fact, WORD_FACT_FIELDS);
SCHEMA(word_fact, WORD_FACT_FIELDS, "What is known of a word");

/* facts[i] belongs to words[i]. Words behind the first `typed` may be missed when they are newer than the last count. Suspends. */
err facts_read(struct ctx *cx, const struct query_word *words, int count, int typed, enum kind kind, struct word_fact **facts);

/* A word that may be meant by one nobody wrote. */
struct repair {
	const char *word;
	int of;    /* index of the one nobody wrote */
	int edits; /* letters apart */
};

enum { REPAIRS_A_WORD = 3 };

/* Nearest words of the vocabulary, best first, at most REPAIRS_A_WORD for each of `words`; `out` has room for those. Suspends. */
err repairs_find(struct ctx *cx, const char *const *words, int count, enum kind kind, struct repair *out, int *found);

extern struct statement query_statements[];
extern struct statement repair_statements[];

#endif
