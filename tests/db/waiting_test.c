/* Who waits for whom: rows that another session holds, deadlines, long changes, locked tables. */
#include "db/scene.h"

#include "vobe/clock.h"

#include <libpq-fe.h>
#include <stdio.h>

enum { LOCK_MS = 2000, REQUEST_S = 5, LANES = 2 };

/* --- Another session --- */

static PGconn *other;

static void other_does(const char *sql)
{
	PGresult *r = PQexec(other, sql);
	ck_assert_msg(PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK, "%s: %s",
		      sql, PQerrorMessage(other));
	PQclear(r);
}

static void other_holds(struct uuid id)
{
	char text[UUID_TEXT], sql[200];
	uuid_text(id, text);
	snprintf(sql, sizeof sql, "BEGIN; SELECT FROM alpha.item WHERE id = '%s' FOR UPDATE", text);
	other_does(sql);
}

/* --- Many at once --- */

struct job {
	struct ctx cx;
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	bool ended;
	int64_t began, took;
	char code[40], cause[200]; /* of the problem, empty when fine */
};

static err run_job(struct ctx *cx, void *arg)
{
	const struct job *j = arg;
	return j->run(cx, j->arg);
}

static void end_job(void *arg, err e)
{
	struct job *j = arg;
	j->ended = true;
	j->took = clock_mono_now() - j->began;
	snprintf(j->code, sizeof j->code, "%s", e ? e->code : "");
	snprintf(j->cause, sizeof j->cause, "%s", e && e->cause ? e->cause : "");
}

static void job_start(struct job *j, err (*run)(struct ctx *cx, void *arg), void *arg)
{
	*j = (struct job){.cx = {.arena = arena_new(), .request_id = "job"}, .run = run, .arg = arg};
	j->began = clock_mono_now();
	j->cx.deadline_us = j->began + REQUEST_S * SECOND_US;
	ck_assert(task_start(&j->cx, run_job, j, end_job));
}

static err jobs_end(struct ctx *cx, struct job *jobs, int count)
{
	for (int i = 0; i < count; i++) {
		while (!jobs[i].ended)
			TRY(wait_ms(cx, 1));
		arena_free(jobs[i].cx.arena);
	}
	return NULL;
}

static err bump(struct ctx *cx, void *arg)
{
	return commit_one(cx, BUMP, &(struct by_id){*(struct uuid *)arg});
}

static struct statement more[] = {
	{.name = "nap",
	 .sql = "WITH slept AS MATERIALIZED (SELECT pg_sleep(0.7)) UPDATE item SET n = n + 1 FROM slept WHERE"
		" id = $id",
	 .in = &by_id_schema,
	 .rows = 1},
	{.name = "too_large", .sql = "UPDATE item SET n = 1000000 WHERE id = $id", .in = &by_id_schema},
	{0},
};
enum { NAP, TOO_LARGE };

static void open_two_sessions(void)
{
	scene_more = more;
	scene_sql = "CREATE TABLE more (n bigint CONSTRAINT more_is_small CHECK (n < 10))";
	open_scene();
	other = PQconnectdb(scene_conninfo);
	ck_assert_int_eq(PQstatus(other), CONNECTION_OK);
}

static void close_two_sessions(void)
{
	PQfinish(other);
	close_scene();
}

SCENE(open_two_sessions, close_two_sessions);

/* --- Deadlines --- */

TASK_TEST(change_of_a_held_row_ends_by_its_deadline)
{
	struct item held = item_make("held", 1), out;
	struct job j;
	TRY(commit_one(cx, INSERT, &held));
	other_holds(held.id);
	job_start(&j, bump, &held.id);
	TRY(jobs_end(cx, &j, 1));
	ck_assert_str_ne(j.code, "");
	ck_assert_int_le(j.took, (REQUEST_S * 1000 + 400) * INT64_C(1000));
	other_does("COMMIT");
	TRY(wait_ms(cx, 300)); /* nothing is tried behind the answer */
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){held.id}, &out));
	ck_assert_int_eq(out.n, 1);
	ck_assert(!pool_is_busy(scene_pool));
	return NULL;
}

TASK_TEST(eight_changes_of_a_held_row_end_by_their_deadline)
{
	struct item held = item_make("held", 1);
	struct job jobs[8];
	TRY(commit_one(cx, INSERT, &held));
	other_holds(held.id);
	for (int i = 0; i < 8; i++)
		job_start(&jobs[i], bump, &held.id);
	TRY(jobs_end(cx, jobs, 8));
	for (int i = 0; i < 8; i++) {
		ck_assert_str_ne(jobs[i].code, "");
		ck_assert_int_le(jobs[i].took, (REQUEST_S * 1000 + 400) * INT64_C(1000));
	}
	other_does("COMMIT");
	return NULL;
}

