/* What the operator's commands may ask of search. No other module needs it. */
#ifndef CONTRACTS_SEARCH_H
#define CONTRACTS_SEARCH_H

#include "vobe/event.h"

/* One kind of document ("posts", "artists", "albums", "tracks"). */
struct index_status {
	const char *kind;
	int64_t documents, source; /* in the index, and what the source says there should be */
	int64_t missing, stale, extra; /* after verify: not indexed, other content, indexed but gone */
	int generation;
};

struct search_service {
	/* Statuses of the kinds; counts only. */
	err (*status)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Compares every document with its source, field by field. */
	err (*verify)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Brings the whole index in step with the sources while it answers. */
	err (*reindex)(struct ctx *cx);
};

#define REINDEX_EVENT_FIELDS(F, T)                                                                 \
	F(T, UUID, reindex_id, IN, "The run")                                                      \
	F(T, INT, documents, IN, "Documents written")
STRUCT(reindex_event, REINDEX_EVENT_FIELDS);
SCHEMA(reindex_event, REINDEX_EVENT_FIELDS, "A reindex ended");
EVENT(search_reindex_completed, "search.reindex_completed", reindex_event, 1);

#endif
