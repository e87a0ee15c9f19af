/* Lists of what belongs to one ticket: its messages, its history. Oldest first unless asked otherwise. */
#ifndef FEEDBACK_PART_H
#define FEEDBACK_PART_H

#include "modules/feedback/feedback.h"

extern const char *const part_sorts[];

/* What is asked for and, behind it, which rows a statement reads: those behind the key, internal ones or not.
 */
#define PART_FIELDS(F, T)                                                                            \
	F(T, UUID, id, IN | REQ, "The ticket")                                                       \
	F(T, TEXT, sort, IN, "Oldest or newest first", .one_of = part_sorts, .otherwise = "created_at") \
	F(T, BOOL, include_total, IN, "Adds `total`, exact up to 10,000", .otherwise = "false")      \
	PAGE_FIELDS(F, T)                                                                            \
	F(T, BOOL, internal, NO_JSON, "Whether internal rows are read")                              \
	F(T, TIME, key_time, NO_JSON, "Key: created_at")                                             \
	F(T, UUID, key_id, NO_JSON, "Key: id")
STRUCT(part, PART_FIELDS);
SCHEMA(part, PART_FIELDS, "A part of what belongs to a ticket");

/* The statements of a list, by enum part_order, and the one that counts. */
enum part_order { OLDEST, NEWEST };
#define PART_WHERE " WHERE ticket_id = $id AND ($internal OR NOT is_internal)"
#define PART_OLDEST                                                                                  \
	PART_WHERE " AND (created_at, id) > ($key_time, $key_id)"                                    \
		   " ORDER BY created_at, id LIMIT $limit"
#define PART_NEWEST                                                                                  \
	PART_WHERE " AND (created_at, id) < ($key_time, $key_id)"                                    \
		   " ORDER BY created_at DESC, id DESC LIMIT $limit"
#define PART_COUNTED(table)                                                                          \
	"SELECT count(*) AS total FROM (SELECT FROM " table PART_WHERE " LIMIT 10001) AS bounded"

struct part_page {
	struct part rows;
	enum part_order order;
	const char *scope;
};

/* The page that is asked for of `what` ("messages"); NOT_FOUND unless the ticket is the viewer's to see. */
err part_begin(struct ctx *cx, const struct part *asked, const char *what, struct part_page *page);

/* Whether there are more rows than were asked for: then as many are kept, and the list goes on behind the
 * last. */
bool part_goes_on(const struct part_page *page, struct list *list);
const char *part_cursor(struct ctx *cx, const struct part_page *page, int64_t created_at, struct uuid id);

#endif
