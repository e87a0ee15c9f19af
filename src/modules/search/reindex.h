/* Rebuilds of the whole index, as jobs in the database. */
#ifndef SEARCH_REINDEX_H
#define SEARCH_REINDEX_H

#include "modules/search/index.h"

/* See contracts/operator/search.h. */
err reindex_ask(struct ctx *cx, struct reindex *out);
err reindex_find(struct ctx *cx, struct uuid id, struct reindex *out);
err reindex_here(struct ctx *cx, struct reindex *out);

/* The job: does what was asked for by operators or by subscriptions of search.*, see `restarted`, and that no
 * other server is doing. Suspends. */
err index_rebuild(struct ctx *cx);

/*
 * Visits what `scan` finds, a batch at a time, each in an arena of its own. An err of `visit` ends it.
 * Suspends.
 */
typedef err (*scanner)(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids,
		       int *count);
typedef err (*visitor)(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, void *arg);
err index_walk(struct ctx *cx, enum kind kind, scanner scan, visitor visit, void *arg);

#endif
