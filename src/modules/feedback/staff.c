/* What is asked of auth: names, and who is of the staff. */
#include "modules/feedback/ticket.h"

const struct auth_cards *auth;
const struct auth_staff *staff;

err assignee_must_be_staff(struct ctx *cx, struct uuid id)
{
	bool is_staff;

	TRY(staff->are_staff(cx, &id, 1, &is_staff));
	if (is_staff)
		return NULL;
	return problem_fault(
		cx, "/assignee_id", "not_staff",
		"Must be an active moderator or superuser; null takes the ticket from everybody.");
}
