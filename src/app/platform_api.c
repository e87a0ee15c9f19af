/* Health, version, OpenAPI and what a problem means. */
#include "app/platform.h"

#include "app/idempotency.h"
#include "app/running.h"
#include "app/service.h"
#include "bus/bus.h"
#include "contracts/auth.h"
#include "db/loader/cache.h"
#include "db/pool/pool.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <string.h>

#define HEALTH_FIELDS(F, T) F(T, TEXT, status, 0, "ok")
STRUCT(health, HEALTH_FIELDS);
SCHEMA(health, HEALTH_FIELDS, "Health");

#define VERSION_FIELDS(F, T)                                                                       \
	F(T, TEXT, name, 0, "vobemusic")                                                           \
	F(T, TEXT, version, 0, "Version of the server")                                            \
	F(T, TEXT, api, 0, "Base path of the API")                                                 \
	F(T, TEXT, openapi, 0, "Where the API is described")
STRUCT(version, VERSION_FIELDS);
SCHEMA(version, VERSION_FIELDS, "What answers");

#define PROBLEM_CODE_FIELDS(F, T) F(T, TEXT, code, IN | REQ, "Code of a problem", .min = 1, .max = 100)
STRUCT(problem_code, PROBLEM_CODE_FIELDS);
SCHEMA(problem_code, PROBLEM_CODE_FIELDS, "A problem's code");

#define PROBLEM_DOC_FIELDS(F, T)                                                                   \
	F(T, TEXT, code, 0, "Stable code")                                                         \
	F(T, INT, status, 0, "HTTP status")                                                        \
	F(T, TEXT, title, 0, "What happened")                                                      \
	F(T, TEXT, detail, 0, "What to do")
STRUCT(problem_doc, PROBLEM_DOC_FIELDS);
SCHEMA(problem_doc, PROBLEM_DOC_FIELDS, "What a problem means");

HANDLER(get_live, none, none, health);
static err get_live(struct req *rq, struct health_reply *re)
{
	(void)rq;
	return reply(re, &(struct health){"ok"});
}

#define READINESS_FIELDS(F, T)                                                                     \
	F(T, TEXT, status, 0, "ok, or degraded: requests are served, but see `detail`")            \
	F(T, TEXT, detail, NULLABLE, "What is not as it should be")                                \
	F(T, TEXT, writes, 0, "ok")                                                                \
	F(T, INT, standing, 0, "Partitions of the event log that get nowhere")                     \
	F(T, INT, lag_s, 0, "For how many seconds the slowest subscriber has been behind")         \
	F(T, INT, holes, 0, "Missing events met since the start")                                  \
	F(T, INT, cache_rows, 0, "Rows kept in memory")                                            \
	F(T, INT, cache_bytes, 0, "What they take of cache_budget")                                \
	F(T, INT, cache_budget, 0, "cache.bytes of the configuration")
STRUCT(readiness, READINESS_FIELDS);
SCHEMA(readiness, READINESS_FIELDS, "Whether requests can be served, and how well");

/* The database is there and takes no writes: its disk is full, it is a standby. */
static err writes_go(struct ctx *cx)
{
	for (const struct module *const *m = running.modules; *m; m++) {
		const char *why;
		if (pool_refuses_writes(pool_of((*m)->name), &why))
			return problem_detail(cx, UNAVAILABLE,
					      "The database of %s refuses writes: %s. Reads are answered.",
					      (*m)->name, why);
	}
	return NULL;
}

static const char *detail_of(struct arena *a, const struct bus_health *h)
{
	struct buf b = {.arena = a};
	if (h->standing)
		buf_fmt(&b, "%d partition%s of the event log get%s nowhere; first %s. ", h->standing,
			h->standing == 1 ? "" : "s", h->standing == 1 ? "s" : "", h->which);
	if (h->holes)
		buf_fmt(&b, "The event log has a hole: docs/events.md, Holes. ");
	return b.len ? buf_text(&b) : NULL;
}

HANDLER(get_ready, none, none, readiness);
static err get_ready(struct req *rq, struct readiness_reply *re)
{
	struct bus_health events;
	struct cache_stats cache;
	if (!running.ready)
		return problem_detail(&rq->cx, UNAVAILABLE, "The server has not reached its database yet.");
	for (const struct module *const *m = running.modules; *m; m++) {
		int64_t since;
		if (!pool_is_up(pool_of((*m)->name), &since))
			return problem_detail(&rq->cx, UNAVAILABLE,
					      "The database of %s does not answer; it is being tried again.",
					      (*m)->name);
	}
	TRY(writes_go(&rq->cx));
	bus_read_health(rq->cx.arena, &events);
	cache_read_stats(&cache);
	const char *detail = detail_of(rq->cx.arena, &events);
	return reply(re, &(struct readiness){.status = detail ? "degraded" : "ok",
					     .detail = detail,
					     .writes = "ok",
					     .standing = events.standing,
					     .lag_s = events.behind_us / SECOND_US,
					     .holes = (int64_t)events.holes,
					     .cache_rows = cache.rows,
					     .cache_bytes = (int64_t)cache.bytes,
					     .cache_budget = (int64_t)cache.budget});
}

HANDLER(get_version, none, none, version);
static err get_version(struct req *rq, struct version_reply *re)
{
	if (rq->route->page && http_reply_page(rq))
		return NULL;
	return reply(re, &(struct version){"vobemusic", VOBE_VERSION, "/api/v1", "/openapi.json"});
}

HANDLER(get_openapi, none, none, none);
static err get_openapi(struct req *rq)
{
	const char *text = http_openapi();
	return http_reply_constant(rq, "application/json", text, strlen(text));
}

HANDLER(get_problem, problem_code, none, problem_doc);
static err get_problem(struct req *rq, const struct problem_code *in, struct problem_doc_reply *re)
{
	err found = http_problem(in->code);
	(void)rq;
	if (!found)
		return NOT_FOUND;
	return reply(re, &(struct problem_doc){found->code, found->status, found->title, found->detail});
}

const struct route platform_routes[] = {
	ROUTE(GET, "//", ANYONE, 200, get_version, "Tell what answers here", .page = true),
	ROUTE(GET, "//livez", ANYONE, 200, get_live, "Tell whether the process lives; asks no database",
	      .unlimited = true),
	ROUTE(GET, "//readyz", ANYONE, 200, get_ready, "Tell whether requests can be served",
	      .unlimited = true),
	ROUTE(GET, "//version", ANYONE, 200, get_version, "Tell the version"),
	ROUTE(GET, "//openapi.json", ANYONE, 200, get_openapi, "Describe the API (OpenAPI 3.1)",
	      .produces = "application/json"),
	ROUTE(GET, "//problems/{code}", ANYONE, 200, get_problem, "Tell what a problem means and what to do"),
	{0},
};

static err authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	return auth_sessions_service()->authenticate(cx, token, viewer);
}

const struct http_hooks platform_hooks = {
	.authenticate = authenticate,
	.idempotency_find = idempotency_find,
	.idempotency_store = idempotency_store,
};
