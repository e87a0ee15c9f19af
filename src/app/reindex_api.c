/* The operator's room: rebuilds of the search index. */
#include "app/platform.h"

#include "contracts/audit.h"
#include "contracts/operator/search.h"

HANDLER(ask_for_reindex, none, none, reindex);
static err ask_for_reindex(struct req *rq, struct reindex_reply *re)
{
	struct reindex asked;
	char id[UUID_TEXT];

	TRY(auth_audit_service()->record(&rq->cx, "search.reindex_asked", req_address(rq), "{}"));
	TRY(search_operator_service()->ask(&rq->cx, &asked));
	uuid_text(asked.id, id);
	reply_header(rq, "Location", arena_fmt(rq->cx.arena, "/api/v1/admin/search/reindex/%s", id));
	return reply(re, &asked);
}

HANDLER(show_reindex, by_id, none, reindex);
static err show_reindex(struct req *rq, const struct by_id *in, struct reindex_reply *re)
{
	struct reindex it;

	TRY(search_operator_service()->find(&rq->cx, in->id, &it));
	return reply(re, &it);
}

const struct route reindex_routes[] = {
	ROUTE(POST, "/admin/search/reindex", SUPERUSER, 202, ask_for_reindex,
	      "Have the search index rebuilt while it answers; Location shows how far it is"),
	ROUTE(GET, "/admin/search/reindex/{id}", SUPERUSER, 200, show_reindex, "Show how far a rebuild is"),
	{0},
};
