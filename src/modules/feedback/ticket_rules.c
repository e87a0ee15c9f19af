/* The rules of tickets: which status follows which, who may change what. Nothing suspends. */
#include "modules/feedback/ticket.h"

#include "vobe/buf.h"

#include <string.h>

const char *const ticket_categories[] = {"bug", "feature_request", "question", "other", NULL};
const char *const ticket_statuses[] = {OPEN, IN_PROGRESS, RESOLVED, CLOSED, NULL};
const char *const ticket_priorities[] = {"low", "medium", "high", URGENT, NULL};

/* Who the viewer is to a ticket. */
enum part { STAFF = 1, OWNER = 2, OWNER_IN_TIME = 4 };

/* clang-format off */
static const struct {
	const char *from, *to;
	unsigned who;
} moves[] = {
	{OPEN,        IN_PROGRESS, STAFF},
	{OPEN,        RESOLVED,    STAFF},
	{OPEN,        CLOSED,      STAFF | OWNER},
	{IN_PROGRESS, RESOLVED,    STAFF},
	{IN_PROGRESS, CLOSED,      OWNER},
	{RESOLVED,    CLOSED,      STAFF | OWNER},
	{RESOLVED,    OPEN,        STAFF | OWNER_IN_TIME},
	{CLOSED,      OPEN,        STAFF | OWNER_IN_TIME},
};
/* clang-format on */

bool ticket_is_owned(const struct ctx *cx, const struct ticket *it)
{
	return viewer_is(cx, it->user_id);
}

bool ticket_is_visible(const struct ctx *cx, const struct ticket *it)
{
	return viewer_is_moderator(cx) || ticket_is_owned(cx, it);
}

bool ticket_has_status(const struct ticket *it, const char *status)
{
	return strcmp(it->status, status) == 0;
}

bool ticket_is_answered_by(const struct ctx *cx, const struct ticket *it)
{
	return viewer_is_moderator(cx) && !ticket_is_owned(cx, it);
}

/* --- statuses --- */

/* What somebody else closed, its owner does not open. */
static bool is_in_time(const struct ctx *cx, const struct ticket *it)
{
	const bool is_closed = ticket_has_status(it, CLOSED);
	const int64_t since = is_closed ? it->closed_at : it->resolved_at;
	return (!is_closed || viewer_is(cx, it->closed_by)) &&
	       (since == TIME_NULL || clock_now() - since < REOPEN_US); /* null: nothing has ended */
}

static unsigned parts_of(const struct ctx *cx, const struct ticket *it)
{
	unsigned parts = viewer_is_moderator(cx) ? STAFF : 0;
	if (ticket_is_owned(cx, it))
		parts |= OWNER | (is_in_time(cx, it) ? OWNER_IN_TIME : 0);
	return parts;
}

int ticket_moves(const struct ctx *cx, const struct ticket *it, const char *to[STATUSES])
{
	const unsigned parts = parts_of(cx, it);
	int count = 0;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (ticket_has_status(it, moves[i].from) && moves[i].who & parts)
			to[count++] = moves[i].to;
	return count;
}

bool ticket_may_move(const struct ctx *cx, const struct ticket *it, const char *status)
{
	const char *to[STATUSES];
	bool may = false;
	for (int count = ticket_moves(cx, it, to); count > 0 && !may;)
		may = strcmp(to[--count], status) == 0;
	return may;
}

void ticket_move(const struct ctx *cx, struct ticket *it, const char *status)
{
	const int64_t now = clock_now();

	if (viewer_is_moderator(cx) && strcmp(status, OPEN) != 0 && it->first_response_at == TIME_NULL)
		it->first_response_at = now;
	if (strcmp(status, RESOLVED) == 0)
		it->resolved_at = now;
	if (strcmp(status, OPEN) == 0)
		it->resolved_at = TIME_NULL;
	const bool is_closed = strcmp(status, CLOSED) == 0;
	it->closed_at = is_closed ? now : TIME_NULL;
	it->closed_by = is_closed ? cx->viewer.user_id : (struct uuid){0};
	it->status = status;
}

