/*
 * Kept rows: of all loaders in one list, the most recently used first, within one budget. While there is
 * room a row is kept at its first reading. When there is none, the one that was used longest ago goes, but
 * only for one that is asked for more often: whoever reads a million rows once each pushes out nothing and
 * pays for no packing.
 */
#include "db/loader/cache.h"

#include "db/loader/inside.h"

#include <stdlib.h>

enum {
	MALLOC_HEAD = 16,
	LARGE = 64, /* a row may have this part of the budget */
};

static struct {
	struct cache_stats stats;
	struct entry_list kept;
} cache = {.kept = TAILQ_HEAD_INITIALIZER(cache.kept)};

static size_t cost_of(size_t row_bytes)
{
	return sizeof(struct entry) + row_bytes + 2 * MALLOC_HEAD;
}

static bool has_room(size_t cost)
{
	return cost <= cache.stats.budget - cache.stats.bytes;
}

/* Whether all that would have to go for this one are asked for less often. */
static bool is_worth(const struct entry *e, size_t cost)
{
	size_t room = cache.stats.budget - cache.stats.bytes;
	int frequency = frequency_of(e->hash);
	struct entry *other = TAILQ_LAST(&cache.kept, entry_list);

	for (; room < cost && other; other = TAILQ_PREV(other, entry_list, place)) {
		if (frequency_of(other->hash) >= frequency)
			return false;
		room += other->cost;
	}
	return room >= cost;
}

bool cache_takes(const struct entry *e, size_t row_bytes)
{
	size_t cost = cost_of(row_bytes);

	if (cost > cache.stats.budget / LARGE)
		return false;
	if (has_room(cost))
		return true;
	if (!is_worth(e, cost)) {
		cache.stats.refused++;
		return false;
	}
	while (!has_room(cost))
		cache_drop(TAILQ_LAST(&cache.kept, entry_list));
	return true;
}

void cache_keep(struct entry *e, size_t row_bytes)
{
	e->state = ENTRY_KEPT;
	e->cost = cost_of(row_bytes);
	cache.stats.bytes += e->cost;
	cache.stats.rows++;
	TAILQ_INSERT_HEAD(&cache.kept, e, place);
}

void cache_use(struct entry *e)
{
	TAILQ_REMOVE(&cache.kept, e, place);
	TAILQ_INSERT_HEAD(&cache.kept, e, place);
}

void cache_drop(struct entry *e)
{
	TAILQ_REMOVE(&cache.kept, e, place);
	cache.stats.rows--;
	cache.stats.bytes -= e->cost;
	free(e->row);
	entry_forget(e->loading, e);
}

void cache_drop_all(const struct loading *l)
{
	for (struct entry *e = TAILQ_FIRST(&cache.kept), *next; e; e = next) {
		next = TAILQ_NEXT(e, place);
		if (e->loading == l)
			cache_drop(e);
	}
}

void cache_open(size_t budget)
{
	cache.stats = (struct cache_stats){.budget = budget};
	frequency_open();
}

void cache_close(void)
{
	frequency_close();
	cache.stats = (struct cache_stats){0};
}

void cache_read_stats(struct cache_stats *out)
{
	*out = cache.stats;
}
