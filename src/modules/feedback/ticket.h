/* A ticket: its fields, the rules about it (ticket_rules.c), where it is kept (ticket_store.c). */
#ifndef FEEDBACK_TICKET_H
#define FEEDBACK_TICKET_H

#include "modules/feedback/feedback.h"

#define OPEN        "open"
#define IN_PROGRESS "in_progress"
#define RESOLVED    "resolved"
#define CLOSED      "closed"
#define URGENT      "urgent"

/* How long its owner may take up again what was resolved, or what they withdrew. */
#define REOPEN_US (INT64_C(14) * 86400 * SECOND_US)

PROBLEM(INVALID_TRANSITION, 409, "invalid_transition", "Not possible from this status",
	"See `allowed` for what is.");
PROBLEM(TICKET_CLOSED, 409, "ticket_closed", "The ticket is closed",
	"Nothing can be added to it or changed. Write a new one, or ask staff to open it again.");
PROBLEM(TICKET_ANSWERED, 409, "ticket_answered", "The ticket has been answered",
	"Subject and message stay as they were when staff answered. Write a message: POST .../messages.");

extern const char *const ticket_categories[];
extern const char *const ticket_statuses[];
extern const char *const ticket_priorities[];

#define TICKET_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                              \
	F(T, UUID, user_id, 0, "Who wrote it: its owner")                                            \
	F(T, TEXT, username, NULLABLE | NO_COLUMN, "The owner's name; null once the account was deleted") \
	F(T, TEXT, subject, IN | REQ, "What it is about, one line", .min = 1, .max = 255,            \
	  .format = FORMAT_LINE)                                                                     \
	F(T, TEXT, message, IN | REQ, "What the owner has to say", .min = 1, .max = 10000)           \
	F(T, TEXT, category, IN, "Kind", .one_of = ticket_categories, .otherwise = "other")          \
	F(T, TEXT, status, IN, "How far it is; a new ticket is open", .one_of = ticket_statuses,     \
	  .otherwise = OPEN)                                                                         \
	F(T, TEXT, priority, IN, "How much it matters; urgent is said by staff",                     \
	  .one_of = ticket_priorities, .otherwise = "medium")                                        \
	F(T, UUID, assignee_id, IN | NULLABLE, "Who of the staff has it; for staff", .view = VIEW_STAFF) \
	F(T, TEXT, assignee_username, NULLABLE | NO_COLUMN, "That one's name; for staff",            \
	  .view = VIEW_STAFF)                                                                        \
	F(T, TEXT, admin_notes, IN | NULLABLE, "What staff notes about it; for staff", .max = 10000, \
	  .view = VIEW_STAFF)                                                                        \
	F(T, INT, messages_count, 0, "Messages of the conversation, without internal ones")          \
	F(T, TIME, created_at, 0, "When it was written")                                             \
	F(T, TIME, updated_at, 0, "When it was last changed, or a message was added")                \
	F(T, TIME, first_response_at, NULLABLE, "When staff first answered or acted on it")          \
	F(T, TIME, resolved_at, NULLABLE, "When it was resolved; null again once it is open again")  \
	F(T, TIME, closed_at, NULLABLE, "When it was closed or withdrawn; null while it is not")     \
	F(T, UUID, closed_by, NULLABLE | NO_JSON, "Who closed it")                                   \
	F(T, INT, public_version, NO_JSON, "Grows with each change that the owner sees")             \
	F(T, INT, version, NO_JSON, "Grows with each change")
STRUCT(ticket, TICKET_FIELDS);
SCHEMA(ticket, TICKET_FIELDS, "A ticket");

/* --- ticket_rules.c: pure --- */

bool ticket_is_visible(const struct ctx *cx, const struct ticket *it);
bool ticket_is_owned(const struct ctx *cx, const struct ticket *it);
bool ticket_has_status(const struct ticket *it, const char *status);

/* Whether what the viewer does counts as an answer of the staff: moderators, but not to themselves. */
bool ticket_is_answered_by(const struct ctx *cx, const struct ticket *it);

/* Whether the viewer may write such a ticket: FORBIDDEN, or a fault. What is null is not known. Completes it.
 */
err ticket_may_begin(struct ctx *cx, const struct ticket *it, uint64_t present);
void ticket_draft(struct ctx *cx, struct ticket *it);

/*
 * Merges the fields in `present` of `body` into *after, a copy of `before`, and does what follows from them.
 * FORBIDDEN, INVALID_TRANSITION, TICKET_CLOSED, TICKET_ANSWERED.
 */
err ticket_revise(struct ctx *cx, const struct ticket *before, const struct ticket *body, uint64_t present,
		  struct ticket *after);

/* Moves it to that status, with the times that go with it, whoever asks. */
void ticket_move(const struct ctx *cx, struct ticket *it, const char *status);

/* Whether the viewer may move it there. */
bool ticket_may_move(const struct ctx *cx, const struct ticket *it, const char *status);

/* Where the viewer may move it; returns how many. */
enum { STATUSES = 4 };
int ticket_moves(const struct ctx *cx, const struct ticket *it, const char *to[STATUSES]);

/* --- ticket_store.c --- */

LOADS(tickets, ticket); /* by id, whoever asks; not cached */

/* The ticket, or NOT_FOUND for who may not see it. */
err ticket_find(struct ctx *cx, struct uuid id, struct ticket *out);

/* What the history would name: not messages. */
bool ticket_differs(const struct ticket *before, const struct ticket *after);

/*
 * Add to the change, with history and events. `after` gets its versions, and its time if the owner sees the
 * change; another version than that of `before` in the database is EDIT_CONFLICT. Nil: the server acts.
 */
void ticket_add(struct change *ch, const struct ticket *it, struct uuid actor_id);
void ticket_save(struct change *ch, const struct ticket *before, struct ticket *after, struct uuid actor_id);
void ticket_tell_message(struct change *ch, const struct ticket *it, struct uuid message_id,
			 bool is_internal);

/* --- ticket_view.c --- */

/* Its version as the viewer knows it: what staff does among itself does not move an owner's ETag. */
int64_t ticket_version(const struct ctx *cx, const struct ticket *it);

/* With names, and what is the staff's if the viewer is of it. The last thing done to them before they are
 * sent. */
void tickets_show(struct req *rq, struct ticket *rows, int count);

/* --- staff.c --- */

/* A fault of assignee_id unless the account is an active member of the staff. */
err assignee_must_be_staff(struct ctx *cx, struct uuid id);

/* How often a change is made again that lost against another (EDIT_CONFLICT). */
enum { WRITE_TRIES = 16 };

#endif
