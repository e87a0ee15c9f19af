/* How often one may guess a password: right and wrong ones, counted where they come from and by account. */
#ifndef VOBE_GUESSES_H
#define VOBE_GUESSES_H

#include "vobe/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A guess is counted by account and network together: `most` within `within_s`. Beside it stand the
 * failures: of an account from everywhere, and of an account from one network. After 10, 50 and 100 of them
 * half as many guesses are given at first and then one a minute, one in ten minutes and one an hour (with 5
 * in 20 s); a failure is forgotten after a quarter of an hour. For an address that signed in
 * before, only the failures from there count. So strangers slow down one another and every new network, and
 * never take away its first guesses: whoever knows the password gets in. Networks are single addresses of
 * IPv4 and the /64 of IPv6, beside which the /48 has four times as much.
 */
void guesses_open(int64_t most, int64_t within_s); /* forgets all counts */

/* Where a guess comes from, narrow and wide. */
struct guess_network {
	uint8_t at[16];
	size_t narrow, wide; /* bytes; wide 0: none */
};

struct guess {
	struct uuid account;
	struct guess_network from;
	bool exists; /* whether the account does: others are never told of */
	bool known;  /* whether it signed in from there before */
};

/* Neither existing nor known. */
struct guess guess_of(struct uuid account, const char *address);
struct uuid guess_nobody(const char *folded); /* always the same for one name, and nobody's */

/*
 * 0: guess now; it counts as a failure until it is known to be right, so guesses under way at once are all
 * counted. Else the seconds to wait, and nothing is counted.
 */
int guess_begin(const struct guess *g);
void guess_was_right(const struct guess *g);
void guess_was_not_made(const struct guess *g);

/* Accounts whose failures have reached 10, 50 or 100 since the last call; how many. */
struct guess_burst {
	struct uuid account;
	int failures;
};
int guesses_take_bursts(struct guess_burst *out, int room);

#endif
