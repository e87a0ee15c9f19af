/* Passwords: at what cost they are hashed, and what an account may not choose. What is hashed is the NFC
 * form, so that every keyboard gives the same password. */
#include "modules/auth/password.h"
#include "modules/auth/user.h"
#include "vobe/argon2.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <string.h>

static char dummy_hash[128];

static struct argon2_cost cost(void)
{
	return (struct argon2_cost){(unsigned long long)option_int("auth", "argon2_passes"),
				    (size_t)option_int("auth", "argon2_memory")};
}

err password_hash(struct ctx *cx, const char *password, const char **out)
{
	return argon2_hash(cx, text_nfc(cx->arena, password), cost(), out);
}

err password_verify(struct ctx *cx, const char *password, const char *stored, bool *right,
		    const char **rehashed)
{
	const bool is_set = stored && strcmp(stored, NO_PASSWORD) != 0;
	const char *hash = is_set ? stored : dummy_hash;
	bool fine, outdated;
	*rehashed = NULL;
	TRY(argon2_verify(cx, text_nfc(cx->arena, password), cost(), hash, &fine, &outdated));
	*right = fine && is_set;
	err e = *right && outdated ? password_hash(cx, password, rehashed) : NULL;
	return problem_is(e, UNAVAILABLE) ? NULL : e; /* next time, then */
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

err password_may_follow(struct ctx *cx, const char *current, const char *next, const struct user *u)
{
	TRY(password_must_fit(cx, "/new_password", next, u));
	if (!current || strcmp(text_nfc(cx->arena, current), text_nfc(cx->arena, next)) != 0)
		return NULL;
	return problem_fault(cx, "/new_password", "unchanged",
			     "Is what current_password is: choose another one.");
}
