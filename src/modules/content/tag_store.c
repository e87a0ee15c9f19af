/* Where tags are kept. */
#include "modules/content/tag.h"
#include "vobe/text.h"

#include <string.h>

SCHEMA(tags_move, TAGS_MOVE_FIELDS, "How tags change");

#define TAG_PAGE_FIELDS(F, T)                                                                      \
	F(T, INT, key_number, 0, "")                                                               \
	F(T, TEXT, key_text, 0, "")                                                                \
	F(T, UUID, key_id, 0, "")                                                                  \
	F(T, INT, limit, 0, "")
STRUCT(tag_page, TAG_PAGE_FIELDS);
SCHEMA(tag_page, TAG_PAGE_FIELDS, "Parameters of a list");

enum { POPULAR, BY_NAME, TOTAL, BY_SLUG, MOVE };
const char *const tag_sorts[] = {[POPULAR] = "-posts_count", [BY_NAME] = "name", NULL};

struct statement tag_statements[] = {
	[POPULAR] = {.name = "tags_popular", .in = &tag_page_schema, .out = &tag_schema,
		.sql = "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0"
		       " AND (posts_count, id) < ($key_number, $key_id)"
		       " ORDER BY posts_count DESC, id DESC LIMIT 101) t LIMIT $limit"},
	[BY_NAME] = {.name = "tags_by_name", .in = &tag_page_schema, .out = &tag_schema,
		.sql = "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0"
		       " AND (name, id) > ($key_text, $key_id) ORDER BY name, id LIMIT 101) t LIMIT $limit"},
	[TOTAL] = {.name = "tags_total", .out = &total_schema, .lane = LANE_SLOW,
		.sql = "SELECT count(*) AS total FROM (SELECT FROM tags WHERE posts_count > 0 LIMIT 10001) x"},
	[BY_SLUG] = {.name = "tag_by_slug", .in = &by_slug_schema, .out = &tag_schema,
		.sql = "SELECT $* FROM tags WHERE slug = $slug AND posts_count > 0"},
	/* In order of slug, so that two changes with the same tags wait for each other and never in a circle. */
	[MOVE] = {.name = "tags_move", .in = &tags_move_schema,
		.sql = "INSERT INTO tags (id, name, slug, posts_count)"
		       " SELECT gen_random_uuid(), min(m.name), m.slug, greatest(sum(m.delta), 0)"
		       " FROM unnest($slugs::text[], $names::text[], $deltas::bigint[]) AS m (slug, name, delta)"
		       " GROUP BY m.slug ORDER BY m.slug"
		       " ON CONFLICT (slug) DO UPDATE SET posts_count = tags.posts_count + (SELECT sum(m.delta)"
		       " FROM unnest($slugs::text[], $deltas::bigint[]) AS m (slug, delta) WHERE m.slug = tags.slug)"},
	{0},
};

void tags_move(struct change *ch, const struct tags_move *move)
{
	change_add(ch, &tag_statements[MOVE], move);
}

err tag_read(struct ctx *cx, const char *slug, struct tag *tag)
{
	return db_row(cx, &tag_statements[BY_SLUG], &(struct by_slug){.slug = text_slug(cx->arena, slug)}, tag);
}

err tag_list_read(struct ctx *cx, const struct tag_query *q, struct tag **rows, struct list *list)
{
	int order = strcmp(q->sort, tag_sorts[BY_NAME]) == 0 ? BY_NAME : POPULAR;
	const char *scope = arena_fmt(cx->arena, "tags %s", q->sort);
	struct page_key key = {.number = INT64_MAX, .text = ""};
	struct tag_page page;
	struct total total;
	struct tag *tags;

	memset(&key.id, order == POPULAR ? 0xff : 0x01, sizeof key.id);
	TRY(page_read(cx, q->cursor, scope, &key));
	*list = (struct list){.total = -1};
	page = (struct tag_page){key.number, key.text, key.id, q->limit + 1};
	TRY(db_rows(cx, &tag_statements[order], &page, &tags, &list->count));
	*rows = tags;
	if (list->count > q->limit) {
		const struct tag *last = &tags[(list->count = (int)q->limit) - 1];
		key = (struct page_key){.number = last->posts_count, .text = last->name, .id = last->id};
		list->next_cursor = page_write(cx, scope, &key);
	}
	if (!q->include_total)
		return NULL;
	TRY(db_row(cx, &tag_statements[TOTAL], NULL, &total));
	list->total_is_lower_bound = total.total > TOTAL_EXACT;
	list->total = list->total_is_lower_bound ? TOTAL_EXACT : total.total;
	return NULL;
}
