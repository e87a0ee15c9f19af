/* Path, query, JSON and forms into the structs that the route's schemas describe. */
#include "core/json/json.h"
#include "http/message/negotiation.h"
#include "http/request/request.h"

#include <string.h>

static bool is_path_param(const struct endpoint *e, const char *name)
{
	for (int i = 0; i < e->param_count; i++)
		if (strcmp(e->param_names[i], name) == 0)
			return true;
	return false;
}

/* A path parameter must not be sent again in the query: which of the two would count? */
static err refuse_unknown(struct exchange *ex, const struct pair *pairs, int count)
{
	struct faults fs = {0};
	for (int i = 0; i < count; i++)
		if (!ex->rq.route->handler->params || is_path_param(ex->match.endpoint, pairs[i].name))
			fault_add(ex->rq.cx.arena, &fs, pairs[i].name, "unknown_parameter",
				  "This route has no query parameter of that name; leave it out.");
	if (!fs.count)
		return NULL;
	struct problem *p = arena_copy(ex->rq.cx.arena, BAD_REQUEST, sizeof *p);
	p->detail = "See `errors`: each names a parameter and what to do.";
	p->faults = fs.at;
	p->fault_count = fs.count;
	return p;
}

err decode_params(struct exchange *ex)
{
	const struct endpoint *e = ex->match.endpoint;
	const struct schema *s = e->route->handler->params;
	struct arena *a = ex->rq.cx.arena;
	struct span query = ex->head.query;
	struct pair pairs[PATH_PARAMS_MAX + PAIRS_MAX];
	int count = 0;

	if (!s && !query.len)
		return NULL;
	for (int i = 0; i < e->param_count; i++)
		pairs[i] = (struct pair){e->param_names[i],
					 arena_strn(a, ex->match.params[i].at, ex->match.params[i].len)};
	TRY(pairs_read(a, ex->bytes + query.at, query.len, pairs + e->param_count, PAIRS_MAX, &count));
	TRY(refuse_unknown(ex, pairs + e->param_count, count));
	if (!s)
		return NULL;
	void *value = arena_alloc(a, s->size);
	TRY(schema_decode_pairs(a, s, pairs, e->param_count + count, BAD_REQUEST, value, &ex->rq.given));
	ex->rq.params_ = value;
	return NULL;
}

/* RFC 6749 section 3.2, RFC 7009 section 2.1: unrecognised parameters are ignored there. */
static int keep_known(const struct schema *s, struct pair *pairs, int count)
{
	int kept = 0;
	for (int i = 0; i < count; i++)
		if (schema_field(s, pairs[i].name))
			pairs[kept++] = pairs[i];
	return kept;
}

static err decode_form(struct exchange *ex, void *value)
{
	struct pair pairs[PAIRS_MAX];
	int count;
	TRY(pairs_read(ex->rq.cx.arena, ex->body, ex->body_len, pairs, PAIRS_MAX, &count));
	if (ex->rq.route->oauth)
		count = keep_known(ex->rq.route->handler->body, pairs, count);
	return schema_decode_pairs(ex->rq.cx.arena, ex->rq.route->handler->body, pairs, count,
				   VALIDATION_FAILED, value, &ex->rq.present);
}

/* Nobody would read it. */
static err refuse_members(struct exchange *ex)
{
	static const struct schema nothing = {.name = "nothing"};
	char none[1];
	uint64_t present;
	if (!ex->json)
		return NULL;
	return schema_decode(ex->rq.cx.arena, &nothing, ex->json, DECODE_CREATE, none, &present);
}

err merge_body(struct req *rq, const void *body, void *it)
{
	return schema_patch(rq->cx.arena, rq->route->handler->body, exchange_of(rq)->json, body, rq->present,
			    it);
}

/* No body is an empty object: the faults then name what is missing. */
err decode_body(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	struct arena *a = ex->rq.cx.arena;
	if (!r->handler->body)
		return refuse_members(ex);
	ex->rq.body_ = arena_alloc(a, r->handler->body->size);
	if (!ex->json && ex->body_len)
		return decode_form(ex, ex->rq.body_);
	if (!ex->json)
		TRY(json_parse(a, "{}", 2, &ex->json));
	enum decode_mode mode = r->method == METHOD_PATCH ? DECODE_PATCH : DECODE_CREATE;
	return schema_decode(a, r->handler->body, ex->json, mode, ex->rq.body_, &ex->rq.present);
}
