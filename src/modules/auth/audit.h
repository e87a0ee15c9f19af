/* The audit log: what was done to accounts and to what is of others, and by whom. */
#ifndef AUTH_AUDIT_H
#define AUTH_AUDIT_H

#include "contracts/audit.h"
#include "contracts/staff_act.h"
#include "modules/auth/session.h"

/* Adds an entry to the change that does it. Actor and request are the ctx's; `details` is a JSON object. */
void audit_add(struct ctx *cx, struct change *ch, const char *action, struct uuid target_id,
	       const struct origin *from, const char *details);

/* The same for an act that another module tells; once, however often it is heard. */
void audit_add_act(struct ctx *cx, struct change *ch, const struct staff_act_delivery *told);

extern const struct auth_audit audit_service;

#endif
