/* What other modules may know of feedback: what became of each ticket. */
#ifndef CONTRACTS_FEEDBACK_H
#define CONTRACTS_FEEDBACK_H

#include "vobe/event.h"

/* No text of a ticket, of a message or of a note stands here: an event goes further than a ticket may. */
#define FEEDBACK_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, ticket_id, IN, "The ticket; also the aggregate")                                  \
	F(T, UUID, user_id, IN, "Whose ticket it is")                                                \
	F(T, TEXT, category, IN, "bug, feature_request, question or other")                          \
	F(T, TEXT, priority, IN, "low, medium, high or urgent")                                      \
	F(T, TEXT, status, IN, "open, in_progress, resolved or closed")                              \
	F(T, TEXT, old_status, IN | NULLABLE, "ticket.status_changed: the one before")               \
	F(T, UUID, assignee_id, IN | NULLABLE, "Who of the staff has it; its owner is not told")     \
	F(T, UUID, message_id, IN | NULLABLE, "ticket.message_added: the message")                   \
	F(T, BOOL, is_internal, IN, "Whether it is the staff's alone: a note, or who has the ticket") \
	F(T, TIME, created_at, IN, "When the ticket was written")
PAYLOAD(feedback_event, FEEDBACK_EVENT_FIELDS, "A ticket changed");

#define FEEDBACK_EVENTS(E)                                                                \
	E(ticket_created,        "ticket.created",        feedback_event, 1)               \
	E(ticket_updated,        "ticket.updated",        feedback_event, 1)               \
	E(ticket_status_changed, "ticket.status_changed", feedback_event, 1)               \
	E(ticket_assigned,       "ticket.assigned",       feedback_event, 1)               \
	E(ticket_message_added,  "ticket.message_added",  feedback_event, 1)
EVENTS(FEEDBACK_EVENTS)

#endif
