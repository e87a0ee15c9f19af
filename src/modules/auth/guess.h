/* How often one may guess a password: right and wrong ones, counted where they come from and by account. */
#ifndef AUTH_GUESS_H
#define AUTH_GUESS_H

#include "vobe/http.h"

/*
 * A guess is counted by account and network together: `login_attempts` in `login_window`. Beside it stand the
 * failures: of an account from everywhere, and of an account from one network. After 10, 50 and 100 of them
 * half as many guesses are given at first and then one a minute, one in ten minutes and one an hour (by the
 * settings as shipped); a failure is forgotten after a quarter of an hour. For an address that signed in
 * before, only the failures from there count. So strangers slow down one another and every new network, and
 * never take away its first guesses: whoever knows the password gets in. Networks are single addresses of
 * IPv4 and the /64 of IPv6, beside which the /48 has four times as much.
 */
void guesses_open(void);

/*
 * Whether `password` is the one of `stored`, and *rehashed as of password_verify. An account that does not
 * exist has `stored` NULL and an id of guess_nobody(): it takes the same steps. Errors: TOO_MANY_REQUESTS
 * with the seconds to wait; UNAVAILABLE, which counts as no guess.
 */
err password_guess(struct req *rq, struct uuid account, const char *stored, const char *password, bool *right,
		   const char **rehashed);
struct uuid guess_nobody(const char *folded); /* always the same for one name, and nobody's */

/* That it is the account's owner who asks: NULL, or a fault of /current_password. */
struct user;
err password_prove(struct req *rq, const struct user *u, const char *current_password);

/* A job: what was guessed at often gets a row of the audit log. */
err guesses_tell(struct ctx *cx);

#endif
