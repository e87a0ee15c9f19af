/* Deadlines, earliest first: a binary heap of members of whatever waits. One loop timer serves them all. */
#ifndef CORE_DEADLINES_H
#define CORE_DEADLINES_H

#include <stdint.h>

struct deadline {
	int64_t at; /* monotonic microseconds */
	int place;  /* in the heap, from 1; 0: not in it */
};

/* In the heap at `at`, wherever it was before. */
void deadline_set(struct deadline *d, int64_t at);

/* Out of the heap; may be so already. */
void deadline_clear(struct deadline *d);

/* The earliest, or NULL. */
struct deadline *deadline_first(void);

/* Gives the heap's memory back; it must be empty. */
void deadlines_close(void);

#endif
