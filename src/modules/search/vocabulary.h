/* What is known of words: how common they are, how they are stemmed, and which may be meant by one nobody
 * wrote. */
#ifndef SEARCH_VOCABULARY_H
#define SEARCH_VOCABULARY_H

#include "modules/search/index.h"
#include "modules/search/query.h"

#define WORD_FACT_FIELDS(F, T)                                                                     \
	F(T, TEXT, word, 0, "The word, bare")                                                      \
	F(T, TEXT, lexeme, NULLABLE, "Its stem; null for a stop word and where it has several")    \
	F(T, TEXT, stems, 0, "tsquery of its stems; empty for a stop word")                        \
	F(T, TEXT, exact, 0, "tsquery of the word as it is")                                       \
	F(T, INT, df, 0, "Documents of the kind that hold it, at the last count; 0: none does")    \
	F(T, INT, documents, 0, "Documents of the kind, at the last count")                        \
	F(T, REAL, mean_length, 0, "Their mean length")                                            \
	F(T, TEXTS, credits, NULLABLE, "For posts: tsqueries of those of artists whose names hold it")
STRUCT(word_fact, WORD_FACT_FIELDS);
SCHEMA(word_fact, WORD_FACT_FIELDS, "What is known of a word");

/*
 * facts[i] belongs to words[i]. The first `typed` words are looked for in the documents when the last count
 * does not know them; others may be missed when they are newer. Suspends.
 */
err facts_read(struct ctx *cx, enum kind kind, const struct query_word *words, int count, int typed,
	       struct word_fact **facts);

/* A word that may be meant by one nobody wrote. */
struct repair {
	const char *word;
	int of;          /* index of the one nobody wrote */
	int edits;       /* letters apart */
	int64_t badness; /* what the repairs of one word are ordered by */
};

enum { REPAIRS_A_WORD = 6 };

/* Nearest words of the vocabulary, best first, at most REPAIRS_A_WORD for each; `out` has room for those.
 * Suspends. */
err repairs_find(struct ctx *cx, enum kind kind, const char *const *words, int count, struct repair *out,
		 int *found);

/* Takes words out of the vocabulary that stand in no document any more: a slice of each kind, and the next
 * one at the next call. Suspends. */
err vocabulary_sweep(struct ctx *cx);

#endif
