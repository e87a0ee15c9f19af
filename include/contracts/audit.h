/* The audit log, for what staff and operators do to other things than accounts. */
#ifndef CONTRACTS_AUDIT_H
#define CONTRACTS_AUDIT_H

#include "vobe/ctx.h"
#include "vobe/service.h"

struct auth_audit {
	/*
	 * Writes an entry; who acts and the request are the ctx's (a nil user: the operator at the machine).
	 * `action` is a word such as "events.retry", `details` a JSON object. Call it before the act: what
	 * cannot be audited is not done. Suspends.
	 */
	err (*record)(struct ctx *cx, const char *action, const char *address, const char *details);
};
SERVICE(auth_audit, "auth.audit");

#endif
