/* What the operator's commands ask: status, verify, reindex. */
#include "modules/search/index.h"
#include "modules/search/source.h"

PROBLEM(DOCUMENTS_REFUSED, 500, "documents_refused", "Some documents were refused", "See the log.");

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

typedef err (*scanner)(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids,
		       int *count);
typedef err (*visitor)(struct ctx *cx, enum kind kind, const struct uuid *ids, int count,
		       struct index_status *status);

/* Visits what `scan` finds, a batch at a time, each in an arena of its own. */
static err scan_visit(struct ctx *cx, enum kind kind, scanner scan, visitor visit,
		      struct index_status *status)
{
	struct uuid after = {{0}};
	int count;
	do {
		struct ctx batch = *cx;
		struct uuid *ids;
		batch.arena = arena_new();
		err e = scan(&batch, kind, after, INDEX_BATCH, &ids, &count);
		if (!e && count) {
			after = ids[count - 1];
			e = visit(&batch, kind, ids, count, status);
		}
		if (e)
			e = problem_detail(cx, e, "%s", e->detail);
		arena_free(batch.arena);
		TRY(e);
	} while (count);
	return NULL;
}

static err search_verify(struct ctx *cx, struct index_status **kinds, int *count)
{
	TRY(search_status(cx, kinds, count));
	for (int k = 0; k < KIND_COUNT; k++) {
		struct index_status indexed = {0}; /* what is missing or stale shows in the sources already */
		TRY(scan_visit(cx, k, source_scan, index_compare, &(*kinds)[k]));
		TRY(scan_visit(cx, k, entry_scan, index_compare, &indexed));
		(*kinds)[k].extra = indexed.extra;
	}
	return NULL;
}

static err batch_refresh(struct ctx *cx, enum kind kind, const struct uuid *ids, int count,
			 struct index_status *status)
{
	(void)status;
	return index_refresh_all(cx, kind, ids, count);
}

/* In place: every source is written again, every document without a source removed; the index answers all the
 * while. */
static err search_reindex(struct ctx *cx)
{
	const int64_t refused = index_refused();

	for (int k = 0; k < KIND_COUNT; k++) {
		TRY(scan_visit(cx, k, source_scan, batch_refresh, NULL));
		TRY(scan_visit(cx, k, entry_scan, batch_refresh, NULL));
	}
	TRY(statistics_refresh(cx));
	if (index_refused() > refused)
		return problem_detail(
			cx, DOCUMENTS_REFUSED,
			"%lld documents could not be written and stay as they were; the log says"
			" which and why (document_refused). All others are in step.",
			(long long)(index_refused() - refused));
	return NULL;
}

#define REBUILD_FIELDS(F, T) F(T, TIME, asked_at, 0, "When the last of them asked")
STRUCT(rebuild, REBUILD_FIELDS);
SCHEMA(rebuild, REBUILD_FIELDS, "A wish to have the index made anew");

static QUERY(rebuilds_asked, none, rebuild, "SELECT $* FROM rebuild");
static COMMAND(rebuild_done, rebuild, "DELETE FROM rebuild WHERE asked_at = $asked_at");

err index_rebuild(struct ctx *cx)
{
	struct rebuild *rows;
	int count;

	TRY(rebuilds_asked(cx, &rows, &count));
	if (!count)
		return NULL;
	err e = search_reindex(cx);
	if (e && !problem_is(e, DOCUMENTS_REFUSED))
		return e;
	struct change *ch = change_begin(cx);
	rebuild_done(ch, rows);
	return change_commit(cx, ch);
}

const struct search_operator search_operator = {
	.status = search_status,
	.verify = search_verify,
	.reindex = search_reindex,
};
