/* Messages: the conversation about a ticket, and the notes of the staff in it. */
#ifndef FEEDBACK_MESSAGE_H
#define FEEDBACK_MESSAGE_H

#include "modules/feedback/feedback.h"

#define TICKET_MESSAGE_FIELDS(F, T)                                                                  \
	F(T, UUID, id, 0, "Identifier")                                                              \
	F(T, UUID, ticket_id, 0, "The ticket")                                                       \
	F(T, UUID, user_id, 0, "Who wrote it")                                                       \
	F(T, TEXT, username, NULLABLE | NO_COLUMN, "That one's name; null once the account was deleted") \
	F(T, TEXT, content, IN | REQ, "Text", .min = 1, .max = 10000)                                \
	F(T, BOOL, is_staff, 0, "Whether it was written as staff")                                   \
	F(T, BOOL, is_internal, IN, "A note that the ticket's owner never sees; for staff",          \
	  .otherwise = "false", .view = VIEW_STAFF)                                                  \
	F(T, TIME, created_at, 0, "When it was written")
STRUCT(ticket_message, TICKET_MESSAGE_FIELDS);
SCHEMA(ticket_message, TICKET_MESSAGE_FIELDS, "A message about a ticket");

#endif
