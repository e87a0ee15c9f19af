/* The history of tickets: a row for each change, which its owner reads too, but for internal ones. */
#ifndef FEEDBACK_HISTORY_H
#define FEEDBACK_HISTORY_H

#include "modules/feedback/feedback.h"

#define TICKET_EVENT_FIELDS(F, T)                                                                    \
	F(T, UUID, id, 0, "Identifier")                                                              \
	F(T, UUID, ticket_id, 0, "The ticket")                                                       \
	F(T, TEXT, kind, 0,                                                                          \
	  "created, message_added, or of a field: subject_changed, message_changed, "                \
	  "category_changed, priority_changed, status_changed; for staff also assigned, "            \
	  "notes_changed")                                                                           \
	F(T, UUID, actor_id, NULLABLE, "Who did it; null: the server")                               \
	F(T, TEXT, actor_username, NULLABLE | NO_COLUMN, "That one's name; null once it was deleted") \
	F(T, TEXT, old_value, NULLABLE, "What it was, of values that fit a line")                    \
	F(T, TEXT, new_value, NULLABLE, "What it is since")                                          \
	F(T, UUID, message_id, NULLABLE, "message_added: the message")                               \
	F(T, BOOL, is_internal, 0, "Whether staff alone sees it; for staff", .view = VIEW_STAFF)     \
	F(T, TIME, created_at, 0, "When it happened")
STRUCT(ticket_event, TICKET_EVENT_FIELDS);
SCHEMA(ticket_event, TICKET_EVENT_FIELDS, "Something that happened to a ticket");

/* Adds the row, with an id and the time of now, to the change. */
void history_add(struct change *ch, struct ticket_event fact);

#endif
