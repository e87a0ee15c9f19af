/*
 * Views on their way to the database: gathered by post, written once a second, and at once when the room for
 * them is half full. What waits is bounded by ROWS_MAX posts, and nothing of it is dropped: when there is no
 * room the view is not taken, and its reader counts with the next reading.
 */
#include "modules/content/post_flush.h"

#include "modules/content/post_store.h"
#include "vobe/log.h"
#include "vobe/work.h"

#include <string.h>

enum {
	ROOM = 1 << 10,               /* places to begin with */
	ROWS_MAX = (1 << 18) / 4 * 3, /* posts that wait, those being written among them: 6 MiB of places */
	FLUSH_MS = 1000,
	FLUSH_ROWS = 500, /* posts in one change */
	FLUSH_BUDGET_S = 600,
	LOOK_MS = 5,
};

/* A nil id is an empty place. */
struct waiting_row {
	struct uuid id;
	int64_t count;
};

struct waiting {
	struct arena *arena; /* NULL: none */
	struct waiting_row *at;
	int room, count;
};

static struct {
	struct waiting waiting;
	int under_way; /* posts of the flush that runs, not yet written */
	bool is_writing;
	int64_t early_us; /* monotonic: no early flush before this, for one has failed */
	uint64_t seed, refused;
} flush;

/* --- waiting --- */

/*
 * Mixes eight bytes at a time (the finaliser of splitmix64).
 * Keyed, so that nobody can choose hashes that collide.
 */
uint64_t views_mix(uint64_t hash, const void *bytes, size_t len)
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

static struct waiting_row *place_of(const struct waiting *w, struct uuid id)
{
	int i = (int)(views_mix(flush.seed, &id, sizeof id) & (uint64_t)(w->room - 1));
	while (!uuid_is_nil(w->at[i].id) && !uuid_equal(w->at[i].id, id))
		i = (i + 1) & (w->room - 1);
	return &w->at[i];
}

static void waiting_grow(struct waiting *w)
{
	struct waiting larger = {
		.arena = arena_new(), .room = w->room ? w->room * 2 : ROOM, .count = w->count};
	larger.at = ARENA_ARRAY(larger.arena, struct waiting_row, larger.room);
	for (int i = 0; i < w->room; i++)
		if (!uuid_is_nil(w->at[i].id))
			*place_of(&larger, w->at[i].id) = w->at[i];
	if (w->arena)
		arena_free(w->arena);
	*w = larger;
}

static bool is_full(void)
{
	return flush.waiting.count + flush.under_way >= ROWS_MAX;
}

static void waiting_add(struct uuid id, int64_t count)
{
	struct waiting *w = &flush.waiting;
	struct waiting_row *row = place_of(w, id);

	if (uuid_is_nil(row->id)) {
		w->count++;
		row->id = id;
	}
	row->count += count;
	if (w->count >= w->room / 4 * 3 && w->count < ROWS_MAX)
		waiting_grow(w);
}

static err flush_views(struct ctx *cx, void *unused);

/* Beside what the job does; a failure is left to the job for a while. */
static void flush_early(void)
{
	static const struct ctx ours = {.request_id = "views"};
	if (!flush.is_writing && clock_mono() >= flush.early_us)
		(void)work_start(&ours, flush_views, NULL, NULL); /* otherwise the job does it */
}

bool view_waits(struct uuid post_id)
{
	if (!flush.seed) {
		struct uuid random = uuid_new();
		memcpy(&flush.seed, random.b + 8, sizeof flush.seed);
	}
	if (!flush.waiting.room)
		waiting_grow(&flush.waiting);
	if (is_full() && uuid_is_nil(place_of(&flush.waiting, post_id)->id)) {
		if (!flush.refused++)
			log_warn("views_wait",
				 "the views of %d posts wait to be written; further readers are counted when "
				 "they come again. Is the database slow?",
				 ROWS_MAX);
		return false;
	}
	waiting_add(post_id, 1);
	if (flush.waiting.count >= ROWS_MAX / 2)
		flush_early();
	return true;
}

/* --- writing --- */

#define VIEW_COUNT_FIELDS(F, T)                                                                    \
	F(T, UUID, id, 0, "The post")                                                              \
	F(T, INT, views_count, 0, "With ours")                                                     \
	F(T, INT, version, 0, "Of the post")
STRUCT(view_count, VIEW_COUNT_FIELDS);
SCHEMA(view_count, VIEW_COUNT_FIELDS, "Views of a post");

static QUERY(posts_views_after, tally, view_count,
	     "SELECT p.id, p.views_count + t.count AS views_count, p.version"
	     " FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count) JOIN posts p ON p.id = t.id");

/* Rows of posts are locked in order of id, and their rows in viewed_posts behind them: nobody waits in a
 * circle. */
