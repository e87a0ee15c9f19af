/* The statements of single tickets, and the changes made of them: the row, its history, what is told. */
#include "modules/feedback/history.h"
#include "modules/feedback/ticket.h"

#include <string.h>

LOADER(tickets, ticket, "SELECT $* FROM feedback_tickets WHERE id = ANY ($ids)");

static COMMAND(insert_ticket, ticket,
	       "INSERT INTO feedback_tickets"
	       " (id, user_id, subject, message, category, status, priority, assignee_id, admin_notes,"
	       " created_at, updated_at)"
	       " VALUES ($id, $user_id, $subject, $message, $category, $status, $priority, $assignee_id,"
	       " $admin_notes, $created_at, $updated_at)");

static COMMAND(update_ticket, ticket,
	       "UPDATE feedback_tickets SET subject = $subject, message = $message, category = $category,"
	       " status = $status, priority = $priority, assignee_id = $assignee_id,"
	       " admin_notes = $admin_notes, messages_count = $messages_count, updated_at = $updated_at,"
	       " first_response_at = $first_response_at, resolved_at = $resolved_at,"
	       " closed_at = $closed_at, closed_by = $closed_by,"
	       " public_version = $public_version, version = $version"
	       " WHERE id = $id AND version = $version::bigint - 1",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

/* --- reading --- */

err ticket_find(struct ctx *cx, struct uuid id, struct ticket *out)
{
	const struct ticket *found;

	TRY(tickets_load(cx, &id, 1, &found));
	if (!found || !ticket_is_visible(cx, found))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

/* --- writing --- */

static struct feedback_event fact_of(const struct ticket *it)
{
	return (struct feedback_event){.ticket_id = it->id,
				       .user_id = it->user_id,
				       .category = it->category,
				       .priority = it->priority,
				       .status = it->status,
				       .assignee_id = it->assignee_id,
				       .created_at = it->created_at};
}

void ticket_add(struct change *ch, const struct ticket *it, struct uuid actor_id)
{
	const struct feedback_event fact = fact_of(it);

	insert_ticket(ch, it);
	history_add(ch, (struct ticket_event){.ticket_id = it->id, .kind = "created", .actor_id = actor_id});
	tell_ticket_created(ch, it->id, it->version, &fact);
}

/* A value of a ticket that may have changed, as its history names it. */
struct value {
	const char *kind, *old, *new;
	bool is_text;     /* too long for the history */
	bool is_internal; /* for staff */
};

static const char *id_text(struct uuid id, char text[UUID_TEXT])
{
	if (uuid_is_nil(id))
		return NULL;
	uuid_text(id, text);
	return text;
}

static bool differs(const struct value *v)
{
	return v->old && v->new ? strcmp(v->old, v->new) != 0 : v->old != v->new;
}

enum { VALUES = 7, STATUS_VALUE = 4, ASSIGNEE_VALUE = 5, NOTES_VALUE = 6 };

/* `ids` has room for the texts of two. */
static void compare(const struct ticket *before, const struct ticket *after, char ids[2][UUID_TEXT],
		    struct value values[VALUES])
{
	const struct value all[VALUES] = {
		{"subject_changed", before->subject, after->subject},
		{"message_changed", before->message, after->message, .is_text = true},
		{"category_changed", before->category, after->category},
		{"priority_changed", before->priority, after->priority},
		[STATUS_VALUE] = {"status_changed", before->status, after->status},
		[ASSIGNEE_VALUE] = {"assigned", id_text(before->assignee_id, ids[0]),
				    id_text(after->assignee_id, ids[1]), .is_internal = true},
		[NOTES_VALUE] = {"notes_changed", before->admin_notes, after->admin_notes, .is_text = true,
				 .is_internal = true},
	};
	memcpy(values, all, sizeof all);
}

bool ticket_differs(const struct ticket *before, const struct ticket *after)
{
	struct value values[VALUES];
	char ids[2][UUID_TEXT];
	bool found = false;

	compare(before, after, ids, values);
	for (int i = 0; i < VALUES; i++)
		found = found || differs(&values[i]);
	return found;
}

static void note(struct change *ch, const struct ticket *it, const struct value *v, struct uuid actor_id)
{
	history_add(ch, (struct ticket_event){.ticket_id = it->id,
					      .kind = v->kind,
					      .actor_id = actor_id,
					      .old_value = v->is_text ? NULL : v->old,
					      .new_value = v->is_text ? NULL : v->new,
					      .is_internal = v->is_internal});
}

static void tell_changes(struct change *ch, const struct ticket *before, const struct ticket *after,
			 const struct value *values)
{
	struct feedback_event fact = fact_of(after);
	bool is_public = false;

	for (int i = 0; i < STATUS_VALUE; i++)
		is_public = is_public || differs(&values[i]);
	fact.is_internal = !is_public;
	if (is_public || differs(&values[NOTES_VALUE]))
		tell_ticket_updated(ch, after->id, after->version, &fact);
	fact.is_internal = true;
	if (differs(&values[ASSIGNEE_VALUE]))
		tell_ticket_assigned(ch, after->id, after->version, &fact);
	fact.is_internal = false;
	fact.old_status = before->status;
	if (differs(&values[STATUS_VALUE]))
		tell_ticket_status_changed(ch, after->id, after->version, &fact);
}

/* Whether its owner sees a difference. */
static bool is_seen(const struct ticket *before, const struct ticket *after, const struct value *values)
{
	bool seen = before->messages_count != after->messages_count;
	for (int i = 0; i < VALUES; i++)
		seen = seen || (!values[i].is_internal && differs(&values[i]));
	return seen;
}

void ticket_save(struct change *ch, const struct ticket *before, struct ticket *after, struct uuid actor_id)
{
	struct value values[VALUES];
	char ids[2][UUID_TEXT];

	compare(before, after, ids, values);
	after->version = before->version + 1;
	if (is_seen(before, after, values)) {
		after->public_version = before->public_version + 1;
		after->updated_at = clock_now();
	}
	update_ticket(ch, after);
	for (int i = 0; i < VALUES; i++)
		if (differs(&values[i]))
			note(ch, after, &values[i], actor_id);
	tell_changes(ch, before, after, values);
}

void ticket_tell_message(struct change *ch, const struct ticket *it, struct uuid message_id, bool is_internal)
{
	struct feedback_event fact = fact_of(it);
	fact.message_id = message_id;
	fact.is_internal = is_internal;
	tell_ticket_message_added(ch, it->id, it->version, &fact);
}
