/* See seal.h. */
#include "http/answer/seal.h"

#include "http/server.h"

#include <sodium.h>
#include <string.h>

static unsigned char key[crypto_shorthash_KEYBYTES];

void seals_open(void)
{
	randombytes_buf(key, sizeof key);
}

void http_seal_with(const void *secret, size_t len)
{
	crypto_generichash(key, sizeof key, secret, len, NULL, 0);
}

uint64_t seal(const void *bytes, size_t len)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t number;

	crypto_shorthash(hash, bytes, len, key);
	memcpy(&number, hash, sizeof number);
	return number;
}
