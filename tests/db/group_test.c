/* Changes that travel together: who does, and what they lock. */
#include "db/group_scene.h"

SCENE(open_group_scene, close_scene);

/* --- Who travels with whom --- */

TASK_TEST(what_waits_together_is_one_transaction)
{
	struct job jobs[20];
	TRY(warm_up(cx));
	uint64_t before = stats().changes;
	jobs_make(cx, jobs, 20);
	jobs_start(jobs, 20);
	TRY(jobs_end(cx, jobs, 20));
	ck_assert_int_eq(jobs_with(jobs, 20, ""), 20);
	ck_assert_int_eq(number("SELECT count(DISTINCT xmin::text) FROM alpha.item"), 1);
	ck_assert_int_eq(number("SELECT count(*) FROM alpha.item"), 20);
	ck_assert_uint_eq(stats().groups, 1);
	ck_assert_uint_eq(stats().grouped, 20);
	ck_assert_uint_eq(stats().parted, 0);
	ck_assert_uint_eq(stats().changes - before, 20);
	return NULL;
}

TASK_TEST(what_is_the_same_of_all_is_one_statement)
{
	struct job jobs[20];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 20);
	for (int i = 0; i < 5; i++)
		jobs[i].item.name = NULL;
	uint64_t before = stats().statements;
	jobs_start(jobs, 20);
	TRY(jobs_end(cx, jobs, 20));
	ck_assert_int_eq(jobs_with(jobs, 20, ""), 20);
	ck_assert_uint_eq(stats().groups, 1);
	ck_assert_uint_eq(stats().statements - before, 1);
	ck_assert_int_eq(number("SELECT count(*) FROM alpha.item WHERE name IS NULL AND n < 5"), 5);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(number(arena_fmt(cx->arena,
						  "SELECT count(*) FROM alpha.item WHERE n = %d"
						  " AND coalesce(name, '') = '%s'",
						  i, jobs[i].item.name ? jobs[i].item.name : "")),
				 1);
	return NULL;
}

/* Where they begin otherwise each keeps its statements, in the order in which rows are locked. */
TASK_TEST(what_is_not_the_same_of_all_is_sent_as_it_is)
{
	struct job jobs[4];
	struct item there = item_make("there", 1);
	TRY(warm_up(cx));
	TRY(commit_one(cx, INSERT, &there));
	jobs_make(cx, jobs, 4);
	jobs[2].index = BUMP_ITEM;
	jobs[2].item.id = there.id;
	uint64_t before = stats().statements;
	jobs_start(jobs, 4);
	TRY(jobs_end(cx, jobs, 4));
	ck_assert_int_eq(jobs_with(jobs, 4, ""), 4);
	ck_assert_uint_eq(stats().groups, 1);
	ck_assert_uint_eq(stats().statements - before, 4);
	ck_assert_int_eq(number("SELECT n FROM alpha.item WHERE name = 'there'"), 2);
	return NULL;
}

TASK_TEST(what_waits_alone_goes_alone_at_once)
{
	struct job slow, jobs[2];
	TRY(warm_up(cx));
	jobs_make(cx, &slow, 1);
	jobs_make(cx, jobs, 2);
	slow.index = NAP;
	slow.alone = true;
	jobs_start(&slow, 1);
	for (int i = 0; i < 2; i++) { /* beside a job of 0.6 s, and after one that has ended */
		TRY(wait_ms(cx, 0));
		jobs_start(&jobs[i], 1);
		TRY(wait_ms(cx, 0)); /* a turn ends */
		ck_assert_int_eq(stats().queued, 0);
		while (!jobs[i].ended)
			TRY(wait_ms(cx, 1));
	}
	ck_assert(!slow.ended);
	TRY(jobs_end(cx, &slow, 1));
	TRY(jobs_end(cx, jobs, 2));
	ck_assert_int_eq(jobs_with(jobs, 2, ""), 2);
	ck_assert_uint_eq(stats().groups, 0);
	return NULL;
}

