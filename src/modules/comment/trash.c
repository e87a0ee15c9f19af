/* Comments that users deleted and may restore. */
#include "modules/comment/service.h"
#include "vobe/text.h"

#include <string.h>

static QUERY(comments_deleted, trash_page, comment,
	     "SELECT $* FROM comments WHERE is_deleted AND user_id = $user_id AND deleted_by = $user_id"
	     " AND (deleted_at, id) < ($time, $id) ORDER BY deleted_at DESC, id DESC LIMIT $limit");

enum { TITLE_MOST = 100 };

static bool is_wanted(const struct trash_page *page)
{
	for (int i = 0; i < page->types.count; i++)
		if (strcmp(page->types.at[i], "comments") == 0)
			return true;
	return page->types.count == 0;
}

/* Those whose post the viewer sees, behind what is in `items` already. */
static err add_seen(struct ctx *cx, const struct comment *rows, int rows_count, int64_t limit,
		    struct trashed *items, int *count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, rows_count);
	struct post_card *posts = ARENA_ARRAY(cx->arena, struct post_card, rows_count);

	for (int i = 0; i < rows_count; i++)
		ids[i] = rows[i].post_id;
	TRY(content->post_cards(cx, ids, rows_count, posts));
	for (int i = 0; i < rows_count && *count < limit; i++)
		if (posts[i].exists)
			items[(*count)++] =
				(struct trashed){.type = "comments",
						 .id = rows[i].id,
						 .title = text_cut(cx->arena, rows[i].content, TITLE_MOST),
						 .deleted_at = rows[i].deleted_at};
	return NULL;
}

err list_deleted_comments(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count)
{
	struct trash_page part = *page;
	struct comment *rows;
	int rows_count;

	*items = ARENA_ARRAY(cx->arena, struct trashed, page->limit);
	*count = 0;
	if (!is_wanted(page))
		return NULL;
	do {
		TRY(comments_deleted(cx, &part, &rows, &rows_count));
		TRY(add_seen(cx, rows, rows_count, page->limit, *items, count));
		if (rows_count) {
			part.time = rows[rows_count - 1].deleted_at;
			part.id = rows[rows_count - 1].id;
		}
	} while (*count < page->limit && rows_count == page->limit);
	return NULL;
}
