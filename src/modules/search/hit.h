/* Hits: stored documents with a score and highlights. */
#ifndef SEARCH_HIT_H
#define SEARCH_HIT_H

#include "modules/search/index.h"

#include "contracts/comment.h"
#include "vobe/http.h"
#include "vobe/mark.h"

extern const struct comment_counts *comments;

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

#define USER_HIT_FIELDS(F, T) USER_ENTRY_FIELDS(F, T) HIT_TAIL_FIELDS(F, T)
STRUCT(user_hit, USER_HIT_FIELDS);
SCHEMA(user_hit, USER_HIT_FIELDS, "A user that was found");

#define FACET_FIELDS(F, T)                                                                         \
	F(T, TEXT, facet, NO_JSON, "Which facet")                                                  \
	F(T, TEXT, value, 0, "Value")                                                              \
	F(T, INT, count, 0, "Matches that have it, of 10,000 at most; of more than 2,000 an estimate")
STRUCT(facet, FACET_FIELDS);
SCHEMA(facet, FACET_FIELDS, "How many matches share a value");

/* An array of the hits of a kind. */
union hits {
	struct post_hit *posts;
	struct artist_hit *artists;
	struct album_hit *albums;
	struct track_hit *tracks;
	struct user_hit *users;
	void *any;
};

/* Fills `content` of each; what is not published any more is taken out. Suspends. */
err hits_say(struct ctx *cx, struct post_hit *hits, int *count);

/* Fills `highlight` of each hit. */
void hits_mark(struct arena *a, enum kind kind, const struct marks *marks, union hits hits, int count);

/* Fills comments_count of each; false (and null) when comment does not answer. Suspends. */
bool comments_counted(struct ctx *cx, struct post_hit *hits, int count);

#endif
