/*
 * The inside of a loader. entries.c is its table, frequency.c knows how often an id is asked for, cache.c
 * which rows are kept, loader.c asks the database for the ids wanted, load.c is one call that wants some:
 * each knows only those before it.
 */
#ifndef DB_LOADER_INSIDE_H
#define DB_LOADER_INSIDE_H

#include "db/pool/inside.h"

#include <sys/queue.h>

enum entry_state { ENTRY_WANTED, ENTRY_SENT, ENTRY_KEPT };

/* Somebody who waits for an entry: `load->out[index]`. In the arena of the waiting ctx. */
struct want {
	struct want *next;    /* of the same entry */
	struct want *sibling; /* of the same load */
	struct load *load;
	struct entry *entry; /* NULL: answered */
	int index;
};

/*
 * What a task waits for: all loads that it has begun ahead, whichever it asks for first. It needs all of
 * them, and being woken for each would cost more than the rows.
 */
struct wait {
	struct task *task;
	bool is_awaited;
	int loads; /* that are not answered */
};

/* One call of db_load; or of db_load_ahead, then in the arena, which gives it up if nobody takes it. */
struct load {
	struct load *next; /* begun before it in the same arena */
	bool is_taken;     /* one that was begun ahead, by its db_load */
	struct loading *loading;
	const struct uuid *ids;
	int count;
	struct wait *wait;
	struct arena *arena;
	const void **out;
	struct want *wants;
	int missing; /* wants not answered */
	err fault;
};

struct entry {
	TAILQ_ENTRY(entry) place; /* in `wanted`, or among the kept ones of all loaders */
	struct entry *next;       /* in its bucket */
	struct loading *loading;
	struct uuid id;
	uint64_t hash; /* of the id and the loader: for frequency.c */
	enum entry_state state;
	bool is_listed;   /* found by id; not after it was superseded by a newer read */
	bool is_stale;    /* forgotten since it was sent: must not be kept */
	uint64_t commits; /* of the pool, when it was sent */
	int64_t kept_us;
	char *row; /* packed; KEPT only, and what it costs in bytes */
	size_t cost;
	struct want *wants;
	const struct fetch *fetch; /* SENT only, and its place there */
	int at;
};

TAILQ_HEAD(entry_list, entry);

struct loading {
	struct loading *next; /* of the pool */
	struct loader *loader;
	struct pool *pool;
	const struct prepared *prepared;
	int key_column;
	struct entry **buckets;
	size_t bucket_count, entry_count;
	struct entry_list wanted;
	struct entry *spare; /* for the next ids: warm, and no malloc */
	int wanted_count, spare_count, under_way;
};

/* The entry that is found by the id; NULL: none. */
struct entry *entry_find(const struct loading *l, struct uuid id);

/* What frequency.c knows it by. */
uint64_t entry_hash(const struct loading *l, struct uuid id);

/* A WANTED one, found from now on. */
struct entry *entry_new(struct loading *l, struct uuid id);

/* No longer found; those who wait for it keep it. */
void entry_unlist(struct loading *l, struct entry *e);

/* One that waits no more, and has no row. */
void entry_forget(struct loading *l, struct entry *e);

/* The first buckets, or twice as many; and the end of them and of the spare entries. */
void entries_grow(struct loading *l);
void entries_close(struct loading *l);

void frequency_open(void);
void frequency_close(void);
void frequency_note(uint64_t hash);
int frequency_of(uint64_t hash); /* 0 to 15 */

/*
 * Whether a row of so many bytes, packed, may be kept for this entry; others may have gone for it. Then it is
 * packed and kept. A KEPT one that is used comes to the front; one that is dropped is gone with its row.
 */
bool cache_takes(const struct entry *e, size_t row_bytes);
void cache_keep(struct entry *e, size_t row_bytes);
void cache_use(struct entry *e);
void cache_drop(struct entry *e);
void cache_drop_all(const struct loading *l);

/* NULL: the declaration is at fault, and the log says so. */
struct loading *loading_of(struct loader *ld);

/* The entry to wait for, new or joined; or a KEPT one. */
struct entry *entry_for(struct loading *l, struct uuid id);

/* The row of a KEPT entry, in the arena. */
void *answer_kept(struct loading *l, struct entry *e, struct arena *a);

#endif
