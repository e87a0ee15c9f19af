/*
 * The inside of a loader. entries.c is its table, frequency.c knows how often an id is asked for, cache.c
 * which rows are kept, memo.c what is remembered of others, loader.c asks the database for the ids wanted,
 * load.c is one call that wants some: each knows only those before it.
 */
#ifndef DB_LOADER_INSIDE_H
#define DB_LOADER_INSIDE_H

#include "db/loader/frequency.h"
#include "db/pool/inside.h"

#include <sys/queue.h>

enum entry_state { ENTRY_WANTED, ENTRY_SENT, ENTRY_KEPT };

/* Somebody who waits for an entry: `load->out[index]`. In the arena of the waiting ctx. */
struct want {
	struct want *next;    /* of the same entry */
	struct want *sibling; /* of the same load */
	struct load *load;
	struct asked *entry; /* NULL: answered */
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

/* What is found by an id: an asked or a kept one, by its state. */
struct entry {
	struct entry *next; /* in its bucket */
	struct uuid id;
	enum entry_state state;
	uint32_t kept_s; /* KEPT only: since when, by the monotonic clock */
};

/* WANTED or SENT. */
struct asked {
	struct entry entry;
	TAILQ_ENTRY(asked) place; /* in `wanted` */
	bool is_listed;           /* found by id; not after it was superseded by a newer read */
	bool is_stale;            /* forgotten since it was sent: must not be kept */
	uint64_t commits;         /* of the pool, when it was sent */
	struct want *wants;
	const struct fetch *fetch; /* SENT only, and its place there */
	int at;
};

/* KEPT, with its row behind it: one piece of malloc's. */
struct kept {
	struct entry entry;
	TAILQ_ENTRY(kept) place; /* among those of its loader */
	uint32_t row_bytes : 31;
	uint32_t is_used : 1; /* since it came to the front */
	char row[];           /* packed, but for its key */
};

TAILQ_HEAD(asked_list, asked);
TAILQ_HEAD(kept_list, kept);

struct loading {
	struct loading *next; /* of the pool */
	struct loading *next_keeping;
	struct loader *loader;
	struct pool *pool;
	const struct prepared *prepared;
	int key_column;
	struct entry **buckets;
	size_t bucket_count, entry_count;
	struct asked_list wanted;
	struct kept_list kept;
	struct asked *spare; /* for the next ids: warm, and no malloc */
	int wanted_count, spare_count, under_way;
};

/* The entry that is found by the id; NULL: none. */
struct entry *entry_find(const struct loading *l, struct uuid id);

/* Has the processor fetch where it hangs, and, when that is there, the first that hangs there. */
void bucket_warm(const struct loading *l, struct uuid id);
void chain_warm(const struct loading *l, struct uuid id);

/* What frequency.c knows it by. */
uint64_t entry_hash(const struct loading *l, struct uuid id);

/* From now on it is found, or no longer. */
void entry_list(struct loading *l, struct entry *e);
void entry_unlist(struct loading *l, struct entry *e);

/* A WANTED one, found from now on. */
struct asked *asked_new(struct loading *l, struct uuid id);

/* No longer found, if it was; those who wait for it keep it. */
void asked_unlist(struct loading *l, struct asked *e);

/* One that waits no more. */
void asked_forget(struct loading *l, struct asked *e);

/* The first buckets, or twice as many; and the end of them and of the spare entries. */
void entries_grow(struct loading *l);
void entries_close(struct loading *l);

/* The loader keeps rows from now on; and no more, then all its rows are gone. */
void cache_join(struct loading *l);
void cache_leave(struct loading *l);

/*
 * A KEPT entry with room for a row of so many bytes, found from now on; others may have gone for it. NULL: it
 * is not worth that. One that was used is looked at again before it goes; one that is dropped is gone with
 * its row.
 */
struct kept *cache_keep(struct loading *l, struct uuid id, size_t row_bytes);
void cache_drop(struct loading *l, struct kept *k);

/* NULL: the declaration is at fault, and the log says so. */
struct loading *loading_of(struct loader *ld);

/* Before several are looked for: they wait for memory together, not one after the other. */
void entries_warm(const struct loading *l, const struct uuid *ids, int count);

/* The entry to wait for, new or joined; or a KEPT one. */
struct entry *entry_for(struct loading *l, struct uuid id);

/* The row of a KEPT entry, in the arena. */
void *answer_kept(struct loading *l, struct entry *e, struct arena *a);

#endif
