/* A search in one kind: from what was typed to the parameters of the statements, and on to the hits. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "modules/search/hit.h"
#include "modules/search/query.h"

#include "contracts/search.h"

extern const struct search_passages search_passages;

/* What the statements of sql/find.sql and its neighbours take. NULL, nil, INT_NULL, TIME_NULL: no matter. */
#define FIND_FIELDS(F, T)                                                                          \
	F(T, TEXT, stems, 0, "tsquery: a candidate's stems fit it ...")                            \
	F(T, TEXT, exact, 0, "tsquery: ... or its exact words fit this")                           \
	F(T, TEXT, all, 0, "tsquery of all words, exactly")                                        \
	F(T, TEXT, without, 0, "tsquery of what must not be there")                                \
	F(T, TEXT, plain, 0, "The words in order")                                                 \
	F(T, TEXT, typed, NULLABLE, "The words before they were repaired, when any of them is unknown") \
	F(T, TEXTS, term_stems, 0, \
	  "tsqueries of single terms, which count for the rank; empty for stop words") \
	F(T, TEXTS, term_words, 0, "The same of exact words")                                      \
	F(T, INTS, weights, 0, "How much each counts, in thousandths")                             \
	F(T, REAL, mean_length, 0, "Mean length of a document")                                    \
	F(T, TEXT, tag, NULLABLE, "Filter: a slug")                                                \
	F(T, TEXT, author, NULLABLE, "Filter: a username")                                         \
	F(T, TEXT, artist, NULLABLE, "Filter: a name, folded and bare")                            \
	F(T, UUID, artist_id, NULLABLE, "Filter")                                                  \
	F(T, TIME, after, NULLABLE, "Filter: published then or later")                             \
	F(T, TIME, before, NULLABLE, "Filter: published before then")                              \
	F(T, TEXT, genre, NULLABLE, "Filter")                                                      \
	F(T, TEXT, country, NULLABLE, "Filter")                                                    \
	F(T, INT, verified, NULLABLE, "Filter: 0 or 1")                                            \
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
	struct find find;  /* filters and page by search_begin and the caller, the rest by search_plan */
	bool newest_first; /* the caller wants the hits so */

	enum way way;
	struct marks marks;
	const char *repaired; /* the query with its typos mended, or NULL when there were none */

	union hits hits; /* best first */
	int count;
	bool partial; /* comments_count is missing */
};

/* Reads the query, and takes from it the filters that it names itself; the caller may set others. */
void search_begin(struct arena *a, struct search *s, enum kind kind, const char *text, int64_t limit);

/* From words to the parameters of a statement: mends typos and weighs words by the kind's statistics.
 * Suspends. */
err search_plan(struct ctx *cx, struct search *s);

/* Plans, finds the page's hits and marks them; a `run` of struct branch. Suspends. */
err search_run(struct ctx *cx, void *search);

/* Of a search that has run: its matches, counted to 10,001 at most. Suspends. */
err search_count(struct ctx *cx, const struct search *s, int64_t *total);

/*
 * Of a search that has run, in posts or artists: the most frequent values among at most 10,000 matches, those
 * of a facet together: tags and author_username, or genres, country and verified. Suspends.
 */
err search_facets(struct ctx *cx, const struct search *s, struct facet **facets, int *count);

extern const struct route search_routes[];

#endif
