/* Kept rows: one budget for all loaders, and which row is worth another's place. */
#include "db/scene.h"
#include "support/test.h"

enum { NAME = 400, FEW = 40, MANY = 2000, BUDGET = SCENE_CACHE };

static struct loader some, others;
static struct item items[MANY];

/* Names of so many letters. */
static err add_items(struct ctx *cx, int from, int count, int name)
{
	struct change *ch = change_begin(cx);
	for (int i = from; i < from + count; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "%0*d", name, i), i);
		change_add_(ch, st(INSERT), &items[i]);
	}
	return change_commit(cx, ch);
}

static err make_items(struct ctx *cx)
{
	some = (struct loader){.statement = &scene_statements[BY_IDS], .cache_s = 60};
	others = some;
	return add_items(cx, 0, MANY, NAME);
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

TASK_TEST(a_small_row_costs_little_more_than_its_bytes)
{
	enum { SHORT = 10, ROW = 32 /* less than that, without its id */, MOST = 100 };
	const int before = (int)kept().bytes;
	int read;
	TRY(make_items(cx));
	TRY(add_items(cx, 0, FEW, SHORT));
	TRY(load(cx, &some, 0, FEW, &read));
	ck_assert_int_eq(kept().rows, FEW);
	ck_assert_int_ge((int)kept().bytes - before, FEW * ROW);
	ck_assert_int_le((int)kept().bytes - before, FEW * (ROW + MOST));
	return NULL;
}

TASK_TEST(small_rows_take_the_place_of_large_ones_asked_for_as_often)
{
	enum { SHORT = 10, LARGE = MANY / 2 };
	int read;
	TRY(make_items(cx));
	TRY(add_items(cx, LARGE, FEW, SHORT));
	for (int times = 0; times < 3; times++)
		TRY(load(cx, &some, 0, LARGE / 2, &read)); /* full of these */
	for (int times = 0; times < 3; times++)
		TRY(load(cx, &others, LARGE, FEW, &read));
	TRY(load(cx, &others, LARGE, FEW, &read));
	ck_assert_int_le(read, FEW / 10);
	ck_assert_int_le((int)kept().bytes, BUDGET);
	for (int times = 0; times < 4; times++)
		TRY(load(cx, &some, LARGE / 2, LARGE / 2 - 1, &read));
	TRY(load(cx, &others, LARGE, FEW, &read)); /* which large ones do not push out */
	ck_assert_int_le(read, FEW / 10);
	return NULL;
}

TASK_TEST(a_kept_row_is_the_row)
{
	static const int lengths[] = {1, 253, 254, 255, 300, 900};
	const void *row;
	TRY(make_items(cx));
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct item it = item_make(arena_fmt(cx->arena, "%0*d", lengths[i], 7), (int64_t)i - 2);
		TRY(commit_one(cx, INSERT, &it));
		TRY(db_load_(cx, &some, &it.id, 1, &row));
		const struct item *again = loader_kept_(cx, &some, it.id);
		ck_assert_ptr_nonnull(again);
		ck_assert(uuid_equal(again->id, it.id));
		ck_assert_str_eq(again->name, it.name);
		ck_assert_int_eq(again->n, it.n);
		ck_assert_int_eq(again->version, ((const struct item *)row)->version);
	}
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
	const int before = (int)kept().bytes;
	int read;
	TRY(make_items(cx));
	TRY(load(cx, &some, 0, FEW, &read));
	for (int i = 0; i < FEW; i++)
		loader_forget_(&some, items[i].id);
	ck_assert_int_eq(kept().rows, 0);
	ck_assert_int_eq((int)kept().bytes, before);
	return NULL;
}
