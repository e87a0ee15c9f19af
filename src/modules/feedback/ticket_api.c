/* Routes of single tickets: writing, reading, changing. */
#include "modules/feedback/ticket.h"

/* Only who is named anew is looked at: whoever has it already may have left the staff since. */
static err assignee_allowed(struct ctx *cx, const struct ticket *before, const struct ticket *after)
{
	if (uuid_is_nil(after->assignee_id) || uuid_equal(before->assignee_id, after->assignee_id))
		return NULL;
	return assignee_must_be_staff(cx, after->assignee_id);
}

static const struct ticket nobodys;

FINDER(find_new_ticket_faults, none, ticket);
static err find_new_ticket_faults(struct req *rq, const struct ticket *body, struct faults *fs)
{
	struct ctx *cx = &rq->cx;

	err e = ticket_may_begin(cx, body, rq->present);
	if (e && !e->fault_count)
		return e;
	faults_take(cx->arena, fs, e);
	faults_take(cx->arena, fs, assignee_allowed(cx, &nobodys, body));
	return NULL;
}

HANDLER(create_ticket, none, ticket, ticket);
static err create_ticket(struct req *rq, struct ticket *new, struct ticket_reply *re)
{
	struct ctx *cx = &rq->cx;

	TRY(ticket_may_begin(cx, new, rq->present));
	ticket_draft(cx, new);
	TRY(assignee_allowed(cx, &nobodys, new));
	struct change *ch = change_begin(cx);
	ticket_add(ch, new, cx->viewer.user_id);
	tickets_show(rq, new, 1);
	return reply_commit(re, ch, new);
}

HANDLER(get_ticket, by_id, none, ticket);
static err get_ticket(struct req *rq, const struct by_id *in, struct ticket_reply *re)
{
	struct ticket it;

	TRY(ticket_find(&rq->cx, in->id, &it));
	tickets_show(rq, &it, 1);
	return reply(re, &it);
}

FINDER(find_ticket_faults, by_id, ticket);
static err find_ticket_faults(struct req *rq, const struct by_id *in, const struct ticket *body,
			      struct faults *fs)
{
	struct ctx *cx = &rq->cx;
	struct ticket before, after;

	TRY(ticket_find(cx, in->id, &before));
	TRY(require_match(rq, ticket_version(cx, &before)));
	err e = ticket_revise(cx, &before, body, rq->present, &after);
	if (e && !e->fault_count)
		return e;
	faults_take(cx->arena, fs, e);
	faults_take(cx->arena, fs, assignee_allowed(cx, &before, &after));
	return NULL;
}

static err try_update(struct req *rq, const struct by_id *in, const struct ticket *body,
		      struct ticket_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct ticket before, after;

	TRY(ticket_find(cx, in->id, &before));
	TRY(require_match(rq, ticket_version(cx, &before)));
	TRY(ticket_revise(cx, &before, body, rq->present, &after));
	if (!ticket_differs(&before, &after)) {
		tickets_show(rq, &before, 1);
		return reply(re, &before);
	}
	TRY(assignee_allowed(cx, &before, &after));
	struct change *ch = change_begin(cx);
	ticket_save(ch, &before, &after, cx->viewer.user_id);
	tickets_show(rq, &after, 1);
	return reply_commit(re, ch, &after);
}

/* Two of the staff must learn of one another; an owner must not learn what staff did among itself. */
HANDLER(update_ticket, by_id, ticket, ticket);
static err update_ticket(struct req *rq, const struct by_id *in, struct ticket *body, struct ticket_reply *re)
{
	const int tries = viewer_is_moderator(&rq->cx) ? 1 : WRITE_TRIES;
	err e;
	int done = 0;

	do
		e = try_update(rq, in, body, re);
	while (++done < tries && problem_is(e, EDIT_CONFLICT));
	return e;
}

static const err edit_problems[] = {
	FORBIDDEN,     INVALID_TRANSITION,  TICKET_CLOSED, TICKET_ANSWERED,
	EDIT_CONFLICT, PRECONDITION_FAILED, NULL,
};
static const err create_problems[] = {FORBIDDEN, NULL};

const struct route ticket_routes[] = {
	ROUTE(POST, "/feedback/tickets", USER, 201, create_ticket, "Write a ticket",
	      .problems = create_problems, FINDS(find_new_ticket_faults)),
	ROUTE(GET, "/feedback/tickets/{id}", USER, 200, get_ticket, "Read a ticket"),
	ROUTE(PATCH, "/feedback/tickets/{id}", USER, 200, update_ticket, "Change a ticket (JSON Merge Patch)",
	      .tells_conflicts = true, .problems = edit_problems, FINDS(find_ticket_faults)),
	{0},
};
