/*
 * The time the house believes in, of three clocks: this machine's wall, its clock since boot, and the
 * database's. None is trusted alone: a wall that steps by hours is not followed until it has lasted ten
 * minutes, so that what is stamped while it is wrong leads no feed and outlives nothing.
 */
#ifndef CORE_HOUSE_CLOCK_H
#define CORE_HOUSE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* All in microseconds. */
struct house_clock {
	int64_t offset;       /* of the believed time, to the clock since boot */
	int64_t stepped_at;   /* since boot: when wall and database stepped together; 0: they did not */
	int64_t leapt_at;     /* since boot: when the database's clock leapt by itself; 0: it did not */
	int64_t database, at; /* its last word, and when, since boot; 0: none yet */
	bool agrees;          /* all three, at the last word */
};

/* Before the first reading. */
void house_clock_begin(struct house_clock *h, int64_t wall, int64_t boot);

/* The believed time. */
int64_t house_clock_now(const struct house_clock *h, int64_t wall, int64_t boot);

/* A word of the database. */
void house_clock_hear(struct house_clock *h, int64_t database, int64_t wall, int64_t boot);

#endif
