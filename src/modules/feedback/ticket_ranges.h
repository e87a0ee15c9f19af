/* The statements of lists of tickets: whose they are times the order is one, and one counts for whose they
 * are. */
#ifndef FEEDBACK_TICKET_RANGES_H
#define FEEDBACK_TICKET_RANGES_H

#include "modules/feedback/ticket.h"

/*
 * What a list is a range of: OWN tickets of one user, those that are TO_DO, those ASSIGNED to somebody, ALL,
 * UNFILTERED; and those in which words were FOUND, in texts that their owner sees or in all.
 */
enum drive { OWN, TO_DO, ASSIGNED, ALL, UNFILTERED, OWN_FOUND, ALL_FOUND, DRIVES };
enum order {
	CREATED_LAST,
	CREATED_FIRST,
	UPDATED_LAST,
	UPDATED_FIRST,
	MOST_URGENT,
	LEAST_URGENT,
	ORDERS,
};

extern const char *const ticket_sorts[];

/* What is asked for and, behind it, where the page begins. What is null, empty or false does not filter. */
#define TICKET_LIST_FIELDS(F, T)                                                                     \
	F(T, UUIDS, ids, IN, "These tickets and no filters; up to 100", .max = 100)                  \
	F(T, TEXTS, status, IN, "Of these statuses", .max = 4, .each_max = 20, .one_of = ticket_statuses) \
	F(T, TEXTS, category, IN, "Of these kinds", .max = 4, .each_max = 20, .one_of = ticket_categories) \
	F(T, TEXTS, priority, IN, "Of these priorities", .max = 4, .each_max = 20,                   \
	  .one_of = ticket_priorities)                                                               \
	F(T, UUID, user_id, IN | NULLABLE, "Whose; others than staff see their own alone")           \
	F(T, UUID, assignee_id, IN | NULLABLE, "Who of the staff has them; for staff")               \
	F(T, BOOL, unassigned, IN, "Those that nobody has taken; for staff", .otherwise = "false")   \
	F(T, BOOL, mine, IN, "Those assigned to you; for others than staff: written by you",         \
	  .otherwise = "false")                                                                      \
	F(T, TIME, created_after, IN | NULLABLE, "Written at this time or later")                    \
	F(T, TIME, created_before, IN | NULLABLE, "Written earlier than this")                       \
	F(T, TIME, updated_after, IN | NULLABLE, "Last changed at this time or later")               \
	F(T, TIME, updated_before, IN | NULLABLE, "Last changed earlier than this")                  \
	F(T, TEXT, q, IN | NULLABLE, "Words that stand in the ticket or its messages, in any form",  \
	  .min = 1, .max = 200)                                                                      \
	F(T, TEXT, sort, IN, "Order; -priority: the most urgent first, the oldest of them first",    \
	  .one_of = ticket_sorts, .otherwise = "-created_at")                                        \
	F(T, BOOL, include_total, IN, "Adds `total`, exact up to 10,000", .otherwise = "false")      \
	PAGE_FIELDS(F, T)                                                                            \
	F(T, TEXTS, words, NO_JSON, "The words of q")                                                \
	F(T, TIME, key_time, NO_JSON, "Key: created_at or updated_at")                               \
	F(T, INT, key_rank, NO_JSON, "Key: priority_rank")                                           \
	F(T, UUID, key_id, NO_JSON, "Key: id")
STRUCT(ticket_list, TICKET_LIST_FIELDS);
SCHEMA(ticket_list, TICKET_LIST_FIELDS, "Which tickets");

/* The rows behind the key. `which`: drive * ORDERS + order, and enum drive. */
err tickets_range(struct ctx *cx, int which, const struct ticket_list *in, struct ticket **rows, int *count);
err tickets_total(struct ctx *cx, int which, const struct ticket_list *in, struct total **rows, int *count);

#endif
