/* Memos: a few bits of rows that need not be kept, and never of what they were before. */
#include "db/loader/memo.h"
#include "db/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

enum { ITEMS = 8, ODD = 1, EVEN = 2, IDS = 4000 };

static unsigned parity_of(const void *row)
{
	const struct item *it = row;
	return it->n < 0 ? 0 : it->n % 2 ? ODD : EVEN;
}

static const struct memo parities = {parity_of}, others = {parity_of};
static struct loader noting;
static struct item items[ITEMS];

static err make_items(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	for (int i = 0; i < ITEMS; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "item %d", i), i);
		change_add_(ch, st(INSERT), &items[i]);
	}
	noting = (struct loader){.statement = &scene_statements[BY_IDS], .cache_s = 60, .memo = &parities};
	return change_commit(cx, ch);
}

static err load(struct ctx *cx, int i)
{
	const void *row;
	return db_load_(cx, &noting, &items[i].id, 1, &row);
}

/* n grows by one, and the row is forgotten. */
static err bump(struct ctx *cx, int i)
{
	struct change *ch = change_begin(cx);
	change_add_(ch, st(BUMP), &(struct by_id){items[i].id});
	change_forgets_(ch, &noting, items[i].id);
	return change_commit(cx, ch);
}

SCENE(open_scene, close_scene);

TASK_TEST(what_was_read_is_remembered)
{
	TRY(make_items(cx));
	ck_assert_uint_eq(memo_bits(&parities, items[3].id), 0);
	TRY(load(cx, 3));
	TRY(load(cx, 4));
	uint64_t before = stats().statements;
	ck_assert_uint_eq(memo_bits(&parities, items[3].id), ODD);
	ck_assert_uint_eq(memo_bits(&parities, items[4].id), EVEN);
	ck_assert_uint_eq(memo_bits(&parities, items[5].id), 0);
	ck_assert_uint_eq(memo_bits(&others, items[3].id), 0);
	ck_assert_uint_eq(stats().statements, before);
	return NULL;
}

TASK_TEST(a_row_that_is_too_large_to_keep_is_remembered)
{
	TRY(make_items(cx));
	items[1] = item_make(arena_fmt(cx->arena, "%0*d", SCENE_CACHE / 2, 7), 7);
	TRY(commit_one(cx, INSERT, &items[1]));
	TRY(load(cx, 1));
	ck_assert_ptr_null(loader_kept_(cx, &noting, items[1].id));
	ck_assert_uint_eq(memo_bits(&parities, items[1].id), ODD);
	return NULL;
}

TASK_TEST(a_committed_change_is_forgotten_before_the_caller_knows)
{
	TRY(make_items(cx));
	TRY(load(cx, 3));
	TRY(bump(cx, 3));
	ck_assert_uint_eq(memo_bits(&parities, items[3].id), 0);
	TRY(load(cx, 3));
	ck_assert_uint_eq(memo_bits(&parities, items[3].id), EVEN);
	return NULL;
}

static err load_last(struct ctx *cx, void *arg)
{
	(void)arg;
	return load(cx, ITEMS - 1);
}

static err forget_in_flight(struct ctx *cx, void *arg)
{
	(void)arg;
	TRY(until_read_sleeps(cx));
	loader_forget_(&noting, items[ITEMS - 1].id);
	return NULL;
}

TASK_TEST(reads_sent_before_a_forget_note_nothing)
{
	static struct statement slow[] = {
		{.name = "slow_by_ids",
		 .sql = "SELECT $i.* FROM item i, pg_sleep(0.5) WHERE id = ANY($ids)",
		 .in = &by_ids_schema,
		 .out = &item_schema},
		{0},
	};
	TRY(make_items(cx));
	struct pool_config cfg = scene_config(scene_conninfo);
	struct pool *p = pool_open(&cfg);
	pool_statements(p, slow);
	TRY(pool_check(cx, p));
	noting.statement = &slow[0];
	struct branch branches[] = {{.run = load_last}, {.run = forget_in_flight}};
	together(cx, branches, 2);
	assert_fine(branches[0].result);
	assert_fine(branches[1].result);
	ck_assert_uint_eq(memo_bits(&parities, items[ITEMS - 1].id), 0);
	TRY(load(cx, ITEMS - 1));
	ck_assert_uint_eq(memo_bits(&parities, items[ITEMS - 1].id), ODD);
	pool_close(p);
	return NULL;
}

TASK_TEST(what_is_remembered_grows_old)
{
	TRY(make_items(cx));
	noting.cache_s = 1;
	TRY(load(cx, 0));
	ck_assert_uint_eq(memo_bits(&parities, items[0].id), EVEN);
	TRY(wait_ms(cx, 1100));
	ck_assert_uint_eq(memo_bits(&parities, items[0].id), 0);
	return NULL;
}

/* --- The table --- */

static uint32_t in_a_minute(void)
{
	return (uint32_t)(clock_mono() / SECOND_US) + 60;
}

/* Only the first bytes differ: those that a table of chances would leave out. */
static struct uuid id_of(int i)
{
	return (struct uuid){.b = {(uint8_t)(i >> 8), (uint8_t)i, [6] = 0x40, [8] = 0x80}};
}

TASK_TEST(a_full_table_forgets_and_mistakes_nobody)
{
	int known = 0;
	(void)cx;
	for (int i = 0; i < IDS; i++) {
		memo_note(&parities, id_of(i), 1 + (unsigned)i % 3, in_a_minute());
		ck_assert_uint_eq(memo_bits(&parities, id_of(i)), 1 + (unsigned)i % 3);
	}
	for (int i = 0; i < IDS; i++) {
		unsigned bits = memo_bits(&parities, id_of(i));
		known += bits > 0;
		ck_assert(bits == 0 || bits == 1 + (unsigned)i % 3);
		ck_assert_uint_eq(memo_bits(&parities, id_of(IDS + i)), 0);
	}
	ck_assert_int_gt(known, SCENE_CACHE / 12 / 13 / 3);
	ck_assert_int_lt(known, IDS / 2);
	return NULL;
}

TASK_TEST(what_ends_first_makes_room)
{
	const uint32_t until = in_a_minute();
	int known = 0;
	(void)cx;
	for (int i = 0; i < IDS; i++)
		memo_note(&parities, id_of(i), ODD, i < 100 ? until + 60 : until);
	for (int i = 0; i < 100; i++)
		known += memo_bits(&parities, id_of(i)) == ODD;
	ck_assert_int_ge(known, 95);
	return NULL;
}

TEST(without_room_nothing_is_remembered)
{
	memos_close();
	ck_assert_uint_eq(memos_open(0), 0);
	memo_note(&parities, id_of(1), ODD, in_a_minute());
	ck_assert_uint_eq(memo_bits(&parities, id_of(1)), 0);
	memo_forget(&parities, id_of(1));
}
