/* See revoked.h. */
#include "vobe/revoked.h"

#include "vobe/arena.h"
#include "vobe/clock.h"

#include <string.h>

enum { ROOM_LEAST = 64 };

/* Open addressing, at most half full, a power of two. Rebuilding leaves out what no longer matters. */
static struct {
	struct arena *arena;
	struct revoked *entries;
	uint32_t room, used;
} set;

static void allot(uint32_t room)
{
	set.arena = arena_new();
	set.entries = ARENA_ARRAY(set.arena, struct revoked, room);
	set.room = room;
	set.used = 0;
}

void revoked_close(void)
{
	if (set.arena)
		arena_free(set.arena);
	set.arena = NULL;
}

void revoked_open(void)
{
	revoked_close();
	allot(ROOM_LEAST);
}

/* The entry of the id, or the free one where it would go. The last bytes of an id are random. */
static struct revoked *place_of(struct uuid id)
{
	uint32_t i;
	memcpy(&i, id.b + 12, sizeof i);
	for (;; i++) {
		struct revoked *e = &set.entries[i & (set.room - 1)];
		if (uuid_is_nil(e->id) || uuid_equal(e->id, id))
			return e;
	}
}

static void place(const struct revoked *e)
{
	struct revoked *at = place_of(e->id);
	set.used += uuid_is_nil(at->id);
	*at = *e;
}

static void rebuild(int64_t now)
{
	struct arena *old_arena = set.arena;
	const struct revoked *old = set.entries;
	const uint32_t old_room = set.room;
	uint32_t live = 0, room = ROOM_LEAST;
	for (uint32_t i = 0; i < old_room; i++)
		live += old[i].until > now;
	while (room < live * 4)
		room *= 2;
	allot(room);
	for (uint32_t i = 0; i < old_room; i++)
		if (old[i].until > now)
			place(&old[i]);
	arena_free(old_arena);
}

const struct revoked *revoked_find(struct uuid id)
{
	const struct revoked *e = place_of(id);
	return e->until > clock_now() ? e : NULL;
}

void revoked_put(const struct revoked *it)
{
	if (set.used * 2 >= set.room)
		rebuild(clock_now());
	place(it);
}
