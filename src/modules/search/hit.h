/* Hits: stored documents with a score and highlights, and how they are found. */
#ifndef SEARCH_HIT_H
#define SEARCH_HIT_H

#include "modules/search/query.h"

#include "contracts/comment.h"
#include "vobe/http.h"

extern const struct comment_counts *comments;

enum { HITS_MAX = 1000 }; /* offset + limit */

#define HIGHLIGHT_FIELDS(F, T)                                                                     \
	F(T, TEXT, title, NULLABLE, "Title or name, HTML-escaped, with <mark> around what was found") \
	F(T, TEXT, text, NULLABLE, "A piece of the text around what was found, likewise")
STRUCT(highlight, HIGHLIGHT_FIELDS);
SCHEMA(highlight, HIGHLIGHT_FIELDS, "What was found, marked");

#define HIT_TAIL_FIELDS(F, T)                                                                      \
	F(T, REAL, score, NO_COLUMN, "How well it fits; comparable within one answer only")        \
	F(T, ONE, highlight, NO_COLUMN | NULLABLE, "What was found, marked", .of = &highlight_schema)

#define POST_HIT_FIELDS(F, T)                                                                      \
	POST_ENTRY_FIELDS(F, T)                                                                    \
	F(T, INT, comments_count, NO_COLUMN | NULLABLE, "Comments, as they are now")               \
	HIT_TAIL_FIELDS(F, T)
STRUCT(post_hit, POST_HIT_FIELDS);
SCHEMA(post_hit, POST_HIT_FIELDS, "A post that was found");

#define ARTIST_HIT_FIELDS(F, T) ARTIST_ENTRY_FIELDS(F, T) HIT_TAIL_FIELDS(F, T)
STRUCT(artist_hit, ARTIST_HIT_FIELDS);
SCHEMA(artist_hit, ARTIST_HIT_FIELDS, "An artist that was found");

#define ALBUM_HIT_FIELDS(F, T) ALBUM_ENTRY_FIELDS(F, T) HIT_TAIL_FIELDS(F, T)
STRUCT(album_hit, ALBUM_HIT_FIELDS);
SCHEMA(album_hit, ALBUM_HIT_FIELDS, "An album that was found");

#define TRACK_HIT_FIELDS(F, T) TRACK_ENTRY_FIELDS(F, T) HIT_TAIL_FIELDS(F, T)
STRUCT(track_hit, TRACK_HIT_FIELDS);
SCHEMA(track_hit, TRACK_HIT_FIELDS, "A track that was found");

#define FACET_FIELDS(F, T)                                                                         \
	F(T, TEXT, facet, NO_JSON, "Which facet")                                                  \
	F(T, TEXT, value, 0, "Value")                                                              \
	F(T, INT, count, 0, "Matches that have it, exact to 10,000")
STRUCT(facet, FACET_FIELDS);
SCHEMA(facet, FACET_FIELDS, "How many matches share a value");

/* What may be asked besides the words. NULL, nil and INT_NULL: no matter. */
struct narrowing {
	const char *tag, *author, *artist; /* artist: a folded name */
	struct uuid artist_id;
	int64_t after, before; /* TIME_NULL */
	const char *genre, *country;
	int64_t verified; /* 0, 1 or INT_NULL */
	bool newest_first;
	int64_t limit, offset;
};

/* *hits becomes an array of the kind's hit structs, best first, `limit` at most. Suspends. */
err hits_find(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, void **hits, int *count);

/* Whether hits_find ranks the newest matches only, there being very many. */
bool hits_are_approximate(enum kind kind, const struct plan *plan, const struct narrowing *by);

/* Matches, counted to 10,001 at most. Suspends. */
err hits_count(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, int64_t *total);

/* The most frequent values among at most 10,000 matches: tags and author_username, or genres, country and verified. Suspends. */
err hits_facets(struct ctx *cx, enum kind kind, const struct plan *plan, const struct narrowing *by, struct facet **facets, int *count);

/* Fills `highlight` of each hit, and for posts comments_count (left null when comment does not answer). Suspends. */
err hits_dress(struct ctx *cx, enum kind kind, const struct plan *plan, void *hits, int count, bool *partial);

extern const struct schema *const hit_schemas[KIND_COUNT];
extern struct statement hit_statements[];
extern const struct route search_routes[];

/*
 * `text` HTML-escaped with <mark> around words whose stem is among the lexemes or which are among the marked. With `cut` at most
 * so many code points around the first of them; NULL when nothing matches and `cut` is set.
 */
const char *text_mark(struct arena *a, const struct plan *plan, const char *text, size_t cut);

#endif