TASK_TEST(held_row_that_is_let_go_in_time_is_changed_once)
{
	struct item held = item_make("held", 1), out;
	struct job jobs[6];
	TRY(commit_one(cx, INSERT, &held));
	other_holds(held.id);
	for (int i = 0; i < 6; i++)
		job_start(&jobs[i], bump, &held.id);
	TRY(wait_ms(cx, 2500)); /* longer than a wait for a lock: they are in their second try */
	other_does("COMMIT");
	TRY(jobs_end(cx, jobs, 6));
	for (int i = 0; i < 6; i++)
		ck_assert_str_eq(jobs[i].code, "");
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){held.id}, &out));
	ck_assert_int_eq(out.n, 7);
	return NULL;
}

/* --- Those behind --- */

TASK_TEST(changes_of_other_rows_get_past_a_held_one)
{
	enum { OTHERS = 24 };
	struct item held = item_make("held", 1), items[OTHERS];
	struct job blocked[4], jobs[OTHERS];
	TRY(commit_one(cx, INSERT, &held));
	for (int i = 0; i < OTHERS; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "%d", i), 1);
		TRY(commit_one(cx, INSERT, &items[i]));
	}
	other_holds(held.id);
	for (int i = 0; i < 4; i++)
		job_start(&blocked[i], bump, &held.id);
	for (int i = 0; i < OTHERS; i++)
		job_start(&jobs[i], bump, &items[i].id);
	TRY(jobs_end(cx, jobs, OTHERS));
	for (int i = 0; i < OTHERS; i++) {
		ck_assert_str_eq(jobs[i].code, "");
		ck_assert_int_lt(jobs[i].took, LOCK_MS * INT64_C(1000));
	}
	other_does("COMMIT");
	return jobs_end(cx, blocked, 4);
}

/* --- Long changes --- */

TASK_TEST(silence_is_measured_by_the_statement)
{
	struct item a = item_make("a", 0), out;
	TRY(commit_one(cx, INSERT, &a));
	struct change *ch = change_begin(cx);
	for (int i = 0; i < 8; i++) /* 5.6 s together; one may take 3 s */
		change_add_(ch, &more[NAP], &(struct by_id){a.id});
	assert_fine(change_commit(cx, ch));
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out));
	ck_assert_int_eq(out.n, 8);
	ck_assert_int_eq(stats().lost_connections, 0);
	return NULL;
}

/* --- What operators are told --- */

TASK_TEST(refusal_has_the_servers_words_as_its_cause)
{
	struct item a = item_make("a", 1), twin = item_make("a", 2);
	TRY(commit_one(cx, INSERT, &a));
	err e = commit_one(cx, INSERT, &twin);
	ck_assert_ptr_nonnull(strstr(e->cause, "SQLSTATE 23505, constraint item_name_key"));
	ck_assert_ptr_null(strstr(e->cause, "(name)=(a)"));
	struct change *ch = change_begin(cx);
	change_add_(ch, &more[TOO_LARGE], &(struct by_id){a.id});
	e = change_commit(cx, ch);
	ck_assert_ptr_nonnull(strstr(e->cause, "alpha.too_large: new row for relation \"item\" violates"));
	return NULL;
}

TASK_TEST(writes_that_are_refused_show)
{
	struct item a = item_make("a", 1);
	const char *why;
	ck_assert(!pool_refuses_writes(scene_pool, &why));
	free(test_sql(scene_conninfo, "CREATE FUNCTION alpha.full_disk() RETURNS trigger LANGUAGE plpgsql AS"
				      " $$ BEGIN RAISE 'could not extend file: No space left on device' USING"
				      " ERRCODE = '53100'; END $$;"
				      "CREATE TRIGGER full_disk BEFORE INSERT ON alpha.item EXECUTE FUNCTION"
				      " alpha.full_disk()"));
	err e = commit_one(cx, INSERT, &a);
	assert_problem(e, UNAVAILABLE);
	ck_assert_ptr_null(strstr(e->detail, "cannot be reached"));
	ck_assert(pool_refuses_writes(scene_pool, &why));
	ck_assert_ptr_nonnull(strstr(why, "No space left"));
	free(test_sql(scene_conninfo, "DROP TRIGGER full_disk ON alpha.item"));
	TRY(commit_one(cx, INSERT, &a));
	ck_assert(!pool_refuses_writes(scene_pool, &why));
	return NULL;
}

/* --- A table that another session has locked --- */

TASK_TEST(preparing_beside_a_lock_is_no_fault_of_the_statements)
{
	struct pool_config cfg = scene_config(scene_conninfo);
	pool_close(scene_pool);
	cfg.lock_timeout_ms = 300;
	scene_pool = pool_open(&cfg);
	pool_statements(scene_pool, scene_statements);
	other_does("BEGIN; LOCK TABLE alpha.item IN ACCESS EXCLUSIVE MODE");
	err e = pool_check(cx, scene_pool);
	assert_problem(e, UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(e->detail, "55P03"));
	other_does("COMMIT");
	assert_fine(pool_check(cx, scene_pool));
	return NULL;
}
