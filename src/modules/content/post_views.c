/*
 * Views: each reader of a post counts once in 8 hours. Readers are remembered per instance and as hashes;
 * under pressure the oldest are forgotten.
 */
#include "modules/content/post_views.h"

#include "modules/content/post_flush.h"

#include <string.h>

enum {
	SEEN_LINES = 1 << 16, /* of WAYS readers each: 4 MiB */
	WAYS = 8,             /* one line of the processor's cache */
	AGAIN_MINUTES = 8 * 60,
};

/* Readers: 48 bits of hash, 16 bits of time in minutes (round after 45 days); 0 is an empty place. */
struct line {
	uint64_t at[WAYS];
};

static struct {
	struct arena *arena; /* of `seen`; NULL: nobody has read yet */
	struct line *seen;
	uint64_t seed;
} views;

static struct line *line_of(uint64_t hash)
{
	return &views.seen[(hash >> 16) & (SEEN_LINES - 1)];
}

static int age_of(uint64_t entry, uint16_t minute)
{
	return entry ? (uint16_t)(minute - (uint16_t)entry) : UINT16_MAX + 1;
}

static bool is_same(uint64_t entry, uint64_t hash)
{
	return !((entry ^ hash) >> 16);
}

/* Where the reader is, or else may be put: in place of the one who has not been here for longest. */
static uint64_t *reader_place(uint64_t hash, uint16_t minute)
{
	uint64_t *at = line_of(hash)->at, *oldest = at;
	for (int i = 0; i < WAYS; i++) {
		if (is_same(at[i], hash))
			return &at[i];
		if (age_of(at[i], minute) > age_of(*oldest, minute))
			oldest = &at[i];
	}
	return oldest;
}

static void open_views(void)
{
	struct uuid random = uuid_new();
	memcpy(&views.seed, random.b + 8, sizeof views.seed);
	views.arena = arena_new();
	uintptr_t room = (uintptr_t)ARENA_ARRAY(views.arena, struct line, SEEN_LINES + 1);
	room = (room + sizeof(struct line) - 1) & ~(sizeof(struct line) - 1); /* each in one line indeed */
	views.seen = (struct line *)room;
}

uint64_t post_viewing(const struct ctx *cx, const char *address, const struct post *post)
{
	if (!post_is_listed(post) || viewer_is(cx, post->author_id))
		return 0;
	if (!views.arena)
		open_views();
	uint64_t hash = views_mix(views.seed, &post->id, sizeof post->id);
	if (viewer_is_user(cx))
		hash = views_mix(hash, &cx->viewer.user_id, sizeof cx->viewer.user_id);
	else
		hash = views_mix(hash, address, strlen(address));
	if (hash < UINT64_C(1) << 16) /* 48 zero bits could not be told from an empty place */
		hash = UINT64_C(1) << 16;
	__builtin_prefetch(line_of(hash));
	return hash;
}

/* Who finds no room for the view is not remembered, so that the next reading counts. */
void post_viewed(uint64_t viewing, struct uuid post_id)
{
	const uint16_t minute = (uint16_t)(clock_now() / SECOND_US / 60);
	uint64_t *place = viewing ? reader_place(viewing, minute) : NULL;

	if (!place || (is_same(*place, viewing) && age_of(*place, minute) < AGAIN_MINUTES))
		return;
	if (view_waits(post_id))
		*place = (viewing & ~UINT64_C(0xffff)) | minute;
}

void post_views_close(void)
{
	if (views.arena)
		arena_free(views.arena);
	memset(&views, 0, sizeof views);
	views_forget();
}
