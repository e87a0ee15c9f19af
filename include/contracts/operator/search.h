/* What the operator may ask of the index. */
#ifndef CONTRACTS_OPERATOR_SEARCH_H
#define CONTRACTS_OPERATOR_SEARCH_H

#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/* One kind of document ("posts", "artists", "albums", "tracks", "users"). */
struct index_status {
	const char *kind;
	int64_t documents, source;     /* in the index, and what the source says there should be */
	int64_t missing, stale, extra; /* after verify: not indexed, other content, indexed but gone */
};

#define REINDEX_FIELDS(F, T)                                                                       \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, status, 0, "waiting, running or completed")                                     \
	F(T, TIME, asked_at, 0, "When it was asked for")                                           \
	F(T, TIME, started_at, NULLABLE, "When it began")                                          \
	F(T, TIME, finished_at, NULLABLE, "When the index was in step")                            \
	F(T, INT, documents, 0, "Sources gone through so far")                                     \
	F(T, INT, refused, 0, "Documents that could not be written and stay as they were; see the log") \
	F(T, TEXT, fault, NULLABLE, "Why it got no further and will be begun again")
STRUCT(reindex, REINDEX_FIELDS);
SCHEMA(reindex, REINDEX_FIELDS, "A rebuild of the index");

struct search_operator {
	/* Statuses of the kinds; counts only. */
	err (*status)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Compares every document with its source, field by field. */
	err (*verify)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Asks for the whole index to be brought in step with its sources, while it answers: a server does it
	 * within seconds. *out may be one that was asked for before and has not begun. Suspends. */
	err (*ask)(struct ctx *cx, struct reindex *out);
	err (*find)(struct ctx *cx, struct uuid id, struct reindex *out); /* NOT_FOUND */

	/* Asks, and does it here unless a server has taken it; returns when it is done. Errors: that
	 * documents were refused, with their number. Suspends. */
	err (*reindex)(struct ctx *cx, struct reindex *out);
};
SERVICE(search_operator, "search.operator");

#endif
