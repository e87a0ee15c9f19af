/*
 * Facts: what filters ask of a document. Each is a word of its own in the document's fields (":tag:rock"), so
 * that an index answers words and filters together; no word that anybody types begins with a colon. A kind
 * that does not know a filter has no such facts, and nothing of it is found.
 */
#ifndef SEARCH_FACTS_H
#define SEARCH_FACTS_H

#include "contracts/documents/artist.h"
#include "contracts/documents/content.h"

#include "vobe/arena.h"

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

/* The tsquery of the facts that must be there; "" when nothing is asked. */
const char *filters_tsquery(struct arena *a, const struct filters *f);

/* The facts of documents. */
struct texts post_facts(struct arena *a, const struct post_document *d);
struct texts artist_facts(struct arena *a, const struct artist_document *d);
struct texts album_facts(struct arena *a, const struct album_document *d);
struct texts track_facts(struct arena *a, const struct track_document *d, const char *release_date);

#endif
