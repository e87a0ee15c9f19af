/* Routes of tags. */
#include "post.h"
#include "tag.h"

HANDLER(list_tags)
{
	const struct tag_query *query = rq->params;
	struct tag_list list;
	enum { EXACT = 10000 };

	TRY(tag_list_read(&rq->cx, query, &list));
	return reply_list(rq, &(struct list){.items = list.tags, .count = list.count, .next_cursor = list.next_cursor,
					     .total = list.total > EXACT ? EXACT : list.total,
					     .total_is_lower_bound = list.total > EXACT});
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
