/* What the operator may do with the keys that sign access tokens. */
#ifndef CONTRACTS_OPERATOR_KEYS_H
#define CONTRACTS_OPERATOR_KEYS_H

#include "vobe/ctx.h"
#include "vobe/service.h"

struct signing_key {
	const char *kid;        /* RFC 7638 thumbprint, as tokens name it */
	int64_t replaced_at;    /* TIME_NULL: it signs. Else it verifies only ... */
	int64_t verifies_until; /* ... up to then, when its last token has long expired */
};

struct auth_keys {
	/* Those in force, newest first. Suspends. */
	err (*list)(struct ctx *cx, struct signing_key **keys, int *count);

	/*
	 * Makes the key that signs from now on; the one before verifies on, so nobody is signed out. Errors:
	 * KEY_IN_SETTINGS, KEYS_TOO_MANY. Suspends.
	 */
	err (*rotate)(struct ctx *cx);
};
SERVICE(auth_keys, "auth.keys");

#endif
