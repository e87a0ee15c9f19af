/* Changes that travel together: each has the outcome it would have had alone. */
#include "db/group_scene.h"

#include "vobe/clock.h"

#include <libpq-fe.h>

SCENE(open_group_scene, close_scene);

/* --- Each its own outcome --- */

TASK_TEST(each_of_a_group_has_its_own_answer)
{
	enum { TAKEN, MISSED, LATE, LEFT, ORPHAN, FINE, ALSO_FINE, COUNT };
	struct job jobs[COUNT];
	struct item there = item_make("there", 1);
	TRY(warm_up(cx));
	TRY(commit_one(cx, INSERT, &there));
	jobs_make(cx, jobs, COUNT);
	jobs[TAKEN].item.name = "there";
	jobs[MISSED].index = BUMP_ITEM;
	jobs[LATE].index = NAP_TOO_LONG;
	jobs[LATE].cx.deadline_us = clock_mono_now() + 3 * SECOND_US;
	jobs[ORPHAN].index = ADOPT;
	jobs_start(jobs, COUNT);
	task_cancel(jobs[LEFT].cx.task); /* before the turn ends: nothing was sent */
	TRY(jobs_end(cx, jobs, COUNT));
	ck_assert_str_eq(jobs[TAKEN].code, NAME_TAKEN->code);
	ck_assert_str_eq(jobs[MISSED].code, NO_ITEM->code);
	ck_assert_str_eq(jobs[LATE].code, DEADLINE_PASSED->code);
	ck_assert_str_eq(jobs[LEFT].code, CANCELLED->code);
	ck_assert_str_eq(jobs[ORPHAN].code, NO_ITEM->code);
	ck_assert_str_eq(jobs[FINE].code, "");
	ck_assert_str_eq(jobs[ALSO_FINE].code, "");
	for (int i = 0; i < COUNT; i++)
		ck_assert_int_eq(is_there(jobs[i].item.id), i == FINE || i == ALSO_FINE);
	ck_assert_int_lt(jobs[LATE].took, 5 * SECOND_US);
	ck_assert_uint_eq(stats().grouped, COUNT - 1);
	ck_assert_uint_eq(stats().parted, COUNT - 1);
	return NULL;
}

/* What is refused only when all is committed belongs to none in particular. */
TASK_TEST(a_refusal_at_the_commit_is_told_to_whom_it_belongs)
{
	struct job jobs[5];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 5);
	jobs[2].index = ADOPT;
	jobs_start(jobs, 5);
	TRY(jobs_end(cx, jobs, 5));
	ck_assert_int_eq(jobs_with(jobs, 5, ""), 4);
	ck_assert_str_eq(jobs[2].code, NO_ITEM->code);
	ck_assert_int_eq(number("SELECT count(*) FROM alpha.item"), 4);
	return NULL;
}

TASK_TEST(a_row_that_is_held_keeps_only_its_own_change_waiting)
{
	struct job jobs[8];
	struct item held = item_make("held", 1);
	char text[UUID_TEXT];
	TRY(warm_up(cx));
	TRY(commit_one(cx, INSERT, &held));
	uuid_text(held.id, text);
	PGconn *other = PQconnectdb(scene_conninfo);
	PQclear(PQexec(other, arena_fmt(cx->arena, "BEGIN; SELECT FROM alpha.item WHERE id = '%s' FOR UPDATE",
					text)));
	jobs_make(cx, jobs, 8);
	jobs[3].index = BUMP_ITEM;
	jobs[3].item.id = held.id;
	jobs_start(jobs, 8);
	for (int i = 0; i < 8; i++)
		while (i != 3 && !jobs[i].ended)
			TRY(wait_ms(cx, 1));
	ck_assert(!jobs[3].ended);
	PQclear(PQexec(other, "COMMIT"));
	PQfinish(other);
	TRY(jobs_end(cx, jobs, 8));
	ck_assert_int_eq(jobs_with(jobs, 8, ""), 8);
	ck_assert_uint_eq(stats().parted, 8);
	return NULL;
}

/* Groups that fail again and again would cost every change a second try. */
TASK_TEST(groups_that_fail_become_smaller)
{
	struct job jobs[40];
	struct item there = item_make("there", 1);
	TRY(warm_up(cx));
	TRY(commit_one(cx, INSERT, &there));
	for (int round = 0; round < 12; round++) {
		jobs_make(cx, jobs, 40);
		for (int i = 0; i < 40; i++)
			jobs[i].item.name = i % 4 ? arena_fmt(cx->arena, "name %d %d", round, i) : "there";
		jobs_start(jobs, 40);
		TRY(jobs_end(cx, jobs, 40));
		ck_assert_int_eq(jobs_with(jobs, 40, ""), 30);
		ck_assert_int_eq(jobs_with(jobs, 40, NAME_TAKEN->code), 10);
	}
	ck_assert_uint_lt(stats().parted, 12 * 40 / 3);
	return NULL;
}

/* --- Connections that are lost --- */

static void end_backends(void)
{
	free(test_sql(scene_conninfo,
		      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
		      " application_name = 'vobemusic/alpha' AND datname = current_database()"));
}

TASK_TEST(a_group_whose_backend_ends_is_done_once_or_unknown)
{
	enum { MANY = 300 };
	static struct job jobs[MANY];
	int unknown = 0;
	for (int round = 0; round < 6; round++) {
		jobs_make(cx, jobs, MANY);
		for (int i = 0; i < MANY; i++)
			jobs[i].item.name = arena_fmt(cx->arena, "%d %d", round, i);
		jobs_start(jobs, MANY);
		TRY(wait_ms(cx, 1 + round * 2));
		end_backends();
		TRY(jobs_end(cx, jobs, MANY));
		for (int i = 0; i < MANY; i++)
			if (strcmp(jobs[i].code, "outcome_unknown") != 0) {
				ck_assert_str_eq(jobs[i].code, "");
				ck_assert(is_there(jobs[i].item.id));
			}
		unknown += jobs_with(jobs, MANY, "outcome_unknown");
	}
	ck_assert_uint_ge(stats().groups, 6);
	ck_assert_int_le(unknown, 6 * 2 * 64); /* what was being committed, on each connection */
	return NULL;
}

/* The server says goodbye in the middle of a statement: nothing of the group was committed. */
TASK_TEST(a_group_that_was_not_being_committed_is_sent_again)
{
	struct job jobs[10];
	TRY(warm_up(cx));
	jobs_make(cx, jobs, 10);
	jobs[9].index = NAP;
	jobs_start(jobs, 10);
	while (!number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
		       " AND datname = current_database()"))
		TRY(wait_ms(cx, 1));
	end_backends();
	TRY(jobs_end(cx, jobs, 10));
	ck_assert_int_eq(jobs_with(jobs, 10, ""), 10);
	ck_assert_int_eq(number("SELECT count(*) FROM alpha.item"), 10);
	return NULL;
}