static err not_possible(struct ctx *cx, const struct ticket *it)
{
	struct buf allowed = {.arena = cx->arena};
	struct faults one = {0};
	const char *to[STATUSES];
	const int count = ticket_moves(cx, it, to);

	for (int i = 0; i < count; i++)
		buf_fmt(&allowed, "%s\"%s\"", i ? "," : "", to[i]);
	fault_add(cx->arena, &one, "/status", INVALID_TRANSITION->code, "From \"%s\" it may become: %s.",
		  it->status, count ? buf_text(&allowed) : "nothing else");
	return problem_members(cx, problem_with(cx->arena, INVALID_TRANSITION, &one), "\"allowed\":[%s]",
			       buf_text(&allowed));
}

static err revise_status(struct ctx *cx, const struct ticket *before, struct ticket *after)
{
	const char *wanted = after->status;

	after->status = before->status;
	if (ticket_has_status(before, wanted))
		return NULL;
	if (!ticket_may_move(cx, before, wanted))
		return not_possible(cx, before);
	ticket_move(cx, after, wanted);
	return NULL;
}

/* --- fields --- */

static bool sends_staff_fields(uint64_t present)
{
	return HAS(present, ticket_assignee_id_field) || HAS(present, ticket_admin_notes_field);
}

/* Whatever is in them: an answer that depended on it would tell. */
static err staff_fields_allowed(struct ctx *cx, uint64_t present)
{
	if (viewer_is_moderator(cx) || !sends_staff_fields(present))
		return NULL;
	return problem_detail(cx, FORBIDDEN,
			      "Only staff may set `assignee_id` and `admin_notes`; leave them out.");
}

static err priority_allowed(struct ctx *cx, const char *before, const char *after)
{
	const bool is_urgents = strcmp(before, URGENT) == 0 || strcmp(after, URGENT) == 0;
	if (viewer_is_moderator(cx) || !is_urgents || strcmp(before, after) == 0)
		return NULL;
	return problem_detail(
		cx, FORBIDDEN,
		"Only staff make a ticket urgent, or no longer urgent; leave `priority` as it is.");
}

static bool texts_differ(const char *a, const char *b)
{
	return strcmp(a, b) != 0;
}

static err words_allowed(struct ctx *cx, const struct ticket *before, const struct ticket *after)
{
	const bool is_answered = before->first_response_at != TIME_NULL;
	const bool subject = texts_differ(before->subject, after->subject),
		   message = texts_differ(before->message, after->message);

	if (message && !ticket_is_owned(cx, before))
		return problem_detail(
			cx, FORBIDDEN,
			"Only its owner may change `message`; say more by a message of your own.");
	if (is_answered && (message || (subject && !viewer_is_moderator(cx))))
		return TICKET_ANSWERED;
	return NULL;
}

static bool public_fields_differ(const struct ticket *before, const struct ticket *after)
{
	return texts_differ(before->subject, after->subject) ||
	       texts_differ(before->message, after->message) ||
	       texts_differ(before->category, after->category) ||
	       texts_differ(before->priority, after->priority);
}

static err still_open_to_change(const struct ctx *cx, const struct ticket *before, const struct ticket *after)
{
	const bool stays_closed = ticket_has_status(before, CLOSED) && ticket_has_status(after, CLOSED);
	if (!viewer_is_moderator(cx) && stays_closed && public_fields_differ(before, after))
		return TICKET_CLOSED;
	return NULL;
}

err ticket_revise(struct ctx *cx, const struct ticket *before, const struct ticket *body, uint64_t present,
		  struct ticket *after)
{
	*after = *before;
	TRY(staff_fields_allowed(cx, present));
	schema_merge(&ticket_schema, body, present, after);
	TRY(priority_allowed(cx, before->priority, after->priority));
	TRY(words_allowed(cx, before, after));
	TRY(revise_status(cx, before, after));
	return still_open_to_change(cx, before, after);
}

err ticket_may_begin(struct ctx *cx, const struct ticket *it, uint64_t present)
{
	TRY(staff_fields_allowed(cx, present));
	TRY(priority_allowed(cx, "", it->priority ? it->priority : ""));
	if (it->status && !ticket_has_status(it, OPEN))
		return problem_fault(cx, "/status", "not_allowed", "A new ticket is open.");
	return NULL;
}

void ticket_draft(struct ctx *cx, struct ticket *it)
{
	it->id = uuid_new();
	it->user_id = cx->viewer.user_id;
	it->messages_count = 0;
	it->created_at = it->updated_at = clock_now();
	it->first_response_at = it->resolved_at = it->closed_at = TIME_NULL;
	it->closed_by = (struct uuid){0};
	it->public_version = it->version = 1;
}
