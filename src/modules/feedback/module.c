/* feedback: tickets to the staff, with conversation and history. */
#include "modules/feedback/feedback.h"

static const char *const needs[] = {"auth.cards", "auth.staff", NULL};

static const struct route *const routes[] = {
	ticket_routes, ticket_list_routes, bulk_routes, message_routes, history_routes, NULL,
};

static err start(struct ctx *cx)
{
	(void)cx;
	auth = auth_cards_service();
	staff = auth_staff_service();
	return NULL;
}

const struct module feedback_module = {
	.name = MODULE,
	.needs = needs,
	.routes = routes,
	.hears = feedback_hears,
	.tells = ALL_EVENTS(FEEDBACK_EVENTS),
	.start = start,
};
