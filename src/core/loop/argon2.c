/* See argon2.h. */
#include "vobe/argon2.h"

#include "vobe/lent.h"

#include <sodium.h>
#include <string.h>

/* One job for a worker thread; it lives on the task's stack until the job has ended. */
struct hashing {
	const char *password;
	struct argon2_cost cost;
	bool fine;
	char hash[crypto_pwhash_STRBYTES];
};

static void hash(void *arg)
{
	struct hashing *h = arg;
	lent_begin();
	h->fine = !crypto_pwhash_str_alg(h->hash, h->password, strlen(h->password), h->cost.passes,
					 h->cost.memory, crypto_pwhash_ALG_ARGON2ID13);
	lent_end();
}

static void verify(void *arg)
{
	struct hashing *h = arg;
	lent_begin();
	h->fine = !crypto_pwhash_str_verify(h->hash, h->password, strlen(h->password));
	lent_end();
}

err argon2_hash(struct ctx *cx, const char *password, struct argon2_cost cost, const char **out)
{
	struct hashing h = {.password = password, .cost = cost};
	TRY(offload(cx, hash, &h));
	if (!h.fine)
		return UNAVAILABLE; /* no memory for it now */
	*out = arena_str(cx->arena, h.hash);
	return NULL;
}

err argon2_verify(struct ctx *cx, const char *password, struct argon2_cost cost, const char *stored,
		  bool *is_right, bool *is_outdated)
{
	struct hashing h = {.password = password, .cost = cost};
	memccpy(h.hash, stored, '\0', sizeof h.hash - 1);
	TRY(offload(cx, verify, &h));
	*is_right = h.fine;
	*is_outdated = h.fine && crypto_pwhash_str_needs_rehash(h.hash, cost.passes, cost.memory);
	return NULL;
}
