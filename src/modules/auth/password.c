/*
 * Passwords: rules, hashing, and how often one may guess. What is hashed is the NFC form, so that every
 * keyboard gives the same password.
 */
#include "modules/auth/password.h"
#include "modules/auth/user.h"
#include "vobe/clock.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_LEAST = 8, LENGTH_MOST = 128 }; /* code points */

static const char *const common[] = {
#include "modules/auth/common_passwords.inc"
};

static char dummy_hash[crypto_pwhash_STRBYTES];

/* One job for a worker thread; it lives on the task's stack until the job has ended. */
struct hashing {
	const char *password;
	unsigned long long passes;
	size_t memory; /* bytes */
	bool fine;
	char hash[crypto_pwhash_STRBYTES];
};

static struct hashing hashing_of(struct arena *a, const char *password)
{
	return (struct hashing){
		.password = text_nfc(a, password),
		.passes = (unsigned long long)option_int("auth", "argon2_passes"),
		.memory = (size_t)option_int("auth", "argon2_memory"),
	};
}

static void hash(void *arg)
{
	struct hashing *h = arg;
	h->fine = !crypto_pwhash_str_alg(h->hash, h->password, strlen(h->password), h->passes, h->memory,
					 crypto_pwhash_ALG_ARGON2ID13);
}

static void verify(void *arg)
{
	struct hashing *h = arg;
	h->fine = !crypto_pwhash_str_verify(h->hash, h->password, strlen(h->password));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

const char *password_rule(struct arena *a, const void *value)
{
	const char *password = text_nfc(a, *(const char *const *)value);
	const size_t length = utf8_length(password);
	if (length < LENGTH_LEAST || length > LENGTH_MOST)
		return arena_fmt(a, "Use %d to %d characters.", LENGTH_LEAST, LENGTH_MOST);
	if (bsearch(text_fold(a, password), common, sizeof common / sizeof *common, sizeof *common, by_text))
		return "This is one of the passwords that are tried first; choose another one.";
	return NULL;
}

err password_must_fit(struct ctx *cx, const char *pointer, const char *password, const struct user *u)
{
	const char *folded = text_fold(cx->arena, password), *fault = password_rule(cx->arena, &password);
	const size_t local = strcspn(u->email_fold, "@");
	if (!strcmp(folded, u->username_fold))
		fault = "Do not use your username as your password.";
	if (!strcmp(folded, u->email_fold) ||
	    (strlen(folded) == local && !strncmp(folded, u->email_fold, local)))
		fault = "Do not use your e-mail address as your password.";
	return fault ? problem_fault(cx, pointer, "invalid", "%s", fault) : NULL;
}

err password_hash(struct ctx *cx, const char *password, const char **out)
{
	struct hashing h = hashing_of(cx->arena, password);
	TRY(offload(cx, hash, &h));
	if (!h.fine)
		return UNAVAILABLE; /* no memory for it now */
	*out = arena_str(cx->arena, h.hash);
	return NULL;
}

err password_verify(struct ctx *cx, const char *password, const char *stored, bool *right,
		    const char **rehashed)
{
	struct hashing h = hashing_of(cx->arena, password);
	const bool is_set = stored && strcmp(stored, NO_PASSWORD) != 0;
	*rehashed = NULL;
	memccpy(h.hash, is_set ? stored : dummy_hash, '\0', sizeof h.hash - 1);
	TRY(offload(cx, verify, &h));
	*right = h.fine && is_set;
	if (!*right || !crypto_pwhash_str_needs_rehash(h.hash, h.passes, h.memory))
		return NULL;
	err e = password_hash(cx, password, rehashed);
	return e && problem_is(e, UNAVAILABLE) ? NULL : e; /* next time, then */
}

err passwords_open(struct ctx *cx)
{
	const char *made;
	TRY(password_hash(cx, "the password of nobody", &made));
	memcpy(dummy_hash, made, strlen(made) + 1);
	return NULL;
}

/*
 * Token buckets by name. A name's bucket is a keyed hash of it: nobody can choose whose bucket they share,
 * and two names that do by chance have one allowance together.
 */
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

err throttle_attempt(struct ctx *cx, const char *name)
{
	const double most = (double)option_int("auth", "login_attempts");
	const double per_us = most / ((double)option_int("auth", "login_window") * SECOND_US);
	struct bucket *b = bucket_of(text_fold(cx->arena, name));
	const int64_t now = clock_mono();
	const double forgiven = (double)(now - b->at) * per_us;

	b->spent = b->spent > forgiven ? b->spent - forgiven : 0;
	b->at = now;
	if (b->spent + 1 <= most) {
		b->spent += 1;
		return NULL;
	}
	struct problem *later = arena_copy(cx->arena, TOO_MANY_REQUESTS, sizeof *later);
	later->retry_after_s = (int)((b->spent + 1 - most) / per_us / SECOND_US) + 1;
	return later;
}
