/* The entries of a loader: by id in a table of chains, spare ones of those asked for kept for the next ids.
 */
#include "core/memory/memory.h"
#include "db/loader/inside.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_LEAST = 64, SPARE_MAX = 256 };

/*
 * Ids are made of time and chance; the chance is at the end. Read as a big number and multiplied twice: those
 * that count up, in decimal digits even, hung five and ten in one bucket after the first. Two loaders may
 * have rows of one id.
 */
uint64_t entry_hash(const struct loading *l, struct uuid id)
{
	uint64_t tail;
	memcpy(&tail, id.b + 8, sizeof tail);
	uint64_t spread = be64toh(tail) * UINT64_C(0x9E3779B97F4A7C15);
	uint64_t hash = (spread ^ spread >> 32 ^ (uintptr_t)l) * UINT64_C(0xD6E8FEB86659FD93);
	return hash ^ hash >> 32;
}

static size_t bucket_of(const struct loading *l, struct uuid id)
{
	return (size_t)entry_hash(l, id) & (l->bucket_count - 1);
}

struct entry *entry_find(const struct loading *l, struct uuid id)
{
	struct entry *e = l->buckets[bucket_of(l, id)];
	while (e && !uuid_equal(e->id, id))
		e = e->next;
	return e;
}

void bucket_warm(const struct loading *l, struct uuid id)
{
	__builtin_prefetch(&l->buckets[bucket_of(l, id)], 1);
}

void chain_warm(const struct loading *l, struct uuid id)
{
	__builtin_prefetch(l->buckets[bucket_of(l, id)]);
}

static void chain(struct loading *l, struct entry *e)
{
	struct entry **bucket = &l->buckets[bucket_of(l, e->id)];
	e->next = *bucket;
	*bucket = e;
}

void entries_grow(struct loading *l)
{
	struct entry **old = l->buckets;
	size_t old_count = l->bucket_count;
	l->bucket_count = old_count ? 2 * old_count : BUCKETS_LEAST;
	l->buckets = memory_take(l->bucket_count * sizeof(struct entry *));
	memset(l->buckets, 0, l->bucket_count * sizeof(struct entry *));
	for (size_t i = 0; i < old_count; i++)
		for (struct entry *e = old[i], *next; e; e = next) {
			next = e->next;
			chain(l, e);
		}
	free(old);
}

void entry_list(struct loading *l, struct entry *e)
{
	if (l->entry_count >= l->bucket_count)
		entries_grow(l);
	chain(l, e);
	l->entry_count++;
}

void entry_unlist(struct loading *l, struct entry *e)
{
	struct entry **link = &l->buckets[bucket_of(l, e->id)];
	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	l->entry_count--;
}

static struct asked *asked_take(struct loading *l)
{
	struct asked *e = l->spare;
	if (!e)
		return memory_take(sizeof *e);
	l->spare = (struct asked *)e->entry.next;
	l->spare_count--;
	return e;
}

struct asked *asked_new(struct loading *l, struct uuid id)
{
	struct asked *e = asked_take(l);
	*e = (struct asked){.entry = {.id = id, .state = ENTRY_WANTED}, .is_listed = true};
	entry_list(l, &e->entry);
	TAILQ_INSERT_TAIL(&l->wanted, e, place);
	l->wanted_count++;
	return e;
}

void asked_unlist(struct loading *l, struct asked *e)
{
	if (e->is_listed)
		entry_unlist(l, &e->entry);
	e->is_listed = false;
}

void asked_forget(struct loading *l, struct asked *e)
{
	asked_unlist(l, e);
	if (l->spare_count == SPARE_MAX) {
		free(e);
		return;
	}
	e->entry.next = l->spare ? &l->spare->entry : NULL;
	l->spare = e;
	l->spare_count++;
}

void entries_close(struct loading *l)
{
	while (l->spare)
		free(asked_take(l));
	free(l->buckets);
}
