/*
 * Facts: what filters ask of a document. Each is a word of its own in the document's fields (":tag:rock"), so
 * that an index answers words and filters together; no word that anybody types begins with a colon. A
 * document without such facts is not found by a filter that asks for them.
 */
#ifndef VOBE_FACTS_H
#define VOBE_FACTS_H

#include "vobe/arena.h"
#include "vobe/id.h"
#include "vobe/schema.h"

#include <stdbool.h>
#include <stdint.h>

enum { FILTER_VALUES = 8 };

/* Values of one filter. */
struct values {
	const char *at[FILTER_VALUES];
	int count;
};

/*
 * What is asked: every artist, tag and genre must be there, of authors and countries any. Values are as they
 * were typed. INT_NULL and nil: no matter.
 */
struct filters {
	struct values artists, tags, genres, authors, countries;
	struct uuid artist_id;
	int64_t verified; /* 0 or 1 */
	int64_t year_from, year_to;
};

extern const struct filters no_filters;

/* One more value; false: there is no room, or nothing in it. */
bool filter_add(struct values *values, const char *value);

/* Reads "1990..1999", "1990..", "..1999" or "1994"; dates count as their years. False: no such thing. */
bool years_read(struct arena *a, const char *text, struct filters *f);

/* Takes the years out of the filters, as the times from which on and before which; TIME_NULL: no matter. */
void years_take(struct arena *a, struct filters *f, int64_t *from, int64_t *before);

/* The tsquery of the facts that must be there; "" when nothing is asked. */
const char *filters_tsquery(struct arena *a, const struct filters *f);

/* tsqueries of the facts that an artist is called so, and that a document is the artist's. */
const char *artist_tsquery(struct arena *a, const char *name);
const char *artist_id_tsquery(struct arena *a, struct uuid id);

/* The facts of a document, gathered. What is NULL or empty is none. */
struct facts {
	struct arena *arena;
	const char **at;
	int count;
};

struct facts facts_begin(struct arena *a, int most); /* an artist and a genre are two */
void fact_add(struct facts *f, const char *name, const char *value);
void fact_add_artist(struct facts *f, const char *name); /* by the name as it is, and in Latin letters */
void fact_add_id(struct facts *f, struct uuid id);       /* of an artist */
void fact_add_year(struct facts *f, const char *date);
void fact_add_genre(struct facts *f, const char *genre); /* a tag, too */
struct texts facts_end(const struct facts *f);

#endif
