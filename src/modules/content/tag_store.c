/* Where tags are kept. */
#include "modules/content/tag.h"

SCHEMA(tags_move, TAGS_MOVE_FIELDS, "How tags change");

#define TAG_PAGE_FIELDS(F, T)                                                                      \
	F(T, INT, key_number, 0, "")                                                               \
	F(T, TEXT, key_text, 0, "")                                                                \
	F(T, UUID, key_id, 0, "")                                                                  \
	F(T, INT, limit, 0, "")
STRUCT(tag_page, TAG_PAGE_FIELDS);
SCHEMA(tag_page, TAG_PAGE_FIELDS, "Parameters of a list");

const char *const tag_sorts[] = {"-posts_count", "posts_count", "name", "-name", NULL};

#define TAGS(name, order)                                                                          \
	QUERY_OF(name, "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0" order          \
		       " LIMIT 101) t LIMIT $limit")
#define RISING(key, value)  " AND (" key ", id) > (" value ", $key_id) ORDER BY " key ", id"
#define FALLING(key, value) " AND (" key ", id) < (" value ", $key_id) ORDER BY " key " DESC, id DESC"

/* clang-format off */
/* In the order of tag_sorts. */
static QUERIES(tags_list, tag_page, tag,
	TAGS("tags_popular",   FALLING("posts_count", "$key_number")),
	TAGS("tags_unpopular", RISING("posts_count", "$key_number")),
	TAGS("tags_by_name",   RISING("name", "$key_text")),
	TAGS("tags_name_back", FALLING("name", "$key_text")));
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
	const bool falls = *q->sort == '-';
	const char *scope = arena_fmt(cx->arena, "tags %s", q->sort);
	struct page_key key = {.number = falls ? INT64_MAX : 0, .text = falls ? LAST_TEXT : ""};
	struct total total;

	TRY(page_read(cx, q->cursor, scope, &key));
	*list = (struct list){.total = -1};
	const struct tag_page page = {key.number, key.text, key.id, q->limit + 1};
	TRY(tags_list(cx, page_order(tag_sorts, q->sort), &page, tags, &list->count));
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
