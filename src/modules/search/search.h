/* A search in one kind: from what was typed to the parameters of the statements, and on to the hits. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "modules/search/hit.h"
#include "modules/search/query.h"

#include "contracts/search.h"

extern const struct search_passages search_passages;

enum {
	LOOKED_AT = 3000,    /* matches, at most (sql/find.sql) */
	PHRASES_OF = 1200,   /* matches whose texts are read, at most */
	FACETS_OF = 2000,    /* matches, at most (sql/facets.sql) */
	TOTAL_EXACT = 10000, /* matches that are counted, at most */
};

/* What the statements of sql/find.sql and its neighbours take. NULL, nil, INT_NULL, TIME_NULL: no matter. */
#define FIND_FIELDS(F, T)                                                                          \
	F(T, TEXT, stems, 0, "tsquery: a candidate's stems fit it ...")                            \
	F(T, TEXT, exact, 0, "tsquery: ... or its exact words fit this")                           \
	F(T, TEXT, all, 0, "tsquery of all words, exactly")                                        \
	F(T, TEXT, ranked, 0, "tsquery of the stems that candidates are ordered by")               \
	F(T, TEXT, same, 0, "tsquery: is called so as written")                                    \
	F(T, TEXT, named, 0, "tsquery: is called so, signs aside")                                 \
	F(T, TEXT, names, 0, "tsquery of the terms that stand in names of artists; of posts only")  \
	F(T, TEXT, called, 0, "tsquery: any of these three; then nothing else need look like it")    \
	F(T, TEXT, near, 0, "tsquery: is nearly called so, in other letters or forms")             \
	F(T, TEXT, within, 0, "tsquery: the whole name is a part of what was typed")               \
	F(T, INT, phrased, 0, "1: texts are checked for phrases")                                  \
	F(T, TEXTS, phrases, 0, "Regular expressions that must all fit")                           \
	F(T, TEXT, without_phrases, NULLABLE, "Regular expression that must not")                  \
	F(T, UUIDS, having, 0, "Posts of which that is known; nothing else chooses then")          \
	F(T, TEXT, without_stems, 0, "tsquery of stems that must not be there")                    \
	F(T, TEXT, without, 0, "tsquery of words that must not be there")                          \
	F(T, INT, names_only, 0, "1: exact is looked for in the newest posts only")                  \
	F(T, TEXT, plain, 0, "The words in order")                                                 \
	F(T, TEXT, written, 0, "The words as they were typed, signs and all, in lower case")      \
	F(T, TEXT, typed, NULLABLE, "The words in order, where titles that look like them are candidates") \
	F(T, TEXTS, term_stems, 0, \
	  "tsqueries of single terms, which count for the rank; empty for stop words") \
	F(T, TEXTS, term_words, 0, "The same of exact words")                                      \
	F(T, INTS, weights, 0, "How much each counts, in thousandths")                             \
	F(T, INTS, hashes, 0, "word_hash of the forms that were typed; -1: none")                   \
	F(T, REAL, mean_length, 0, "Mean length of a document")                                    \
	F(T, TEXT, facts, 0, "tsquery of the facts that filters ask for; stems and exact hold it already") \
	F(T, TIME, after, NULLABLE, "Posts published then or later")                               \
	F(T, TIME, before, NULLABLE, "Posts published before then")                                \
	F(T, INT, limit, 0, "Hits on the page")                                                    \
	F(T, INT, offset, 0, "Hits before it")
STRUCT(find, FIND_FIELDS);
SCHEMA(find, FIND_FIELDS, "What to find");

/* How candidates are chosen; each is a statement of its kind, the last two of posts only. */
/* clang-format off */
enum way {
	RANKED, /* the best matches */
	QUICK,  /* the same, where that is done in well under a millisecond */
	NEWEST, /* the newest matches */
	LISTED, /* whatever passes the filters, newest first */
	COMMON, /* words of very many posts: the best of the newest matches, approximately the best of all */
	COMMON_NEWEST, /* the same words, newest first */
	NOTHING,       /* nothing can be found */
};
/* clang-format on */

struct search {
	enum kind kind;
	struct query query;
	struct find find; /* filters and page by search_begin and the caller, the rest by search_plan */
	const char *credits[QUERY_PHRASES_MAX]; /* of posts: facts of artists whose names have a phrase; or
						   NULL */
	bool newest_first;                      /* the caller wants the hits so */

	bool facts_common; /* more than a twentieth of the posts pass the filters */
	bool words_common; /* and have the rarest word, too */
	int64_t at_least;  /* matches, as far as the statistics say */
	enum way way;
	struct marks marks;
	const char *repaired; /* the query with its typos mended, or NULL when there were none */

	union hits hits; /* best first */
	int count;
	bool more;        /* there are hits behind the page */
	bool approximate; /* not all that matches was looked at */
	bool partial;     /* comments_count is missing */
	bool unquoted;    /* the words of the phrases were looked for like any others */
};

/* Reads the query, with the filters that it names itself beside those given (NULL: none). The caller says
 * which page. */
void search_begin(struct arena *a, struct search *s, enum kind kind, const char *text,
		  const struct filters *filters);

/* From words to the parameters of a statement: mends typos and weighs words by the kind's statistics.
 * Suspends. */
err search_plan(struct ctx *cx, struct search *s);

/* credits.c: of a search for posts: turns names of artists that filters and phrases ask for, and those that
 * must not be there, into the facts of those who are called so. Suspends. */
err search_credits(struct ctx *cx, struct search *s);

/* phrases.c: of a plan for posts with phrases: chooses those that have them (find.having). Suspends. */
err search_phrases(struct ctx *cx, struct search *s);

/* Plans, finds the page's hits and marks them; a `run` of struct branch. Suspends. */
err search_run(struct ctx *cx, void *search);

/*
 * Of a search that has found nothing: whether it asks for phrases and for more. Then their words are to be
 * looked for like the others, by another search_run.
 */
bool search_unquote(struct search *s);

/* Of a search that has run: its matches, counted to 10,001 at most. Suspends. */
err search_count(struct ctx *cx, const struct search *s, int64_t *total);

/*
 * Of a search that has run: the most frequent values among its matches, those of a facet together. Where
 * there are more than FACETS_OF, some stand for all, and the search is approximate. `total` is what
 * search_count said, or -1. Suspends.
 */
err search_facets(struct ctx *cx, struct search *s, int64_t total, struct facet **facets, int *count);

extern const struct route search_routes[], suggest_routes[];

#endif
