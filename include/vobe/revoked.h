/*
 * What tokens that are still good do not know: sessions that have ended, roles that have changed. A table in
 * memory, by id; each entry ends by itself, when no token is left that could be wrong. One process has one.
 */
#ifndef VOBE_REVOKED_H
#define VOBE_REVOKED_H

#include "vobe/id.h"
#include "vobe/role.h"

/* A session that has ended (role ROLE_GUEST: it lets nobody in), or a user's role and what version set it. */
struct revoked {
	struct uuid id; /* nil: none */
	int64_t until;  /* wall clock, microseconds: when it no longer matters */
	int64_t version;
	enum role role;
};

void revoked_open(void); /* empty, also after a start that failed */
void revoked_close(void);

/* NULL: nothing that matters is known. Until the next revoked_put. */
const struct revoked *revoked_find(struct uuid id);

/* In place of what was known of the id. */
void revoked_put(const struct revoked *it);

#endif
