/* Links that are sent by mail: each proves once, for a while, that its reader reads the mail of an address.
 */
#ifndef AUTH_LINK_H
#define AUTH_LINK_H

#include "modules/auth/user.h"

PROBLEM(LINK_INVALID, 422, "link_invalid", "Link no longer good",
	"It was used, has ended, or a later one took its place. Ask for a new one.");

#define LINK_FIELDS(F, T)                                                \
	F(T, UUID, id, 0, "Identifier")                                  \
	F(T, UUID, user_id, 0, "Whose account it is about")              \
	F(T, TEXT, kind, 0, "reset, verify, new_email, or a notice")     \
	F(T, TEXT, address, 0, "Where its letter goes")                  \
	F(T, TEXT, token, NULLABLE, "The token's hash, in hexadecimal")  \
	F(T, TIME, created_at, 0, "When it was asked for")               \
	F(T, TIME, expires_at, 0, "When it ends")                        \
	F(T, TIME, used_at, NULLABLE, "When it was used")                \
	F(T, UUID, session_id, NULLABLE, "new_email: the session that asked for it") \
	F(T, TEXT, name, NULLABLE, "deleted: the name that the account had")
STRUCT(link, LINK_FIELDS);
SCHEMA(link, LINK_FIELDS, "A link of a letter");

enum { LETTERS_AN_HOUR = 3 }; /* of a kind, to an account */

/* Whether anybody sends letters: without, nobody is asked to wait for one. */
bool letters_are_sent(void);

/*
 * Adds to the change that a letter of that kind is wanted, to `address`; an earlier link of the kind is good
 * no longer. The text of the letter, and its token, are made when the event is heard. Nothing where no
 * letters are sent, or none can arrive (an account of an import).
 */
void link_want(struct change *ch, const struct user *u, const char *kind, const char *address);

/* A letter to u->new_email with a link that makes it the address, and a notice to the address of now. */
void link_want_address(struct change *ch, const struct user *u, struct uuid session_id);

/* Adds that links for passwords and addresses are good no longer: what they were sent for has changed. */
void links_end(struct change *ch, const struct by_id *user);

/* Adds that nothing stays of an account's letters. */
void links_erase(struct change *ch, const struct by_id *user);

/* How many letters of the kind the account was sent within the last hour. Suspends. */
err links_lately(struct ctx *cx, struct uuid user_id, const char *kind, int64_t *count);

/* What says so to who wants more of them. */
err letters_too_many(struct ctx *cx);

/* The unused link of that kind whose token this is, or LINK_INVALID as a fault of /token. Suspends. */
err link_find(struct ctx *cx, const char *kind, const char *token, struct link *out);

/* Uses it up, or undoes the change with LINK_INVALID. */
void link_use(struct change *ch, const struct link *l);

/* For the operator: a link of its own, whose token is given now; audited. Suspends. */
err link_make(struct ctx *cx, const struct user *u, const char *kind, const char **token);

err links_prune(struct ctx *cx); /* a job */

extern const struct auth_links link_service;
extern const struct route link_routes[];

#endif
