/* What happened to tickets, written with each change. */
#include "modules/feedback/history.h"

static COMMAND(insert_event, ticket_event,
	       "INSERT INTO ticket_events"
	       " (id, ticket_id, kind, actor_id, old_value, new_value, message_id, is_internal, created_at)"
	       " VALUES ($id, $ticket_id, $kind, $actor_id, $old_value, $new_value, $message_id,"
	       " $is_internal, $created_at)");

void history_add(struct change *ch, struct ticket_event fact)
{
	fact.id = uuid_new();
	fact.created_at = clock_now();
	insert_event(ch, &fact);
}
