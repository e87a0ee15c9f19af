/* Rows that loaders keep: one budget for all of them. */
#ifndef DB_CACHE_H
#define DB_CACHE_H

#include <stddef.h>
#include <stdint.h>

/* Before the first load. `budget` in bytes is for rows and what they are found by; 0: nothing is kept. */
void cache_open(size_t budget);

/* After the last pool was closed. */
void cache_close(void);

/* For whoever looks after the server. */
struct cache_stats {
	size_t budget, bytes; /* `bytes` never exceeds `budget`; memos are in it */
	int rows;
	uint64_t refused; /* rows that were not worth as much as those in whose place they would have come */
};
void cache_read_stats(struct cache_stats *out);

#endif
