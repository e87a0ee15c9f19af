/* What the files of the module share, and the tables of it that module.c names. */
#ifndef FEEDBACK_FEEDBACK_H
#define FEEDBACK_FEEDBACK_H

#include "contracts/auth.h"
#include "contracts/feedback.h"
#include "vobe/module.h"

#define MODULE "feedback"

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "Rows, 10,001 at most")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "A bounded count");

extern const struct auth_cards *auth;
extern const struct auth_staff *staff;

extern const struct route ticket_routes[], ticket_list_routes[], bulk_routes[], message_routes[],
	history_routes[];
extern const struct subscription feedback_hears[];

#endif
