/* Routes of tags. */
#include "modules/content/tag.h"

HANDLER(list_tags, tag_query, none, tag);
static err list_tags(struct req *rq, const struct tag_query *query, struct tag_reply *re)
{
	struct list list;
	struct tag *tags;

	TRY(tag_list_read(&rq->cx, query, &tags, &list));
	return reply_list(re, tags, &list);
}

HANDLER(get_tag, by_slug, none, tag);
static err get_tag(struct req *rq, const struct by_slug *in, struct tag_reply *re)
{
	struct tag tag;

	TRY(tag_read(&rq->cx, in->slug, &tag));
	return reply(re, &tag);
}

const struct route tag_routes[] = {
	ROUTE(GET, "/tags", ANYONE, 200, list_tags, "List the tags of published posts", .list = true, .problems = (const err[]){INVALID_CURSOR, NULL}),
	ROUTE(GET, "/tags/{slug}", ANYONE, 200, get_tag, "Read a tag",
	      .problems = (const err[]){NOT_FOUND, NULL}),
	{0},
};
