/* See part.h. */
#include "modules/feedback/part.h"

#include "modules/feedback/ticket.h"

const char *const part_sorts[] = {[OLDEST] = "created_at", [NEWEST] = "-created_at", NULL};

/* An owner's cursor and one of the staff are of different lists. */
static const char *scope_of(struct ctx *cx, const struct part *rows, const char *what)
{
	char id[UUID_TEXT];
	uuid_text(rows->id, id);
	return arena_fmt(cx->arena, "%s %s %s %d", what, id, rows->sort, rows->internal);
}

err part_begin(struct ctx *cx, const struct part *asked, const char *what, struct part_page *page)
{
	struct page_key key = {.number = TIME_START};
	struct ticket it;

	TRY(ticket_find(cx, asked->id, &it));
	*page = (struct part_page){.rows = *asked, .order = *asked->sort == '-' ? NEWEST : OLDEST};
	page->rows.internal = viewer_is_moderator(cx);
	page->scope = scope_of(cx, &page->rows, what);
	if (page->order == NEWEST)
		key.number = TIME_END;
	TRY(page_read(cx, asked->cursor, page->scope, &key));
	page->rows.key_time = key.number;
	page->rows.key_id = key.id;
	page->rows.limit++;
	return NULL;
}

bool part_goes_on(const struct part_page *page, struct list *list)
{
	if (list->count < page->rows.limit)
		return false;
	list->count--;
	return true;
}

const char *part_cursor(struct ctx *cx, const struct part_page *page, int64_t created_at, struct uuid id)
{
	return page_write(cx, page->scope, &(struct page_key){.number = created_at, .id = id});
}
