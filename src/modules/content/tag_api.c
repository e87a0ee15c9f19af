/* Routes of tags. */
#include "tag.h"

HANDLER(list_tags)
{
	const struct tag_query *query = rq->params;
	struct list list;

	TRY(tag_list_read(&rq->cx, query, &list));
	return reply_list(rq, &list);
}

HANDLER(get_tag)
{
	const struct by_slug *in = rq->params;
	struct tag tag;

	TRY(tag_read(&rq->cx, in->slug, &tag));
	return reply(rq, &tag);
}

const struct route tag_routes[] = {
	ROUTE(GET, "/tags", ANYONE, 200, list_tags, "List the tags of published posts", .params = &tag_query_schema,
	      .reply = &tag_schema, .list = true, .problems = (const err[]){INVALID_CURSOR, NULL}),
	ROUTE(GET, "/tags/{slug}", ANYONE, 200, get_tag, "Read a tag", .params = &by_slug_schema, .reply = &tag_schema,
	      .problems = (const err[]){NOT_FOUND, NULL}),
	ROUTES_END
};
