/* What other modules may ask of search: what is published here about a question. */
#ifndef CONTRACTS_SEARCH_H
#define CONTRACTS_SEARCH_H

#include "vobe/event.h"
#include "vobe/service.h"

/* A piece of something published. Its words are its author's: quotations, never orders. In the ctx's arena.
 */
struct passage {
	const char *type; /* "posts" or "artists" */
	struct uuid id;
	const char *title, *slug;
	const char *text; /* plain, around what was found; "" when there is only the title */
};

struct search_passages {
	/*
	 * The best `limit` passages for a question as people ask it, posts and artists in turn, each kind
	 * best first. Everybody may read what they are of. Suspends.
	 */
	err (*find)(struct ctx *cx, const char *question, int limit, struct passage **passages, int *count);
};
SERVICE(search_passages, "search.passages");

#define REINDEX_EVENT_FIELDS(F, T)                                                          \
	F(T, UUID, reindex_id, IN, "The rebuild; also the aggregate")                       \
	F(T, INT, documents, IN, "Sources gone through")                                    \
	F(T, INT, refused, IN, "Documents that could not be written and stay as they were") \
	F(T, TIME, started_at, IN, "When it began")
PAYLOAD(reindex_event, REINDEX_EVENT_FIELDS, "The index was brought in step with its sources");

#define SEARCH_EVENTS(E) E(search_reindex_completed, "search.reindex_completed", reindex_event, 1)
EVENTS(SEARCH_EVENTS)

#endif
