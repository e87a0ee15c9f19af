/*
 * Views: each reader of a post counts once in 8 hours. Counted in memory, written at most a second later by
 * one set-based update. Readers are remembered per instance and as hashes; under pressure the oldest are
 * forgotten.
 */
#include "modules/content/post_views.h"

#include "modules/content/post_store.h"
#include "vobe/log.h"

#include <string.h>

enum {
	SEEN_LINES = 1 << 16, /* of WAYS readers each: 4 MiB */
	WAYS = 8,             /* one line of the processor's cache */
	AGAIN_MINUTES = 8 * 60,
	WAITING_ROOM = 1 << 10, /* places to begin with */
	WAITING_MAX = 1 << 16,
	FLUSH_MS = 1000,
	FLUSH_ROWS = 500, /* posts in one change */
};

/* Views that wait to be written, by post; a nil id is an empty place. */
struct waiting {
	struct arena *arena; /* NULL: none */
	struct waiting_row {
		struct uuid id;
		int64_t count;
	} *at;
	int room, count;
};

/* Readers: 48 bits of hash, 16 bits of time in minutes (round after 45 days); 0 is an empty place. */
struct line {
	uint64_t at[WAYS];
};

static struct {
	struct arena *arena; /* of `seen`; NULL: nobody has read yet */
	struct line *seen;
	struct waiting waiting;
	uint64_t seed;
} views;

/*
 * Mixes eight bytes at a time (the finaliser of splitmix64).
 * Keyed, so that nobody can choose hashes that collide.
 */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	for (size_t done = 0; done < len; done += 8) {
		uint64_t word = 0;
		memcpy(&word, at + done, len - done < 8 ? len - done : 8);
		hash ^= word;
		hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
		hash ^= hash >> 31;
	}
	return hash;
}

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

/* Remembers the reader. False: the same one was here less than 8 hours ago. */
static bool reader_is_new(uint64_t hash, uint16_t minute)
{
	uint64_t *place = reader_place(hash, minute);
	if (is_same(*place, hash) && age_of(*place, minute) < AGAIN_MINUTES)
		return false;
	*place = (hash & ~UINT64_C(0xffff)) | minute;
	return true;
}

static struct waiting_row *waiting_place(const struct waiting *w, struct uuid id)
{
	int i = (int)(mix(views.seed, &id, sizeof id) & (uint64_t)(w->room - 1));
	while (!uuid_is_nil(w->at[i].id) && !uuid_equal(w->at[i].id, id))
		i = (i + 1) & (w->room - 1);
	return &w->at[i];
}

static void waiting_grow(struct waiting *w)
{
	struct waiting larger = {
		.arena = arena_new(), .room = w->room ? w->room * 2 : WAITING_ROOM, .count = w->count};
	larger.at = ARENA_ARRAY(larger.arena, struct waiting_row, larger.room);
	for (int i = 0; i < w->room; i++)
		if (!uuid_is_nil(w->at[i].id))
			*waiting_place(&larger, w->at[i].id) = w->at[i];
	if (w->arena)
		arena_free(w->arena);
	*w = larger;
}

static void waiting_add(struct waiting *w, struct uuid id, int64_t count)
{
	if (w->count >= w->room / 4 * 3)
		waiting_grow(w);
	struct waiting_row *row = waiting_place(w, id);
	if (uuid_is_nil(row->id)) {
		if (w->count == WAITING_MAX) {
			log_warn("views_dropped", "views of %d posts wait; others are not counted",
				 WAITING_MAX);
			return;
		}
		w->count++;
		row->id = id;
	}
	row->count += count;
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
	uint64_t hash = mix(views.seed, &post->id, sizeof post->id);
	if (viewer_is_user(cx))
		hash = mix(hash, &cx->viewer.user_id, sizeof cx->viewer.user_id);
	else
		hash = mix(hash, address, strlen(address));
	if (hash < UINT64_C(1) << 16) /* 48 zero bits could not be told from an empty place */
		hash = UINT64_C(1) << 16;
	__builtin_prefetch(line_of(hash));
	return hash;
}

void post_viewed(uint64_t viewing, struct uuid post_id)
{
	if (viewing && reader_is_new(viewing, (uint16_t)(clock_now() / SECOND_US / 60)))
		waiting_add(&views.waiting, post_id, 1);
}

static QUERY(posts_views_after, tally, post,
	     "SELECT p.id, p.views_count + t.count AS views_count, p.version"
	     " FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count) JOIN posts p ON p.id = t.id");

/* Rows are locked in order of id: two that write many posts never wait in a circle. */
static COMMAND(posts_add_views, tally,
	       "WITH t AS MATERIALIZED (SELECT p.id, t.count"
	       " FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count) JOIN posts p ON p.id = t.id"
	       " ORDER BY p.id FOR NO KEY UPDATE OF p)"
	       " UPDATE posts p SET views_count = p.views_count + t.count FROM t WHERE p.id = t.id");

/*
 * The count told is the one read plus ours; what another
 * instance adds at the same moment comes with its own event.
 */
static err write_views(struct ctx *cx, const struct tally *added)
{
	struct post *after;
	int count;

	TRY(posts_views_after(cx, added, &after, &count));
	struct change *ch = change_begin(cx);
	posts_add_views(ch, added);
	for (int i = 0; i < count; i++) {
		post_forget_with(ch, after[i].id);
		tell_post_views_flushed(
			ch, after[i].id, after[i].version,
			&(struct views_event){.post_id = after[i].id, .views_count = after[i].views_count});
	}
	return change_commit(cx, ch);
}

/* The next posts of the table, from place *next on. */
static int take_some(const struct waiting *w, int *next, struct uuid *ids, int64_t *counts)
{
	int n = 0;
	for (; *next < w->room && n < FLUSH_ROWS; ++*next)
		if (!uuid_is_nil(w->at[*next].id)) {
			ids[n] = w->at[*next].id;
			counts[n++] = w->at[*next].count;
		}
	return n;
}

/*
 * What was not written waits again, unless it may have been
 * written: a view too few is better than one too many.
 */
static err flush_views(struct ctx *cx)
{
	struct waiting all = views.waiting;
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, FLUSH_ROWS);
	int64_t *counts = ARENA_ARRAY(cx->arena, int64_t, FLUSH_ROWS);
	int next = 0, n;
	err e = NULL;

	if (!all.count)
		return NULL;
	views.waiting = (struct waiting){0};
	while ((n = take_some(&all, &next, ids, counts)) > 0) {
		bool written = false;
		if (!e) {
			e = write_views(cx, &(struct tally){{ids, n}, {counts, n}});
			written = !e || problem_is(e, OUTCOME_UNKNOWN);
		}
		for (int i = 0; i < n && !written; i++)
			waiting_add(&views.waiting, ids[i], counts[i]);
	}
	arena_free(all.arena);
	return e;
}

const struct job post_view_jobs[] = {
	{.name = "views", .period_ms = FLUSH_MS, .run = flush_views, .at_stop = true},
	{0},
};

void post_views_close(void)
{
	if (views.arena)
		arena_free(views.arena);
	if (views.waiting.arena)
		arena_free(views.waiting.arena);
	memset(&views, 0, sizeof views);
}
