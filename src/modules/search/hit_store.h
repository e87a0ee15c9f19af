/* Statements that find. */
#ifndef SEARCH_HIT_STORE_H
#define SEARCH_HIT_STORE_H

#include "modules/search/hit.h"

#define FIND_IN_FIELDS(F, T)                                                                       \
	F(T, TEXT, stems, 0, "tsquery of stems")                                                   \
	F(T, TEXT, exact, 0, "tsquery of exact words")                                             \
	F(T, TEXT, all, 0, "tsquery of all exact words")                                           \
	F(T, TEXT, without, 0, "tsquery of what must not be there")                                \
	F(T, TEXT, plain, 0, "The words in order")                                                 \
	F(T, TEXT, typed, NULLABLE, "The words before they were repaired")                         \
	F(T, TEXTS, term_stems, 0, "tsqueries of single terms")                                    \
	F(T, TEXTS, term_words, 0, "The same of exact words")                                      \
	F(T, INTS, weights, 0, "Their weights, in thousandths")                                    \
	F(T, REAL, mean_length, 0, "Mean length of a document")                                    \
	F(T, TEXT, tag, NULLABLE, "Filter")                                                        \
	F(T, TEXT, author, NULLABLE, "Filter")                                                     \
	F(T, TEXT, artist, NULLABLE, "Filter")                                                     \
	F(T, UUID, artist_id, NULLABLE, "Filter")                                                  \
	F(T, TIME, after, NULLABLE, "Filter")                                                      \
	F(T, TIME, before, NULLABLE, "Filter")                                                     \
	F(T, TEXT, genre, NULLABLE, "Filter")                                                      \
	F(T, TEXT, country, NULLABLE, "Filter")                                                    \
	F(T, INT, verified, NULLABLE, "Filter")                                                    \
	F(T, INT, limit, 0, "Page")                                                                \
	F(T, INT, offset, 0, "Page")
STRUCT(find_in, FIND_IN_FIELDS);
SCHEMA(find_in, FIND_IN_FIELDS, "What to find");

#define SUGGEST_IN_FIELDS(F, T)                                                                    \
	F(T, TEXT, prefix, 0, "Beginning, folded and bare")                                        \
	F(T, TEXT, inside, NULLABLE, "tsquery of its words, the last one a beginning")                    \
	F(T, INT, limit, 0, "Of each kind")
STRUCT(suggest_in, SUGGEST_IN_FIELDS);
SCHEMA(suggest_in, SUGGEST_IN_FIELDS, "What begins so");

#define SUGGESTION_FIELDS(F, T)                                                                    \
	F(T, TEXT, type, 0, "artists, albums, tracks or posts")                                    \
	F(T, UUID, id, 0, "What it is")                                                            \
	F(T, TEXT, text, 0, "Name or title")                                                       \
	F(T, TEXT, slug, NULLABLE, "Slug, where it has one")
STRUCT(suggestion, SUGGESTION_FIELDS);
SCHEMA(suggestion, SUGGESTION_FIELDS, "A name or title that begins as typed");

/* What each kind has a statement for. A quick one may run before the point reads that wait behind it. */
enum purpose { FIND, FIND_QUICKLY, NEWEST, LIST, COUNT, COUNT_LISTED, PURPOSES };
#define HIT_STATEMENT(purpose, kind) ((int)(purpose) * KIND_COUNT + (int)(kind))
enum {
	FIND_COMMON_POSTS = PURPOSES * KIND_COUNT, NEWEST_COMMON_POSTS,
	POST_FACETS, POST_FACETS_LISTED, ARTIST_FACETS, ARTIST_FACETS_LISTED,
	SUGGEST,
	HIT_STATEMENTS
};

#endif
