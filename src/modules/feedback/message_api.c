/* Messages: written and read. */
#include "modules/feedback/history.h"
#include "modules/feedback/message.h"
#include "modules/feedback/part.h"
#include "modules/feedback/ticket.h"

static COMMAND(insert_message, ticket_message,
	       "INSERT INTO ticket_messages"
	       " (id, ticket_id, user_id, content, is_staff, is_internal, created_at)"
	       " VALUES ($id, $ticket_id, $user_id, $content, $is_staff, $is_internal, $created_at)");

#define SOME "SELECT $* FROM ticket_messages"

/* clang-format off */
static QUERIES(messages_of, part, ticket_message,
	       [OLDEST] = QUERY_OF("messages_oldest", SOME PART_OLDEST),
	       [NEWEST] = QUERY_OF("messages_newest", SOME PART_NEWEST));
/* clang-format on */

static QUERY_ROW(messages_counted, part, total, PART_COUNTED("ticket_messages"), .lane = LANE_SLOW);

/* --- writing --- */

/*
 * What a message does to its ticket. An answer of the staff takes an open one into progress; one of the owner
 * opens what was resolved or withdrawn, in time. A note changes nothing.
 */
static err follow(struct ctx *cx, const struct ticket_message *it, struct ticket *ticket)
{
	const bool is_answer = ticket_is_answered_by(cx, ticket);
	const bool is_over = ticket_has_status(ticket, CLOSED) || ticket_has_status(ticket, RESOLVED);

	if (it->is_internal)
		return NULL;
	if (is_answer ? ticket_has_status(ticket, CLOSED) : is_over && !ticket_may_move(cx, ticket, OPEN))
		return TICKET_CLOSED;
	if (is_answer && ticket->first_response_at == TIME_NULL)
		ticket->first_response_at = it->created_at;
	if (is_answer && ticket_has_status(ticket, OPEN))
		ticket_move(cx, ticket, IN_PROGRESS);
	else if (!is_answer && is_over)
		ticket_move(cx, ticket, OPEN);
	ticket->messages_count++;
	return NULL;
}

static void name_writers(struct req *rq, struct ticket_message *rows, int count)
{
	struct uuid *ids = ARENA_ARRAY(rq->cx.arena, struct uuid, count);
	struct user_card *cards = ARENA_ARRAY(rq->cx.arena, struct user_card, count);

	for (int i = 0; i < count; i++)
		ids[i] = rows[i].user_id;
	if (auth->user_cards(&rq->cx, ids, count, cards)) {
		reply_partial(rq, "username");
		return;
	}
	for (int i = 0; i < count; i++)
		rows[i].username = cards[i].username;
}

static void show(struct req *rq, struct ticket_message *rows, int count)
{
	name_writers(rq, rows, count);
	rq->view |= viewer_is_moderator(&rq->cx) ? VIEW_STAFF : 0;
}

static void message_add(struct change *ch, const struct ticket *before, struct ticket *after,
			const struct ticket_message *it)
{
	ticket_save(ch, before, after, it->user_id);
	insert_message(ch, it);
	history_add(ch, (struct ticket_event){.ticket_id = it->ticket_id,
					      .kind = "message_added",
					      .actor_id = it->user_id,
					      .message_id = it->id,
					      .is_internal = it->is_internal});
	ticket_tell_message(ch, after, it->id, it->is_internal);
}

static err try_create(struct req *rq, struct uuid ticket_id, struct ticket_message *new,
		      struct ticket_message_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct ticket before, after;

	TRY(ticket_find(cx, ticket_id, &before));
	if (new->is_internal && !viewer_is_moderator(cx))
		return problem_detail(cx, FORBIDDEN,
				      "Only staff may write internal messages; leave `is_internal` out.");
	new->ticket_id = ticket_id;
	new->is_staff = new->is_internal || ticket_is_answered_by(cx, &before);
	after = before;
	TRY(follow(cx, new, &after));
	struct change *ch = change_begin(cx);
	message_add(ch, &before, &after, new);
	show(rq, new, 1);
	return reply_commit(re, ch, new);
}

/* Messages do not exclude one another: who comes second adds to what the first has made of the ticket. */
HANDLER(create_ticket_message, by_id, ticket_message, ticket_message);
static err create_ticket_message(struct req *rq, const struct by_id *in, struct ticket_message *new,
				 struct ticket_message_reply *re)
{
	int done = 0;
	err e;

	new->id = uuid_new();
	new->user_id = rq->cx.viewer.user_id;
	new->created_at = clock_now();
	do
		e = try_create(rq, in->id, new, re);
	while (++done < WRITE_TRIES && problem_is(e, EDIT_CONFLICT));
	return e;
}

/* --- reading --- */

HANDLER(list_ticket_messages, part, none, ticket_message);
static err list_ticket_messages(struct req *rq, const struct part *in, struct ticket_message_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct list list = {.total = -1};
	struct ticket_message *rows;
	struct part_page page;
	struct total counted;

	TRY(part_begin(cx, in, "messages", &page));
	TRY(messages_of(cx, page.order, &page.rows, &rows, &list.count));
	if (part_goes_on(&page, &list))
		list.next_cursor =
			part_cursor(cx, &page, rows[list.count - 1].created_at, rows[list.count - 1].id);
	if (in->include_total) {
		TRY(messages_counted(cx, &page.rows, &counted));
		list_set_total(&list, counted.total);
	}
	show(rq, rows, list.count);
	return reply_list(re, rows, &list);
}

static const err create_problems[] = {FORBIDDEN, TICKET_CLOSED, EDIT_CONFLICT, NULL};

const struct route message_routes[] = {
	ROUTE(GET, "/feedback/tickets/{id}/messages", USER, 200, list_ticket_messages,
	      "List the messages about a ticket", .list = true),
	ROUTE(POST, "/feedback/tickets/{id}/messages", USER, 201, create_ticket_message,
	      "Write a message about a ticket", .problems = create_problems),
	{0},
};
