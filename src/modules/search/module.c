/* search: finds what is published, by what it says and how it is called, milliseconds after it changes. */
#include "contracts/search.h"
#include "modules/search/hit.h"
#include "modules/search/reindex.h"
#include "modules/search/search.h"
#include "modules/search/source.h"
#include "modules/search/vocabulary.h"

#include "vobe/module.h"

enum { REFRESH_MS = 2 * 1000, SWEEP_MS = 2 * 1000, REBUILD_S = 24 * 3600 };

static err search_start(struct ctx *cx)
{
	content = content_documents_service();
	artist = artist_documents_service();
	auth = auth_documents_service();
	comments = comment_counts_service();
	(void)cx;
	return NULL;
}

/*
 * Counting and sweeping can wait while very many documents are written: each of their hundreds of words would
 * read the long lists of what waits for the index.
 */
static err count_words(struct ctx *cx)
{
	return index_writes_many() ? NULL : statistics_refresh(cx);
}

static err sweep_words(struct ctx *cx)
{
	return index_writes_many() ? NULL : vocabulary_sweep(cx);
}

/* Most times the first only looks at the sizes of the tables. */
static const struct job jobs[] = {
	{.name = "statistics", .period_ms = REFRESH_MS, .run = count_words},
	{.name = "sweep", .period_ms = SWEEP_MS, .run = sweep_words},
	{.name = "rebuild", .period_ms = REFRESH_MS, .run = index_rebuild, .budget_s = REBUILD_S},
	{0},
};

static const struct service services[] = {
	OFFER(search_operator, search_operator),
	OFFER(search_passages, search_passages),
	{0},
};

const struct module search_module = {
	.name = "search",
	.needs = (const char *const[]){"content.documents", "artist.documents", "auth.documents",
				       "comment.counts", NULL},
	.services = services,
	.routes = (const struct route *const[]){search_routes, suggest_routes, NULL},
	.hears = search_hears,
	.tells = ALL_EVENTS(SEARCH_EVENTS),
	.jobs = jobs,
	.start = search_start,
};
