/*
 * Kept rows: of each loader in a list, all within one budget. While there is room a row is kept at its first
 * reading. When there is none, the one goes that is worth least of those at the lists' ends, but only for one
 * that is worth more: whoever reads a million rows once each pushes out nothing that is read often. A row
 * that was used since it was at the front goes there once more instead (the clock of Corbato, 1968): using
 * one is a bit beside what was read anyway, where moving it would wait for the memory of its neighbours.
 */
#include "db/loader/cache.h"

#include "core/memory/memory.h"
#include "db/loader/inside.h"
#include "db/loader/memo.h"
#include "vobe/clock.h"

#include <stdlib.h>

enum {
	MALLOC_HEAD = 8, /* in front of each piece, and all are multiples of MALLOC_STEP */
	MALLOC_STEP = 16,
	BUCKETS = 2 * sizeof(struct entry *), /* for each entry, when a table has just grown */
	MEMOS = 12,                           /* memos have this part of the budget: 4 MiB of 48 */
	LARGE = 64,                           /* a row may have this part of the budget */
	TURNS = 4,                            /* of a list at one look, so that no look is long */
};

static struct {
	struct cache_stats stats;
	struct loading *keeping;
} cache;

static size_t cost_of(size_t row_bytes)
{
	size_t piece = offsetof(struct kept, row) + row_bytes + MALLOC_HEAD;
	return (piece + MALLOC_STEP - 1) / MALLOC_STEP * MALLOC_STEP + BUCKETS;
}

static bool has_room(size_t cost)
{
	return cost <= cache.stats.budget - cache.stats.bytes;
}

/*
 * What a row is worth: how often it was asked for, and what it costs. One that is asked for as often as
 * another and takes a tenth of the bytes saves more reads in the same room; but a large row is dearer to read
 * (a post some three times a count), so the bytes weigh as their root does. Both are squared here. The first
 * time counts half: of a name that is not much, and more than of a page of text that was not asked for again.
 */
struct worth {
	uint64_t asked_squared;
	size_t cost;
};

static struct worth worth_of(const struct loading *l, struct uuid id, size_t row_bytes)
{
	int frequency = frequency_of(entry_hash(l, id));
	uint64_t asked =
		frequency > 1 ? 2 * (uint64_t)frequency - 1 : 1; /* 0: so long ago that it was halved */
	return (struct worth){asked * asked, cost_of(row_bytes)};
}

static bool is_less(struct worth a, struct worth b)
{
	return a.asked_squared * b.cost < b.asked_squared * a.cost;
}

/* NULL: nothing of the loader is kept. */
static struct kept *next_to_go(struct loading *l)
{
	struct kept *last = TAILQ_LAST(&l->kept, kept_list);
	for (int i = 0; i < TURNS && last && last->is_used; i++) {
		last->is_used = false;
		TAILQ_REMOVE(&l->kept, last, place);
		TAILQ_INSERT_HEAD(&l->kept, last, place);
		last = TAILQ_LAST(&l->kept, kept_list);
	}
	return last;
}

/* Drops the one that is worth least, if that is less than this. */
static bool drop_for(struct worth comer)
{
	struct loading *from = NULL;
	struct worth least = comer;
	for (struct loading *l = cache.keeping; l; l = l->next_keeping) {
		const struct kept *last = next_to_go(l);
		struct worth worth;
		if (last && is_less(worth = worth_of(l, last->entry.id, last->row_bytes), least)) {
			from = l;
			least = worth;
		}
	}
	if (from)
		cache_drop(from, TAILQ_LAST(&from->kept, kept_list));
	return from != NULL;
}

static bool makes_room(const struct loading *l, struct uuid id, size_t row_bytes)
{
	size_t cost = cost_of(row_bytes);

	if (cost > cache.stats.budget / LARGE)
		return false;
	if (has_room(cost))
		return true;
	struct worth comer = worth_of(l, id, row_bytes);
	while (!has_room(cost))
		if (!drop_for(comer)) {
			cache.stats.refused++;
			return false;
		}
	return true;
}

struct kept *cache_keep(struct loading *l, struct uuid id, size_t row_bytes)
{
	if (!makes_room(l, id, row_bytes))
		return NULL;
	struct kept *k = memory_take(offsetof(struct kept, row) + row_bytes);
	k->entry =
		(struct entry){.id = id, .state = ENTRY_KEPT, .kept_s = (uint32_t)(clock_mono() / SECOND_US)};
	k->row_bytes = row_bytes & INT32_MAX;
	k->is_used = false;
	entry_list(l, &k->entry);
	TAILQ_INSERT_HEAD(&l->kept, k, place);
	cache.stats.bytes += cost_of(row_bytes);
	cache.stats.rows++;
	return k;
}

void cache_drop(struct loading *l, struct kept *k)
{
	TAILQ_REMOVE(&l->kept, k, place);
	cache.stats.rows--;
	cache.stats.bytes -= cost_of(k->row_bytes);
	entry_unlist(l, &k->entry);
	free(k);
}

void cache_join(struct loading *l)
{
	l->next_keeping = cache.keeping;
	cache.keeping = l;
}

void cache_leave(struct loading *l)
{
	struct loading **link = &cache.keeping;
	while (*link && *link != l)
		link = &(*link)->next_keeping;
	if (*link)
		*link = l->next_keeping;
	while (!TAILQ_EMPTY(&l->kept))
		cache_drop(l, TAILQ_FIRST(&l->kept));
}

void cache_open(size_t budget)
{
	cache.stats = (struct cache_stats){.budget = budget, .bytes = memos_open(budget / MEMOS)};
	frequency_open();
}

void cache_close(void)
{
	frequency_close();
	memos_close();
	cache.stats = (struct cache_stats){0};
}

void cache_read_stats(struct cache_stats *out)
{
	*out = cache.stats;
}
