/* Routes of tags. */
#include "modules/content/tag.h"
#include "vobe/text.h"

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

	TRY(tag_by_slug(&rq->cx, &(struct by_slug){.slug = text_tag_slug(rq->cx.arena, in->slug)}, &tag));
	return reply(re, &tag);
}

static const err listing[] = {INVALID_CURSOR, NULL};
static const err reading[] = {NOT_FOUND, NULL};

/* clang-format off */
const struct route tag_routes[] = {
	ROUTE(GET, "/tags", ANYONE, 200, list_tags, "List the tags of published posts",
	      .list = true, .problems = listing),
	ROUTE(GET, "/tags/{slug}", ANYONE, 200, get_tag, "Read a tag", .problems = reading),
	{0},
};
/* clang-format on */
