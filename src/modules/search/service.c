/* What operators ask: status and verify here, the rest in reindex.c. */
#include "modules/search/index.h"
#include "modules/search/reindex.h"
#include "modules/search/source.h"

enum { SCAN_BATCH = 1000 };

static err search_status(struct ctx *cx, struct index_status **kinds, int *count)
{
	*kinds = ARENA_ARRAY(cx->arena, struct index_status, KIND_COUNT);
	*count = KIND_COUNT;
	for (int k = 0; k < KIND_COUNT; k++) {
		struct uuid after = {{0}}, *ids;
		int n;
		(*kinds)[k] = (struct index_status){.kind = kind_names[k]};
		TRY(entry_count(cx, k, &(*kinds)[k].documents));
		do {
			TRY(source_scan(cx, k, after, SCAN_BATCH, &ids, &n));
			(*kinds)[k].source += n;
			if (n)
				after = ids[n - 1];
		} while (n);
	}
	return NULL;
}

static err batch_compare(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, void *differ)
{
	return index_compare(cx, kind, ids, count, differ);
}

static err search_verify(struct ctx *cx, struct index_status **kinds, int *count)
{
	TRY(search_status(cx, kinds, count));
	for (int k = 0; k < KIND_COUNT; k++) {
		struct index_status indexed = {0}; /* what is missing or stale shows in the sources already */
		TRY(index_walk(cx, k, source_scan, batch_compare, &(*kinds)[k]));
		TRY(index_walk(cx, k, entry_scan, batch_compare, &indexed));
		(*kinds)[k].extra = indexed.extra;
	}
	return NULL;
}

const struct search_operator search_operator = {
	.status = search_status,
	.verify = search_verify,
	.ask = reindex_ask,
	.find = reindex_find,
	.reindex = reindex_here,
};
