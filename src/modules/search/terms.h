/* The words of a query as they are looked for: known or repaired, and weighed against the documents of a
 * kind. */
#ifndef SEARCH_TERMS_H
#define SEARCH_TERMS_H

#include "modules/search/vocabulary.h"

enum { TERMS_MAX = 3 * QUERY_WORDS_MAX };

/* What one typed word is looked for as. */
struct term {
	const struct word_fact *fact;
	int of;       /* index of the typed word */
	bool piece;   /* of that word's token */
	double share; /* of 1: less when it is not what was typed */
	bool prefix;
	bool chooses; /* candidates; others count for the rank only */
};

struct terms {
	struct term at[TERMS_MAX];
	int count;
	const char
		*repaired[QUERY_WORDS_MAX][REPAIRS_A_WORD]; /* of each typed word, the best first; or NULL */
	const char *heard[QUERY_WORDS_MAX][REPAIRS_A_WORD]; /* of known words, what else they may be by ear */
	bool any_repaired, any_unknown, any_heard;
	bool mostly_unknown; /* of the words that are no stop words */
	bool told;           /* nothing of them was found as typed: the repair is told */
	int content;         /* how many those are */
	int64_t documents;   /* of the kind */
	bool common;         /* only words of very many documents choose */
	bool names_only;     /* what chooses begins so many words that texts are not looked at */
	int64_t chosen;      /* documents, at most */
	int64_t most;        /* and at least, as far as the statistics say */
	double mean_length;
};

/* The terms of a query that has words. Suspends. */
err terms_weigh(struct ctx *cx, enum kind kind, const struct query *q, struct terms *out);

/* BM25's weight of a term, in thousandths. */
int64_t term_weight(const struct term *t);

/* By which bits of its forms a document says that it stands there as typed (word_hash); -1: it is several
 * words or none. */
int64_t term_hash(const struct term *t);

#endif
