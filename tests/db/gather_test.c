/* Reads that are sent as one: each has the rows it would have had alone, whatever becomes of the others. */
#include "db/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <stdio.h>

enum { NAMES = 8, ASKERS = 2 * NAMES, CROWD = 200 };

#define SEVERAL " FROM unnest($n::bigint[]) WITH ORDINALITY AS w (n, place) JOIN item i ON i.n = w.n"

enum { ITEMS_OF, SLOW_ITEMS_OF, BACKWARDS, SHARES };
static struct statement statements[] = {
	[ITEMS_OF] = {.name = "items_of",
		      .sql = "SELECT $i.* FROM item i WHERE i.n = $n::bigint ORDER BY i.name",
		      .together = "SELECT $i.*, w.place" SEVERAL " ORDER BY w.place, i.name",
		      .in = &item_schema,
		      .out = &item_schema},
	[SLOW_ITEMS_OF] = {.name = "slow_items_of",
			   .sql = "SELECT $i.* FROM item i, pg_sleep(0.2) WHERE i.n = $n::bigint",
			   .together =
				   "SELECT $i.*, w.place" SEVERAL ", pg_sleep(0.2) ORDER BY w.place, i.name",
			   .in = &item_schema,
			   .out = &item_schema},
	[BACKWARDS] = {.name = "backwards",
		       .sql = "SELECT $i.* FROM item i WHERE i.n = $n::bigint ORDER BY i.name",
		       .together = "SELECT $i.*, w.place" SEVERAL " ORDER BY w.place DESC, i.name",
		       .in = &item_schema,
		       .out = &item_schema},
	[SHARES] = {.name = "shares",
		    .sql = "SELECT id, 100 / i.n AS n FROM item i WHERE i.n = $n::bigint",
		    .together = "SELECT i.id, 100 / i.n AS n, w.place" SEVERAL " ORDER BY w.place",
		    .in = &item_schema,
		    .out = &item_schema},
	{0},
};

static void open_with_statements(void)
{
	scene_more = statements;
	open_scene();
}

/* Of number n there are n items: "n 0", "n 1" ... */
static err make_items(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	for (int n = 0; n < NAMES; n++)
		for (int i = 0; i < (n ? n : 1); i++) {
			struct item it = item_make(arena_fmt(cx->arena, "%d %d", n, i), n);
			change_add_(ch, st(INSERT), &it);
		}
	return change_commit(cx, ch);
}

struct asker {
	int which, n, count;
	int64_t patience_us;
	struct item *rows;
};

static err ask(struct ctx *cx, void *arg)
{
	struct asker *a = arg;
	struct ctx own = *cx;
	if (a->patience_us)
		own.deadline_us = clock_mono() + a->patience_us;
	return db_rows_(&own, &statements[a->which], &(struct item){.n = a->n}, (void **)&a->rows, &a->count);
}

static uint64_t ask_all(struct ctx *cx, struct asker *askers, struct branch *branches, int count)
{
	const struct pool_stats before = stats();
	for (int i = 0; i < count; i++)
		branches[i] = (struct branch){.run = ask, .arg = &askers[i]};
	together(cx, branches, count);
	return stats().statements - before.statements;
}

static void assert_own_rows(const struct asker *a)
{
	char name[20];
	ck_assert_int_eq(a->count, a->n < NAMES ? a->n : 0);
	for (int i = 0; i < a->count; i++) {
		snprintf(name, sizeof name, "%d %d", a->n, i);
		ck_assert_str_eq(a->rows[i].name, name);
		ck_assert_int_eq(a->rows[i].n, a->n);
		ck_assert_int_eq(a->rows[i].other, INT_NULL);
	}
}

SCENE(open_with_statements, close_scene);

TASK_TEST(what_waits_in_one_turn_is_one_statement_and_each_has_its_rows)
{
	struct asker askers[ASKERS] = {0};
	struct branch branches[ASKERS];
	TRY(make_items(cx));
	for (int i = 0; i < ASKERS; i++)
		askers[i].n = i + 1; /* of the last ones there are none */
	ck_assert_uint_eq(ask_all(cx, askers, branches, ASKERS), 1);
	for (int i = 0; i < ASKERS; i++) {
		assert_fine(branches[i].result);
		assert_own_rows(&askers[i]);
	}
	return NULL;
}

TASK_TEST(who_comes_alone_goes_alone)
{
	struct asker one = {.n = 3};
	struct branch branch;
	TRY(make_items(cx));
	ck_assert_uint_eq(ask_all(cx, &one, &branch, 1), 1);
	assert_fine(branch.result);
	assert_own_rows(&one);
	return NULL;
}

