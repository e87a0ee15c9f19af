/* Shared reads: who asks the same at the same time is answered by one statement, and never with what is old.
 */
#include "core/for_tests.h"
#include "db/scene.h"
#include "support/test.h"

enum { ASKERS = 6 };

static struct statement statements[] = {
	{.name = "lazy_shared",
	 .sql = "SELECT $i.* FROM item i, pg_sleep(0.3) WHERE i.id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema,
	 .lane = LANE_SLOW,
	 .shared = true},
	{.name = "lazy_own",
	 .sql = "SELECT $i.* FROM item i, pg_sleep(0.3) WHERE i.id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema,
	 .lane = LANE_SLOW},
	{0},
};

static struct item items[2];

static void open_shared(void)
{
	scene_more = statements;
	open_scene();
}

struct asker {
	const struct statement *st;
	const struct item *wanted;
	struct item got;
};

static err ask(struct ctx *cx, void *arg)
{
	struct asker *a = arg;
	return db_row_(cx, a->st, &(struct by_id){a->wanted->id}, &a->got);
}

/* They begin in one turn; how many statements that took. */
static uint64_t ask_all(struct ctx *cx, struct asker *askers)
{
	struct branch branches[ASKERS];
	const struct pool_stats before = stats();
	for (int i = 0; i < ASKERS; i++)
		branches[i] = (struct branch){.run = ask, .arg = &askers[i]};
	together(cx, branches, ASKERS);
	for (int i = 0; i < ASKERS; i++) {
		assert_fine(branches[i].result);
		ck_assert(uuid_equal(askers[i].got.id, askers[i].wanted->id));
		ck_assert_str_eq(askers[i].got.name, askers[i].wanted->name);
	}
	return stats().statements - before.statements;
}

static err make_two(struct ctx *cx)
{
	items[0] = item_make("one", 1);
	items[1] = item_make("two", 2);
	TRY(commit_one(cx, INSERT, &items[0]));
	return commit_one(cx, INSERT, &items[1]);
}

SCENE(open_shared, close_scene);

TASK_TEST(equal_questions_are_one_statement)
{
	struct asker askers[ASKERS];
	TRY(make_two(cx));
	for (int i = 0; i < ASKERS; i++)
		askers[i] = (struct asker){.st = &statements[0], .wanted = &items[0]};
	ck_assert_uint_eq(ask_all(cx, askers), 1);
	ck_assert_ptr_ne(askers[0].got.name, askers[1].got.name); /* each its own rows */
	ck_assert_uint_eq(stats().reads_joined, ASKERS - 1);
	ck_assert_uint_eq(ask_all(cx, askers), 1); /* nothing is kept */
	return NULL;
}

TASK_TEST(other_parameters_are_another_question)
{
	struct asker askers[ASKERS];
	TRY(make_two(cx));
	for (int i = 0; i < ASKERS; i++)
		askers[i] = (struct asker){.st = &statements[0], .wanted = &items[i % 2]};
	ck_assert_uint_eq(ask_all(cx, askers), 2);
	return NULL;
}

TASK_TEST(only_declared_reads_are_shared)
{
	struct asker askers[ASKERS];
	TRY(make_two(cx));
	for (int i = 0; i < ASKERS; i++)
		askers[i] = (struct asker){.st = &statements[1], .wanted = &items[0]};
	ck_assert_uint_eq(ask_all(cx, askers), ASKERS);
	return NULL;
}

/* Who was told of a commit is not given rows of before it. */
static err commit_then_ask(struct ctx *cx, void *arg)
{
	struct asker *a = arg;
	TRY(until_read_sleeps(cx));
	TRY(commit_one(cx, BUMP, &(struct by_id){items[0].id}));
	TRY(ask(cx, a));
	ck_assert_int_eq(a->got.n, 2);
	return NULL;
}

TASK_TEST(a_read_sent_before_a_commit_is_not_joined)
{
	struct asker early = {.st = &statements[0], .wanted = &items[0]}, late = early;
	TRY(make_two(cx));
	struct branch branches[] = {{.run = ask, .arg = &early}, {.run = commit_then_ask, .arg = &late}};
	together(cx, branches, 2);
	assert_fine(branches[0].result);
	assert_fine(branches[1].result);
	ck_assert_int_eq(early.got.n, 1);
	return NULL;
}

/* Cancelled while others still want the rows. */
static err ask_briefly(struct ctx *cx, void *arg)
{
	struct ctx brief = *cx;
	brief.deadline_us = clock_mono() + 20000;
	return ask(&brief, arg);
}

TASK_TEST(who_gives_up_takes_nobody_along)
{
	struct asker askers[3];
	TRY(make_two(cx));
	for (int i = 0; i < 3; i++)
		askers[i] = (struct asker){.st = &statements[0], .wanted = &items[0]};
	struct branch branches[] = {{.run = ask_briefly, .arg = &askers[0]},
				    {.run = ask, .arg = &askers[1]},
				    {.run = ask_briefly, .arg = &askers[2]}};
	together(cx, branches, 3);
	assert_problem(branches[0].result, DEADLINE_PASSED);
	assert_fine(branches[1].result);
	assert_problem(branches[2].result, DEADLINE_PASSED);
	ck_assert_str_eq(askers[1].got.name, "one");
	struct branch alone[] = {{.run = ask_briefly, .arg = &askers[0]}};
	together(cx, alone, 1);
	assert_problem(alone[0].result, DEADLINE_PASSED);
	assert_fine(ask(cx, &askers[1])); /* joins nothing that nobody waits for */
	return NULL;
}
