/*
 * One change of many tickets. Each is judged by itself and has an outcome of its own; those that can be
 * changed are changed together, in one transaction, so that an Idempotency-Key covers them all.
 */
#include "modules/feedback/ticket.h"

#include <string.h>

enum { BULK_MAX = 100 };

#define BULK_FIELDS(F, T)                                                                            \
	F(T, UUIDS, ids, IN | REQ | NO_COLUMN, "The tickets", .min = 1, .max = BULK_MAX)             \
	F(T, TEXT, category, IN | NO_COLUMN, "Kind", .one_of = ticket_categories)                    \
	F(T, TEXT, status, IN | NO_COLUMN, "How far they are", .one_of = ticket_statuses)            \
	F(T, TEXT, priority, IN | NO_COLUMN, "How much they matter", .one_of = ticket_priorities)    \
	F(T, UUID, assignee_id, IN | NULLABLE | NO_COLUMN, "Who of the staff has them; null: nobody")
STRUCT(ticket_bulk, BULK_FIELDS);
SCHEMA(ticket_bulk, BULK_FIELDS, "What to change of many tickets");

#define OUTCOME_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "The ticket")                                                              \
	F(T, TEXT, outcome, 0, "changed; unchanged: it was so already; refused")                     \
	F(T, TEXT, code, NULLABLE, "Why it was refused: not_found or invalid_transition")            \
	F(T, TEXTS, allowed, 0, "invalid_transition: the statuses that are possible")
STRUCT(ticket_outcome, OUTCOME_FIELDS);
SCHEMA(ticket_outcome, OUTCOME_FIELDS, "What became of a ticket");

#define RESULT_FIELDS(F, T)                                                                          \
	F(T, MANY, items, 0, "For each ticket, in the order they were named", .of = &ticket_outcome_schema) \
	F(T, INT, changed_count, 0, "How many were changed")
STRUCT(bulk_result, RESULT_FIELDS);
SCHEMA(bulk_result, RESULT_FIELDS, "What became of the tickets");

static bool has_changes(uint64_t present)
{
	return HAS(present, ticket_bulk_category_field) || HAS(present, ticket_bulk_status_field) ||
	       HAS(present, ticket_bulk_priority_field) || HAS(present, ticket_bulk_assignee_id_field);
}

/* Each ticket once, in the order they were named. */
static struct uuids each_once(struct arena *a, struct uuids named)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, named.count);
	int count = 0;

	for (int i = 0; i < named.count; i++) {
		bool known = false;
		for (int j = 0; j < count && !known; j++)
			known = uuid_equal(ids[j], named.at[i]);
		if (!known)
			ids[count++] = named.at[i];
	}
	return (struct uuids){ids, count};
}

/* As a PATCH of one ticket with the same fields. */
static err revise(struct ctx *cx, const struct ticket_bulk *body, uint64_t present,
		  const struct ticket *before, struct ticket *after)
{
	static const struct {
		int ours, tickets;
	} fields[] = {
		{ticket_bulk_category_field, ticket_category_field},
		{ticket_bulk_status_field, ticket_status_field},
		{ticket_bulk_priority_field, ticket_priority_field},
		{ticket_bulk_assignee_id_field, ticket_assignee_id_field},
	};
	const struct ticket wanted = {.category = body->category,
				      .status = body->status,
				      .priority = body->priority,
				      .assignee_id = body->assignee_id};
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (HAS(present, fields[i].ours))
			bits |= UINT64_C(1) << fields[i].tickets;
	return ticket_revise(cx, before, &wanted, bits, after);
}

static void refuse(struct ctx *cx, const struct ticket *it, err why, struct ticket_outcome *outcome)
{
	outcome->outcome = "refused";
	outcome->code = why->code;
	if (!problem_is(why, INVALID_TRANSITION))
		return;
	const char **to = ARENA_ARRAY(cx->arena, const char *, STATUSES);
	outcome->allowed.count = ticket_moves(cx, it, to);
	outcome->allowed.at = to;
}

/* Adds what is to be done about one ticket to the change. */
static void change_one(struct req *rq, struct change *ch, const struct ticket_bulk *body,
		       const struct ticket *before, struct ticket_outcome *outcome)
{
	struct ctx *cx = &rq->cx;
	struct ticket after;

	if (!before) {
		refuse(cx, before, NOT_FOUND, outcome);
		return;
	}
	const err why = revise(cx, body, rq->present, before, &after);
	if (why) {
		refuse(cx, before, why, outcome);
		return;
	}
	outcome->outcome = "unchanged";
	if (!ticket_differs(before, &after))
		return;
	outcome->outcome = "changed";
	ticket_save(ch, before, &after, cx->viewer.user_id);
}

static err try_change(struct req *rq, const struct ticket_bulk *body, struct uuids ids,
		      struct bulk_result_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct ticket_outcome *outcomes = ARENA_ARRAY(cx->arena, struct ticket_outcome, ids.count);
	const struct ticket **rows = ARENA_ARRAY(cx->arena, const struct ticket *, ids.count);
	struct bulk_result result = {.items = {outcomes, ids.count}};

	TRY(tickets_load(cx, ids.at, ids.count, rows));
	struct change *ch = change_begin(cx);
	for (int i = 0; i < ids.count; i++) {
		outcomes[i].id = ids.at[i];
		change_one(rq, ch, body, rows[i], &outcomes[i]);
		result.changed_count += strcmp(outcomes[i].outcome, "changed") == 0;
	}
	return reply_commit(re, ch, &result);
}

static err changes_named(struct req *rq)
{
	return has_changes(rq->present)
		       ? NULL
		       : problem_fault(&rq->cx, "", "required",
				       "Say what to change: category, status, priority or assignee_id.");
}

static err assignee_fits(struct ctx *cx, const struct ticket_bulk *body)
{
	return uuid_is_nil(body->assignee_id) ? NULL : assignee_must_be_staff(cx, body->assignee_id);
}

FINDER(find_bulk_faults, none, ticket_bulk);
static err find_bulk_faults(struct req *rq, const struct ticket_bulk *body, struct faults *fs)
{
	if (!faults_at(fs, "/category") && !faults_at(fs, "/status") && !faults_at(fs, "/priority") &&
	    !faults_at(fs, "/assignee_id"))
		faults_take(rq->cx.arena, fs, changes_named(rq));
	faults_take(rq->cx.arena, fs, assignee_fits(&rq->cx, body));
	return NULL;
}

HANDLER(change_tickets, none, ticket_bulk, bulk_result);
static err change_tickets(struct req *rq, struct ticket_bulk *body, struct bulk_result_reply *re)
{
	struct ctx *cx = &rq->cx;
	const struct uuids ids = each_once(cx->arena, body->ids);
	int done = 0;
	err e;

	TRY(changes_named(rq));
	TRY(assignee_fits(cx, body));
	do
		e = try_change(rq, body, ids, re);
	while (++done < WRITE_TRIES && problem_is(e, EDIT_CONFLICT));
	return e;
}

static const err bulk_problems[] = {EDIT_CONFLICT, NULL};

const struct route bulk_routes[] = {
	ROUTE(POST, "/feedback/tickets/bulk", MODERATOR, 200, change_tickets, "Change many tickets at once",
	      .problems = bulk_problems, .creates = true, FINDS(find_bulk_faults)),
	{0},
};
