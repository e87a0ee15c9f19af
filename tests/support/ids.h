/* Ids made of words: the same in every run, so that a test can name what it means. */
#ifndef SUPPORT_IDS_H
#define SUPPORT_IDS_H

#include "vobe/id.h"

#include <sodium.h>

static inline struct uuid uuid_of(const char *kind, const char *name)
{
	struct uuid id;
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof id);
	crypto_generichash_update(&state, (const unsigned char *)kind, strlen(kind) + 1);
	crypto_generichash_update(&state, (const unsigned char *)name, strlen(name));
	crypto_generichash_final(&state, id.b, sizeof id);
	return id;
}

#endif
