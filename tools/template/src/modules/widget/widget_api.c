/* Routes of widgets: writing, reading, listing. */
#include "modules/widget/widget.h"

HANDLER(create_widget, none, widget, widget);
static err create_widget(struct req *rq, struct widget *body, struct widget_reply *re)
{
	struct change *ch = change_begin(&rq->cx);

	body->id = uuid_new();
	body->created_by = rq->cx.viewer.user_id;
	body->created_at = clock_now();
	body->version = 1;
	widget_add(ch, body);
	return reply_commit(re, ch, body);
}

HANDLER(get_widget, by_id, none, widget);
static err get_widget(struct req *rq, const struct by_id *in, struct widget_reply *re)
{
	struct widget it;

	TRY(widget_find(&rq->cx, in, &it));
	return reply(re, &it);
}

STRUCT(widget_list, PAGE_FIELDS);
SCHEMA(widget_list, PAGE_FIELDS, "Which widgets");

HANDLER(list_widgets, widget_list, none, widget);
static err list_widgets(struct req *rq, const struct widget_list *in, struct widget_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct page_key key = {.number = TIME_END};
	struct list list = {.total = -1};
	struct widget *rows;

	TRY(page_read(cx, in->cursor, "widgets", &key));
	const struct widget_query query = {.time = key.number, .id = key.id, .limit = in->limit + 1};
	TRY(widgets_page(cx, &query, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = (int)in->limit;
		key = (struct page_key){.number = rows[list.count - 1].created_at,
					.id = rows[list.count - 1].id};
		list.next_cursor = page_write(cx, "widgets", &key);
	}
	return reply_list(re, rows, &list);
}

const struct route widget_routes[] = {
	ROUTE(POST, "/widgets", USER, 201, create_widget, "Make a widget"),
	ROUTE(GET, "/widgets/{id}", ANYONE, 200, get_widget, "Read a widget"),
	ROUTE(GET, "/widgets", ANYONE, 200, list_widgets, "List widgets", .list = true),
	{0},
};
