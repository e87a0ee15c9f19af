/* Passwords that are asked for: counted and slowed down. */
#ifndef AUTH_GUESS_H
#define AUTH_GUESS_H

#include "vobe/http.h"
#include "vobe/log.h"

/*
 * Whether `password` is the one of `stored`, and *rehashed as of password_verify. An account that does not
 * exist has `stored` NULL and an id of guess_nobody(): it takes the same steps. Errors: TOO_MANY_REQUESTS
 * with the seconds to wait; UNAVAILABLE, which counts as no guess.
 */
err password_guess(struct req *rq, struct uuid account, const char *stored, const char *password, bool *right,
		   const char **rehashed);

/* That it is the account's owner who asks: NULL, or a fault of /current_password. */
struct user;
err password_wanted(struct ctx *cx, const char *current_password); /* that it was sent at all */
err password_prove(struct req *rq, const struct user *u, const char *current_password);

/* A line of the security log. `account` NULL: nobody has that name; wait_s 0: nobody has to wait. */
void tell_sign_in(struct req *rq, enum log_level level, const char *event, const struct uuid *account,
		  int wait_s);

/* A job: what was guessed at often gets a row of the audit log. */
err guesses_tell(struct ctx *cx);

#endif
