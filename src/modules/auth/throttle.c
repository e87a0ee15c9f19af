/*
 * Token buckets by name. The table is fixed and a name's bucket is a keyed hash of it: nobody can choose whose bucket they
 * share, and two names that do by chance have one allowance together.
 */
#include "modules/auth/password.h"
#include "vobe/clock.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>

enum { BUCKETS = 16384 };

static struct bucket {
	double spent; /* attempts not yet forgiven */
	int64_t at;   /* clock_mono when that was true */
} buckets[BUCKETS];
static uint8_t hash_key[crypto_shorthash_KEYBYTES];

void throttle_open(void)
{
	memset(buckets, 0, sizeof buckets);
	crypto_shorthash_keygen(hash_key);
}

static struct bucket *bucket_of(const char *folded)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t index;
	crypto_shorthash(hash, (const uint8_t *)folded, strlen(folded), hash_key);
	memcpy(&index, hash, sizeof index);
	return &buckets[index % BUCKETS];
}

static err wait_first(struct ctx *cx, double us)
{
	struct problem *p = arena_copy(cx->arena, TOO_MANY_REQUESTS, sizeof *p);
	p->retry_after_s = (int)(us / SECOND_US) + 1;
	return p;
}

err throttle_attempt(struct ctx *cx, const char *name)
{
	const double most = (double)option_int("auth", "login_attempts");
	const double per_us = most / ((double)option_int("auth", "login_window") * SECOND_US);
	struct bucket *b = bucket_of(text_fold(cx->arena, name));
	const int64_t now = clock_mono();
	const double forgiven = (double)(now - b->at) * per_us;

	b->spent = b->spent > forgiven ? b->spent - forgiven : 0;
	b->at = now;
	if (b->spent + 1 > most)
		return wait_first(cx, (b->spent + 1 - most) / per_us);
	b->spent += 1;
	return NULL;
}
