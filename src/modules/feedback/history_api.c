/* What happened to tickets, read. */
#include "modules/feedback/history.h"
#include "modules/feedback/part.h"

#define SOME "SELECT $* FROM ticket_events"

/* clang-format off */
static QUERIES(events_of, part, ticket_event,
	       [OLDEST] = QUERY_OF("events_oldest", SOME PART_OLDEST),
	       [NEWEST] = QUERY_OF("events_newest", SOME PART_NEWEST));
/* clang-format on */

static QUERY_ROW(events_counted, part, total, PART_COUNTED("ticket_events"), .lane = LANE_SLOW);

static void name_actors(struct req *rq, struct ticket_event *rows, int count)
{
	struct uuid *ids = ARENA_ARRAY(rq->cx.arena, struct uuid, count);
	struct user_card *cards = ARENA_ARRAY(rq->cx.arena, struct user_card, count);

	for (int i = 0; i < count; i++)
		ids[i] = rows[i].actor_id;
	if (auth->user_cards(&rq->cx, ids, count, cards)) {
		reply_partial(rq, "actor_username");
		return;
	}
	for (int i = 0; i < count; i++)
		rows[i].actor_username = cards[i].username;
}

HANDLER(list_ticket_events, part, none, ticket_event);
static err list_ticket_events(struct req *rq, const struct part *in, struct ticket_event_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct list list = {.total = -1};
	struct ticket_event *rows;
	struct part_page page;
	struct total counted;

	TRY(part_begin(cx, in, "events", &page));
	TRY(events_of(cx, page.order, &page.rows, &rows, &list.count));
	if (part_goes_on(&page, &list))
		list.next_cursor =
			part_cursor(cx, &page, rows[list.count - 1].created_at, rows[list.count - 1].id);
	if (in->include_total) {
		TRY(events_counted(cx, &page.rows, &counted));
		list_set_total(&list, counted.total);
	}
	name_actors(rq, rows, list.count);
	rq->view |= viewer_is_moderator(cx) ? VIEW_STAFF : 0;
	return reply_list(re, rows, &list);
}

const struct route history_routes[] = {
	ROUTE(GET, "/feedback/tickets/{id}/events", USER, 200, list_ticket_events,
	      "List what happened to a ticket", .list = true),
	{0},
};
