/* Where tags are kept. */
#include "tag.h"
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

#define TAG_TOTAL_FIELDS(F, T) F(T, INT, total, 0, "")
STRUCT(tag_total, TAG_TOTAL_FIELDS);
SCHEMA(tag_total, TAG_TOTAL_FIELDS, "How many");

enum { POPULAR, BY_NAME, TOTAL, BY_SLUG, MOVE };
const char *const tag_sorts[] = {[POPULAR] = "-posts_count", [BY_NAME] = "name", NULL};

struct statement tag_statements[] = {
	[POPULAR] = {.name = "tags_popular", .in = &tag_page_schema, .out = &tag_schema,
		     .sql = "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0 AND (posts_count, id) < ($key_number, $key_id)"
			    " ORDER BY posts_count DESC, id DESC LIMIT 101) t LIMIT $limit"},
	[BY_NAME] = {.name = "tags_by_name", .in = &tag_page_schema, .out = &tag_schema,
		     .sql = "SELECT $t.* FROM (SELECT * FROM tags WHERE posts_count > 0 AND (name, id) > ($key_text, $key_id)"
			    " ORDER BY name, id LIMIT 101) t LIMIT $limit"},
	[TOTAL] = {.name = "tags_total", .out = &tag_total_schema, .lane = LANE_SLOW,
		   .sql = "SELECT count(*) AS total FROM (SELECT FROM tags WHERE posts_count > 0 LIMIT 10001) x"},
	[BY_SLUG] = {.name = "tag_by_slug", .in = &by_slug_schema, .out = &tag_schema,
		     .sql = "SELECT $* FROM tags WHERE slug = $slug AND posts_count > 0"},
	/* In order of slug, so that two changes with the same tags wait for each other and never in a circle. */
	[MOVE] = {.name = "tags_move", .in = &tags_move_schema,
		  .sql = "INSERT INTO tags (id, name, slug, posts_count)"
			 " SELECT t.id, coalesce(nullif(t.name, ''), t.slug), t.slug, greatest(t.delta, 0)"
			 " FROM unnest($ids::uuid[], $names::text[], $slugs::text[], $deltas::bigint[]) AS t (id, name, slug, delta) ORDER BY t.slug"
			 " ON CONFLICT (slug) DO UPDATE SET posts_count = tags.posts_count"
			 " + (SELECT d.delta FROM unnest($slugs::text[], $deltas::bigint[]) AS d (slug, delta) WHERE d.slug = tags.slug)"},
	STATEMENTS_END
};

void tags_move(struct change *ch, struct arena *a, struct texts slugs, struct texts names, struct ints deltas)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, slugs.count + 1);
	const char **known = ARENA_ARRAY(a, const char *, slugs.count + 1);

	for (int i = 0; i < slugs.count; i++) {
		ids[i] = uuid_new();
		known[i] = i < names.count && names.at[i] ? names.at[i] : "";
	}
	change_add(ch, &tag_statements[MOVE],
		   &(struct tags_move){.ids = {ids, slugs.count}, .names = {known, slugs.count}, .slugs = slugs, .deltas = deltas});
}

err tag_read(struct ctx *cx, const char *slug, struct tag *tag)
{
	return db_row(cx, &tag_statements[BY_SLUG], &(struct by_slug){.slug = text_slug(cx->arena, slug)}, tag);
}

static err read_total(struct ctx *cx, int64_t *total)
{
	struct tag_total row;
	TRY(db_row(cx, &tag_statements[TOTAL], NULL, &row));
	*total = row.total;
	return NULL;
}

err tag_list_read(struct ctx *cx, const struct tag_query *q, struct tag_list *list)
{
	int order = strcmp(q->sort, tag_sorts[BY_NAME]) == 0 ? BY_NAME : POPULAR;
	const char *scope = arena_fmt(cx->arena, "tags %s", q->sort);
	struct page_key key = {.number = INT64_MAX, .text = ""};
	struct tag_page page;

	memset(&key.id, order == POPULAR ? 0xff : 0x01, sizeof key.id);
	TRY(page_read(cx, q->cursor, scope, &key));
	*list = (struct tag_list){.total = -1};
	page = (struct tag_page){.key_number = key.number, .key_text = key.text, .key_id = key.id, .limit = q->limit + 1};
	TRY(db_rows(cx, &tag_statements[order], &page, &list->tags, &list->count));
	if (list->count > q->limit) {
		const struct tag *last = &list->tags[(list->count = (int)q->limit) - 1];
		key = (struct page_key){.number = last->posts_count, .text = last->name, .id = last->id};
		list->next_cursor = page_write(cx, scope, &key);
	}
	return q->include_total ? read_total(cx, &list->total) : NULL;
}
