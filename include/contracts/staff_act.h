/*
 * What staff do to what is another's, by right of role and not because it is theirs. Whose module it is tells
 * it in the change that does it; auth hears it and writes it into the audit log. What is the viewer's own, or
 * nobody's, tells nothing: what has no owner is the staff's ordinary work.
 */
#ifndef CONTRACTS_STAFF_ACT_H
#define CONTRACTS_STAFF_ACT_H

#include "vobe/event.h"
#include "vobe/reply.h"

#define STAFF_ACT_FIELDS(F, T)                                                                     \
	F(T, TEXT, action, IN, "What was done: the topic of the event that tells it")              \
	F(T, UUID, thing_id, IN, "What it was done to")                                            \
	F(T, UUID, owner_id, IN, "Whose that is")                                                  \
	F(T, TEXT, address, IN | NULLABLE, "From where")
PAYLOAD(staff_act, STAFF_ACT_FIELDS, "Something was done by right of role");

/* Adds it to the change if the viewer does it by right of role. Each act is an aggregate of its own. */
static inline void staff_act_note(struct req *rq, struct change *ch, staff_act_teller *tell,
				  const struct event *done, struct uuid thing_id, struct uuid owner_id)
{
	if (!viewer_is_moderator(&rq->cx) || uuid_is_nil(owner_id) || viewer_is(&rq->cx, owner_id))
		return;
	tell(ch, uuid_new(), 1, &(struct staff_act){done->topic, thing_id, owner_id, req_address(rq)});
}

#endif
