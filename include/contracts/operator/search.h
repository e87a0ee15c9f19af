/* What the operator may ask of the index. */
#ifndef CONTRACTS_OPERATOR_SEARCH_H
#define CONTRACTS_OPERATOR_SEARCH_H

#include "vobe/ctx.h"
#include "vobe/service.h"

/* One kind of document ("posts", "artists", "albums", "tracks"). */
struct index_status {
	const char *kind;
	int64_t documents, source;     /* in the index, and what the source says there should be */
	int64_t missing, stale, extra; /* after verify: not indexed, other content, indexed but gone */
};

struct search_operator {
	/* Statuses of the kinds; counts only. */
	err (*status)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Compares every document with its source, field by field. */
	err (*verify)(struct ctx *cx, struct index_status **kinds, int *count);

	/* Brings the whole index in step with the sources while it answers. */
	err (*reindex)(struct ctx *cx);
};
SERVICE(search_operator, "search.operator");

#endif
