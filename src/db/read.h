/* The inside of reads: one of them (read.c), and those that are sent as one (gather.c). */
#ifndef DB_READ_H
#define DB_READ_H

#include "db/pool/inside.h"

struct bunch;

/* One statement and all who wait for its rows. */
struct read {
	struct op op;
	struct step step;
	struct waiter *waiters;
	int takers;              /* tasks that have not taken their rows yet; 0: they gave up */
	LIST_ENTRY(read) listed; /* among the shared ones under way, by `hash` */
	bool is_listed;
	uint64_t hash, commits; /* of the pool, when it was begun */
	struct read *next_spare;

	bool is_gathered;             /* waits in the gathering of its statement */
	struct gathering *counted_by; /* sent by itself from there, and not answered yet */
	struct bunch *bunch;          /* what was sent for it and others ... */
	int first, count;             /* ... and which of those rows are its own */
};

/* The read waits for the end of the turn, and then for its turn. Its statement has a gathering. */
void gather(struct read *r);

/* Takes back one that is_gathered. */
void gather_withdraw(struct read *r);

/* It was answered, if it was sent by itself; and its rows are not needed any more, if they came with others'.
 */
void gather_uncount(struct read *r);
void gather_release(struct read *r);

/* The result that holds the rows of an ended read, from r->first on. */
const PGresult *read_result(const struct read *r);

#endif