TASK_TEST(a_crowd_is_a_few_statements)
{
	struct asker *askers = ARENA_ARRAY(cx->arena, struct asker, CROWD);
	struct branch *branches = ARENA_ARRAY(cx->arena, struct branch, CROWD);
	TRY(make_items(cx));
	for (int i = 0; i < CROWD; i++)
		askers[i].n = 1 + i % NAMES;
	ck_assert_uint_le(ask_all(cx, askers, branches, CROWD), CROWD / 12);
	for (int i = 0; i < CROWD; i++) {
		assert_fine(branches[i].result);
		assert_own_rows(&askers[i]);
	}
	return NULL;
}

TASK_TEST(one_that_fails_takes_nobody_along)
{
	struct asker askers[3] = {{.which = SHARES, .n = 2}, {.which = SHARES}, {.which = SHARES, .n = 5}};
	struct branch branches[3];
	TRY(make_items(cx));
	ck_assert_uint_ge(ask_all(cx, askers, branches, 3), 4);
	assert_fine(branches[0].result);
	assert_problem(branches[1].result, INTERNAL);
	assert_fine(branches[2].result);
	ck_assert_int_eq(askers[0].rows[0].n, 50);
	ck_assert_int_eq(askers[2].rows[0].n, 20);
	return NULL;
}

TASK_TEST(who_gives_up_takes_nobody_along)
{
	struct asker askers[5];
	struct branch branches[5];
	TRY(make_items(cx));
	for (int i = 0; i < 5; i++)
		askers[i] =
			(struct asker){.which = SLOW_ITEMS_OF, .n = 1 + i, .patience_us = i % 2 ? 20000 : 0};
	ck_assert_uint_eq(ask_all(cx, askers, branches, 5), 1);
	for (int i = 0; i < 5; i++)
		if (i % 2)
			assert_problem(branches[i].result, DEADLINE_PASSED);
		else
			assert_own_rows(&askers[i]);
	return NULL;
}

TASK_TEST(all_who_give_up_leave_nothing_behind)
{
	struct asker askers[5];
	struct branch branches[5];
	TRY(make_items(cx));
	for (int i = 0; i < 5; i++)
		askers[i] = (struct asker){.which = SLOW_ITEMS_OF, .n = 1 + i, .patience_us = 20000};
	ask_all(cx, askers, branches, 5);
	for (int i = 0; i < 5; i++)
		assert_problem(branches[i].result, DEADLINE_PASSED);
	struct asker after = {.which = SLOW_ITEMS_OF, .n = 4};
	TRY(ask(cx, &after));
	ck_assert_int_eq(after.count, 4);
	return NULL;
}

/* What waits behind two under way may still be taken back. */
static err ask_behind(struct ctx *cx, void *arg)
{
	TRY(until_read_sleeps(cx));
	return ask(cx, arg);
}

TASK_TEST(who_gives_up_before_it_is_sent_is_not_sent)
{
	struct asker first = {.which = SLOW_ITEMS_OF, .n = 1}, second = {.which = SLOW_ITEMS_OF, .n = 2},
		     third = {.which = SLOW_ITEMS_OF, .n = 3, .patience_us = 20000};
	const struct pool_stats before = stats();
	struct branch branches[] = {{.run = ask, .arg = &first},
				    {.run = ask_behind, .arg = &second},
				    {.run = ask_behind, .arg = &third}};
	TRY(make_items(cx));
	together(cx, branches, 3);
	assert_fine(branches[0].result);
	assert_fine(branches[1].result);
	assert_problem(branches[2].result, DEADLINE_PASSED);
	assert_own_rows(&first);
	assert_own_rows(&second);
	ck_assert_uint_ge(stats().statements - before.statements, 2);
	return NULL;
}

TASK_TEST(rows_in_another_order_are_read_one_by_one)
{
	struct asker askers[3] = {
		{.which = BACKWARDS, .n = 2}, {.which = BACKWARDS, .n = 1}, {.which = BACKWARDS, .n = 5}};
	struct branch branches[3];
	TRY(make_items(cx));
	ck_assert_uint_eq(ask_all(cx, askers, branches, 3), 4);
	for (int i = 0; i < 3; i++)
		assert_own_rows(&askers[i]);
	return NULL;
}

static err break_connections(struct ctx *cx, void *arg)
{
	(void)arg;
	TRY(until_read_sleeps(cx));
	free(test_sql(scene_conninfo,
		      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event ="
		      " 'PgSleep' AND datname = current_database()"));
	return NULL;
}

TASK_TEST(a_lost_connection_is_not_noticed)
{
	struct asker askers[3];
	struct branch branches[4] = {[3] = {.run = break_connections}};
	TRY(make_items(cx));
	for (int i = 0; i < 3; i++) {
		askers[i] = (struct asker){.which = SLOW_ITEMS_OF, .n = 1 + i};
		branches[i] = (struct branch){.run = ask, .arg = &askers[i]};
	}
	together(cx, branches, 4);
	for (int i = 0; i < 4; i++)
		assert_fine(branches[i].result);
	for (int i = 0; i < 3; i++)
		assert_own_rows(&askers[i]);
	ck_assert_uint_ge(stats().lost_connections, 1);
	return NULL;
}