TASK_TEST(two_that_touch_the_same_are_never_in_one_group)
{
	struct job jobs[40];
	struct uuid shared = uuid_new();
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 40);
	for (int i = 0; i < 40; i++) {
		jobs[i].touches = i % 2 ? shared : uuid_new();
		jobs[i].name = i % 4 ? NULL : "a name";
	}
	jobs_start(jobs, 40);
	TRY(jobs_end(cx, jobs, 40));
	ck_assert_int_eq(jobs_with(jobs, 40, ""), 40);
	ck_assert_int_eq(number("SELECT max(n) FROM (SELECT count(*) AS n FROM alpha.item WHERE n % 2 = 1"
				" GROUP BY xmin::text) t"),
			 1);
	ck_assert_int_eq(number("SELECT max(n) FROM (SELECT count(*) AS n FROM alpha.item WHERE n % 4 = 0"
				" GROUP BY xmin::text) t"),
			 1);
	ck_assert_uint_ge(stats().groups, 1);
	return NULL;
}

TASK_TEST(who_asks_for_it_goes_alone)
{
	struct job jobs[6];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 6);
	for (int i = 0; i < 6; i++)
		jobs[i].alone = i % 2;
	jobs_start(jobs, 6);
	TRY(jobs_end(cx, jobs, 6));
	ck_assert_int_eq(jobs_with(jobs, 6, ""), 6);
	ck_assert_int_eq(number("SELECT count(DISTINCT xmin::text) FROM alpha.item WHERE n % 2 = 1"), 3);
	ck_assert_uint_le(stats().grouped, 3);
	return NULL;
}

TASK_TEST(a_large_change_goes_alone)
{
	struct job jobs[3];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 3);
	char *large = memset(arena_alloc(cx->arena, 100001), 'x', 100000);
	for (int i = 0; i < 100000; i++) /* that does not compress: a key of an index has 2.7 kB */
		large[i] = (char)('a' + i % 26);
	jobs[1].item.name = large;
	jobs_start(jobs, 3);
	TRY(jobs_end(cx, jobs, 3));
	ck_assert_int_eq(jobs_with(jobs, 3, ""), 3);
	ck_assert_uint_eq(stats().parted, 0);
	ck_assert_int_eq(number("SELECT count(*) FROM alpha.item a, alpha.item b"
				" WHERE length(a.name) = 100000 AND b.xmin = a.xmin"),
			 1);
	return NULL;
}

TASK_TEST(a_group_has_a_limit)
{
	enum { MANY = 1000 };
	static struct job jobs[MANY];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, MANY);
	jobs_start(jobs, MANY);
	TRY(jobs_end(cx, jobs, MANY));
	ck_assert_int_eq(jobs_with(jobs, MANY, ""), MANY);
	ck_assert_int_le(number("SELECT max(n) FROM (SELECT count(*) AS n FROM alpha.item"
				" GROUP BY xmin::text) t"),
			 64);
	ck_assert_uint_ge(stats().groups, MANY / 64);
	return NULL;
}

/* --- Locks --- */

/* Counters that many changes move, in whatever order they come, on two connections. */
TASK_TEST(changes_that_tell_what_they_touch_never_deadlock)
{
	enum { COUNTERS = 24, MANY = 2000 };
	static struct job jobs[MANY];
	struct item counters[COUNTERS];
	TRY(warm_up(cx));
	for (int i = 0; i < COUNTERS; i++) {
		counters[i] = item_make(arena_fmt(cx->arena, "counter %d", i), 0);
		TRY(commit_one(cx, INSERT, &counters[i]));
	}
	for (int i = 0; i < MANY; i++) {
		const struct item *of = &counters[arc4random_uniform(COUNTERS)];
		jobs[i] = (struct job){.index = BUMP_ITEM, .item = *of, .touches = of->id};
		jobs_start(&jobs[i], 1);
		if (i % 16 == 15)
			TRY(wait_ms(cx, 0));
	}
	TRY(jobs_end(cx, jobs, MANY));
	ck_assert_int_eq(jobs_with(jobs, MANY, ""), MANY);
	ck_assert_int_eq(number("SELECT sum(n) FROM alpha.item"), MANY);
	ck_assert_uint_eq(stats().parted, 0);
	ck_assert_int_eq(number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"),
			 0);
	ck_assert_uint_ge(stats().groups, 10);
	return NULL;
}
