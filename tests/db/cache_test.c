/* Kept rows: one budget for all loaders, and which row is worth another's place. */
#include "db/scene.h"
#include "support/test.h"

enum { NAME = 400, FEW = 40, MANY = 2000, BUDGET = SCENE_CACHE };

static struct loader some, others;
static struct item items[MANY];

static err make_items(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	for (int i = 0; i < MANY; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "%0*d", NAME, i), i);
		change_add_(ch, st(INSERT), &items[i]);
	}
	some = (struct loader){.statement = &scene_statements[BY_IDS], .cache_s = 60};
	others = some;
	return change_commit(cx, ch);
}

/* Loads them one by one, as requests do; how many needed a statement. */
static err load(struct ctx *cx, struct loader *ld, int from, int count, int *read)
{
	uint64_t before = stats().statements;
	for (int i = from; i < from + count; i++) {
		struct arena *own = arena_new();
		struct ctx inner = *cx;
		const void *row;
		inner.arena = own;
		err e = db_load_(&inner, ld, &items[i].id, 1, &row);
		if (!e)
			ck_assert_int_eq(((const struct item *)row)->n, i);
		arena_free(own);
		TRY(e);
	}
	*read = (int)(stats().statements - before);
	return NULL;
}

static struct cache_stats kept(void)
{
	struct cache_stats s;
	cache_read_stats(&s);
	return s;
}

SCENE(open_scene, close_scene);

TASK_TEST(all_loaders_share_one_budget)
{
	int read;
	TRY(make_items(cx));
	TRY(load(cx, &some, 0, FEW, &read));
	TRY(load(cx, &others, 0, FEW, &read)); /* the same ids, and rows of its own */
	ck_assert_int_eq(read, FEW);
	ck_assert_int_eq(kept().rows, 2 * FEW);
	ck_assert_int_ge((int)kept().bytes, 2 * FEW * NAME);
	TRY(load(cx, &some, 0, MANY, &read));
	TRY(load(cx, &others, 0, MANY, &read));
	ck_assert_int_le((int)kept().bytes, BUDGET);
	ck_assert_int_gt((int)kept().bytes, BUDGET / 10 * 9);
	return NULL;
}

TASK_TEST(what_is_read_once_does_not_push_out_what_is_read_often)
{
	int read;
	TRY(make_items(cx));
	for (int times = 0; times < 3; times++)
		TRY(load(cx, &some, 0, FEW, &read));
	TRY(load(cx, &some, FEW, MANY - FEW, &read));
	ck_assert_int_eq(read, MANY - FEW);
	ck_assert_int_gt((int)kept().refused, 0);
	TRY(load(cx, &some, 0, FEW, &read));
	ck_assert_int_le(read, FEW / 10); /* frequencies are roughly known */
	return NULL;
}

TASK_TEST(what_is_read_often_now_comes_in)
{
	int read;
	TRY(make_items(cx));
	for (int times = 0; times < 3; times++)
		TRY(load(cx, &some, 0, MANY / 4, &read)); /* full of these */
	for (int times = 0; times < 8; times++)
		TRY(load(cx, &some, MANY - FEW, FEW, &read));
	ck_assert_int_le(read, FEW / 10);
	return NULL;
}

TASK_TEST(a_row_as_large_as_the_cache_is_answered_and_not_kept)
{
	struct item large = item_make(arena_fmt(cx->arena, "%0*d", BUDGET / 2, 1), 7);
	const void *row;
	TRY(make_items(cx));
	TRY(commit_one(cx, INSERT, &large));
	TRY(db_load_(cx, &some, &large.id, 1, &row));
	ck_assert_str_eq(((const struct item *)row)->name, large.name);
	ck_assert_int_eq(kept().rows, 0);
	return NULL;
}

TASK_TEST(a_forgotten_row_gives_its_bytes_back)
{
	int read;
	TRY(make_items(cx));
	TRY(load(cx, &some, 0, FEW, &read));
	for (int i = 0; i < FEW; i++)
		loader_forget_(&some, items[i].id);
	ck_assert_int_eq(kept().rows, 0);
	ck_assert_int_eq((int)kept().bytes, 0);
	return NULL;
}
