/* Who leaves the staff: their tickets are anybody's again. */
#include "modules/feedback/ticket.h"

static QUERY(tickets_of_assignee, by_id, ticket,
	     "SELECT $* FROM feedback_tickets WHERE assignee_id = $id AND status IN ('open', 'in_progress')");

/* What is done with is not touched: who did it stands there. */
static err release(struct ctx *cx, struct change *ch, struct uuid assignee_id)
{
	struct ticket *rows;
	int count;

	TRY(tickets_of_assignee(cx, &(struct by_id){assignee_id}, &rows, &count));
	for (int i = 0; i < count; i++) {
		struct ticket after = rows[i];
		after.assignee_id = (struct uuid){0};
		ticket_save(ch, &rows[i], &after, (struct uuid){0});
	}
	return NULL;
}

/* Whether somebody was named before in the batch: what was read of their tickets is not yet written. */
static bool came_before(const struct user_event_delivery *batch, int i)
{
	for (int j = 0; j < i; j++)
		if (uuid_equal(batch[j].payload->user_id, batch[i].payload->user_id))
			return true;
	return false;
}

/* As things are now, not as they were told: an old event may be heard again. */
HEARER(release_tickets, user_event);
static err release_tickets(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch,
			   int count)
{
	for (int i = 0; i < count; i++) {
		const struct uuid id = batch[i].payload->user_id;
		bool is_staff;

		if (came_before(batch, i))
			continue;
		TRY(staff->are_staff(cx, &id, 1, &is_staff));
		if (!is_staff)
			TRY(release(cx, ch, id));
	}
	return NULL;
}

const struct subscription feedback_hears[] = {
	{.name = "feedback.staff",
	 .source = "auth",
	 .hearing = DURABLE,
	 HEARS(release_tickets, &user_deleted, &user_deactivated, &user_role_changed)},
	{0},
};
