/* Hashes of passwords: Argon2id (RFC 9106), in libsodium's text form. The work is done by worker threads. */
#ifndef VOBE_ARGON2_H
#define VOBE_ARGON2_H

#include "vobe/ctx.h"

#include <stddef.h>

struct argon2_cost {
	unsigned long long passes;
	size_t memory; /* bytes */
};

/* The hash to store, in the arena. Errors: UNAVAILABLE when too many wait, or there is no memory for it now.
 */
err argon2_hash(struct ctx *cx, const char *password, struct argon2_cost cost, const char **hash);

/* Whether the password is the one of `hash`, and whether that was made at another cost. Errors: as above. */
err argon2_verify(struct ctx *cx, const char *password, struct argon2_cost cost, const char *hash,
		  bool *is_right, bool *is_outdated);

#endif
