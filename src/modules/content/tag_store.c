/* Where tags are kept. */
#include "modules/content/tag.h"

#include <string.h>

SCHEMA(tags_move, TAGS_MOVE_FIELDS, "How tags change");

#define TAG_PAGE_FIELDS(F, T)                                                                      \
	F(T, INT, key_number, 0, "")                                                               \
	F(T, TEXT, key_text, 0, "")                                                                \
	F(T, UUID, key_id, 0, "")                                                                  \
	F(T, INT, limit, 0, "")
STRUCT(tag_page, TAG_PAGE_FIELDS);
SCHEMA(tag_page, TAG_PAGE_FIELDS, "Parameters of a list");

enum { POPULAR, BY_NAME };
const char *const tag_sorts[] = {[POPULAR] = "-posts_count", [BY_NAME] = "name", NULL};

/* clang-format off */
static QUERIES(tags_list, tag_page, tag,
	QUERY_OF("tags_popular",
		 "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0"
		 " AND (posts_count, id) < ($key_number, $key_id)"
		 " ORDER BY posts_count DESC, id DESC LIMIT 101) t LIMIT $limit"),
	QUERY_OF("tags_by_name",
		 "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0"
		 " AND (name, id) > ($key_text, $key_id)"
		 " ORDER BY name, id LIMIT 101) t LIMIT $limit"));
/* clang-format on */

static QUERY_ROW(tags_total, none, total,
		 "SELECT count(*) AS total FROM (SELECT FROM tags WHERE posts_count > 0 LIMIT 10001) x",
		 .lane = LANE_SLOW);

QUERY_ROW(tag_by_slug, by_slug, tag, "SELECT $* FROM tags WHERE slug = $slug AND posts_count > 0");

/* In order of slug, so that two changes with the same tags wait for each other and never in a circle. */
COMMAND(tags_move, tags_move,
	"INSERT INTO tags (id, name, slug, posts_count)"
	" SELECT gen_random_uuid(), min(m.name), m.slug, greatest(sum(m.delta), 0)"
	" FROM unnest($slugs::text[], $names::text[], $deltas::bigint[]) AS m (slug, name, delta)"
	" GROUP BY m.slug ORDER BY m.slug"
	" ON CONFLICT (slug) DO UPDATE SET posts_count = tags.posts_count + (SELECT sum(m.delta)"
	" FROM unnest($slugs::text[], $deltas::bigint[]) AS m (slug, delta) WHERE m.slug = tags.slug)");

err tag_list_read(struct ctx *cx, const struct tag_query *q, struct tag **tags, struct list *list)
{
	int order = strcmp(q->sort, tag_sorts[BY_NAME]) == 0 ? BY_NAME : POPULAR;
	const char *scope = arena_fmt(cx->arena, "tags %s", q->sort);
	struct page_key key = {.number = INT64_MAX, .text = ""};
	struct total total;

	memset(&key.id, order == POPULAR ? 0xff : 0x01, sizeof key.id);
	TRY(page_read(cx, q->cursor, scope, &key));
	*list = (struct list){.total = -1};
	const struct tag_page page = {key.number, key.text, key.id, q->limit + 1};
	TRY(tags_list(cx, order, &page, tags, &list->count));
	if (list->count > q->limit) {
		const struct tag *last = &(*tags)[(list->count = (int)q->limit) - 1];
		key = (struct page_key){.number = last->posts_count, .text = last->name, .id = last->id};
		list->next_cursor = page_write(cx, scope, &key);
	}
	if (q->include_total) {
		TRY(tags_total(cx, &total));
		list_set_total(list, total.total);
	}
	return NULL;
}
