/* Passwords: which are good enough, and Argon2id (RFC 9106) on worker threads. */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "vobe/credentials.h"
#include "vobe/ctx.h"

/* As a problem of the field at `pointer`, and that it is not the account's name or address. */
struct user;
err password_must_fit(struct ctx *cx, const char *pointer, const char *password, const struct user *u);

/* As `next`, in a body with `current`, which may be NULL: another one that fits, or a fault of /new_password.
 */
err password_may_follow(struct ctx *cx, const char *current, const char *next, const struct user *u);

/* Makes the hash that stands in for accounts that do not exist. Suspends. */
err passwords_open(struct ctx *cx);

/* The hash to store, in the arena. Errors: UNAVAILABLE when the queue of hashes is full. */
err password_hash(struct ctx *cx, const char *password, const char **hash);

/*
 * Whether the password is the one of `hash`. NULL and NO_PASSWORD cost the same time and are never
 * right. *rehashed is a new hash when the right password's hash is weaker than the options ask for, else
 * NULL. Errors: as above.
 */
err password_verify(struct ctx *cx, const char *password, const char *hash, bool *right,
		    const char **rehashed);

#endif
