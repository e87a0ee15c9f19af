/*
 * What access tokens do not know: sessions that have ended and roles that have changed within the life of a token. Every
 * request asks here. In memory; put right at once by this instance's own commits, by the events of the others, at the
 * start and then now and again from the tables. An entry goes when the last token that could contradict it has expired.
 */
#ifndef AUTH_REVOCATION_H
#define AUTH_REVOCATION_H

#include "vobe/db.h"

void revocation_open(void);
void revocation_close(void);

void session_was_ended(struct uuid session_id, int64_t at);
bool session_is_ended(struct uuid session_id);

/* Newer versions win, whatever the order of arrival. */
void role_was_changed(struct uuid user_id, enum role role, int64_t version, int64_t at);

/* The role now, given the one in the token. */
enum role role_now(struct uuid user_id, enum role role);

/* Reads what ended and changed lately, all of it or of one user. Suspends. */
err revocations_read(struct ctx *cx);
err revocations_read_of(struct ctx *cx, struct uuid user_id);

extern struct statement revocation_statements[];

#endif
