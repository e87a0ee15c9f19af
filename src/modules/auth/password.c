/* Passwords: hashing, and what an account may not choose. What is hashed is the NFC form, so that every
 * keyboard gives the same password. */
#include "modules/auth/password.h"
#include "modules/auth/user.h"
#include "vobe/lent.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>

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
	lent_begin();
	h->fine = !crypto_pwhash_str_alg(h->hash, h->password, strlen(h->password), h->passes, h->memory,
					 crypto_pwhash_ALG_ARGON2ID13);
	lent_end();
}

static void verify(void *arg)
{
	struct hashing *h = arg;
	lent_begin();
	h->fine = !crypto_pwhash_str_verify(h->hash, h->password, strlen(h->password));
	lent_end();
}

bool password_equal(struct ctx *cx, const char *a, const char *b)
{
	return !strcmp(text_nfc(cx->arena, a), text_nfc(cx->arena, b));
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

err password_must_fit(struct ctx *cx, const char *pointer, const char *password, const struct user *u)
{
	struct arena *a = cx->arena;
	const char *folded = text_fold(a, password), *fault = password_rule(a, &password);
	const char *local = arena_strn(a, u->email_fold, strcspn(u->email_fold, "@"));
	if (password_is_made_of(a, folded, u->username_fold))
		fault = "Do not use your username as your password.";
	if (!strcmp(folded, u->email_fold) || password_is_made_of(a, folded, local))
		fault = "Do not use your e-mail address as your password.";
	return fault ? problem_fault(cx, pointer, "invalid", "%s", fault) : NULL;
}