static COMMAND(posts_add_views, tally,
	       "WITH t AS MATERIALIZED (SELECT p.id, t.count"
	       " FROM unnest($ids::uuid[], $counts::bigint[]) AS t (id, count) JOIN posts p ON p.id = t.id"
	       " ORDER BY p.id FOR NO KEY UPDATE OF p), viewed AS ("
	       " UPDATE posts p SET views_count = p.views_count + t.count FROM t WHERE p.id = t.id"
	       " RETURNING p.id, p.views_count)"
	       " UPDATE viewed_posts v SET views_count = p.views_count FROM viewed p WHERE v.post_id = p.id");

/*
 * The count told is the one read plus ours; what another
 * instance adds at the same moment comes with its own event.
 */
static err write_views(struct ctx *cx, const struct tally *added)
{
	struct view_count *after;
	int count;

	TRY(posts_views_after(cx, added, &after, &count));
	struct change *ch = change_begin(cx);
	posts_add_views(ch, added);
	for (int i = 0; i < count; i++) {
		post_views_forget_with(ch, after[i].id);
		tell_post_views_flushed(
			ch, after[i].id, after[i].version,
			&(struct views_event){.post_id = after[i].id, .views_count = after[i].views_count});
	}
	return change_commit(cx, ch);
}

/* In an arena of its own: many changes may follow one another. */
static err write_rows(struct ctx *cx, const struct waiting_row *rows, int count)
{
	struct ctx step = *cx;
	step.arena = arena_new();
	struct uuid *ids = ARENA_ARRAY(step.arena, struct uuid, count);
	int64_t *counts = ARENA_ARRAY(step.arena, int64_t, count);

	for (int i = 0; i < count; i++) {
		ids[i] = rows[i].id;
		counts[i] = rows[i].count;
	}
	err e = write_views(&step, &(struct tally){{ids, count}, {counts, count}});
	e = problem_keep(cx, e);
	arena_free(step.arena);
	return e;
}

static void swap(struct waiting_row *a, struct waiting_row *b)
{
	const struct waiting_row kept = *a;
	*a = *b;
	*b = kept;
}

static int order_of(const struct waiting_row *row, const struct uuid *id)
{
	return memcmp(&row->id, id, sizeof *id);
}

/*
 * Brings the `wanted` rows of least id to the front (Hoare's selection): posts of one time lie together in
 * the table, so a change that takes neighbours touches far fewer pages.
 */
static void least_first(struct waiting_row *at, int count, int wanted)
{
	while (count > wanted) {
		const struct uuid pivot = at[count / 2].id;
		int low = 0, high = count - 1;
		while (low <= high) {
			while (order_of(&at[low], &pivot) < 0)
				low++;
			while (order_of(&at[high], &pivot) > 0)
				high--;
			if (low <= high)
				swap(&at[low++], &at[high--]);
		}
		if (wanted <= high) {
			count = high + 1;
		} else if (wanted > low) {
			at += low;
			count -= low;
			wanted -= low;
		} else {
			return;
		}
	}
}

/* The rows without the empty places between them. */
static void close_ranks(struct waiting *w)
{
	int n = 0;
	for (int i = 0; i < w->room; i++)
		if (!uuid_is_nil(w->at[i].id))
			w->at[n++] = w->at[i];
}

/*
 * What was not written waits again, unless it may have been
 * written: a view too few is better than one too many.
 */
static err write_all(struct ctx *cx, struct waiting *all)
{
	struct waiting_row *at = all->at;
	err e = NULL;

	close_ranks(all);
	for (int left = all->count, n; left > 0; left -= n, at += n) {
		n = left < FLUSH_ROWS ? left : FLUSH_ROWS;
		bool is_written = false;
		if (!e) {
			least_first(at, left, n);
			e = write_rows(cx, at, n);
			is_written = !e || problem_is(e, OUTCOME_UNKNOWN);
		}
		flush.under_way -= n;
		for (int i = 0; i < n && !is_written; i++)
			waiting_add(at[i].id, at[i].count);
	}
	return e;
}

/* One at a time; a second waits for the first, so that at the stop nothing is left. */
static err flush_views(struct ctx *cx, void *unused)
{
	(void)unused;
	while (flush.is_writing)
		TRY(wait_ms(cx, LOOK_MS));
	struct waiting all = flush.waiting;
	if (!all.count)
		return NULL;
	flush.waiting = (struct waiting){0};
	waiting_grow(&flush.waiting);
	flush.under_way = all.count;
	flush.is_writing = true;
	err e = write_all(cx, &all);
	flush.is_writing = false;
	flush.refused = 0;
	if (e)
		flush.early_us = clock_mono() + FLUSH_MS * INT64_C(1000);
	arena_free(all.arena);
	return e;
}

static err run_flush(struct ctx *cx)
{
	return flush_views(cx, NULL);
}

const struct job post_view_jobs[] = {
	{.name = "views",
	 .period_ms = FLUSH_MS,
	 .run = run_flush,
	 .budget_s = FLUSH_BUDGET_S,
	 .at_stop = true},
	{0},
};

void views_forget(void)
{
	if (flush.waiting.arena)
		arena_free(flush.waiting.arena);
	memset(&flush, 0, sizeof flush);
}
