/* What becomes of reads and changes when statements hang, tasks give up, connections break and the server
 * goes away. */
#include "db/scene.h"

#include "vobe/clock.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Many operations at once, each with its outcome --- */

struct job {
	struct ctx cx;
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	bool ended;
	char code[40]; /* of the problem, empty when fine */
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
	snprintf(j->code, sizeof j->code, "%s", e ? e->code : "");
}

static void job_start(struct job *j, err (*run)(struct ctx *cx, void *arg), void *arg)
{
	*j = (struct job){.cx = {.arena = arena_new(), .request_id = "job"}, .run = run, .arg = arg};
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

static int jobs_with(const struct job *jobs, int count, const char *code)
{
	int n = 0;
	for (int i = 0; i < count; i++)
		n += strcmp(jobs[i].code, code) == 0;
	return n;
}

static err insert_job(struct ctx *cx, void *arg)
{
	return commit_one(cx, INSERT, arg);
}

static err read_job(struct ctx *cx, void *arg)
{
	const struct item *wanted = arg;
	struct item out;
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){wanted->id}, &out));
	ck_assert_int_eq(out.n, wanted->n);
	return NULL;
}

static err slow_job(struct ctx *cx, void *arg)
{
	struct item out;
	return db_row_(cx, st(SLOWLY), arg, &out);
}

static int64_t count_items(void)
{
	char *n = test_sql(scene_conninfo, "SELECT count(*) FROM alpha.item");
	int64_t count = atoll(n);
	free(n);
	return count;
}

/* What was acknowledged is there, what was refused is not; only an unknown outcome may be either. */
static void assert_ledger(const struct item *items, const struct job *jobs, int count)
{
	char *all =
		test_sql(scene_conninfo, "SELECT coalesce(string_agg(id::text, ' '), '') FROM alpha.item");
	for (int i = 0; i < count; i++) {
		char id[UUID_TEXT];
		uuid_text(items[i].id, id);
		bool is_there = strstr(all, id) != NULL;
		if (!jobs[i].code[0])
			ck_assert_msg(is_there, "change %d was acknowledged and is lost", i);
		else if (strcmp(jobs[i].code, "outcome_unknown") != 0)
			ck_assert_msg(!is_there, "change %d was refused (%s) and is there", i, jobs[i].code);
	}
	free(all);
}

static void end_backends(const char *method)
{
	free(test_sql(
		scene_conninfo,
		"SELECT count(%s(pid)) FROM pg_stat_activity WHERE application_name = 'vobemusic/alpha' "
		"AND datname = current_database()",
		method));
}

static struct statement more[] = {
	{.name = "bump_slowly",
	 .sql = "WITH slept AS MATERIALIZED (SELECT pg_sleep(0.2)) UPDATE item SET n = n + 1 FROM slept "
		"WHERE id = $id",
	 .in = &by_id_schema,
	 .rows = 1},
	{.name = "sleep_long", .sql = "SELECT 1::bigint AS n FROM pg_sleep(30)", .out = &item_schema},
	{.name = "sleep_seconds",
	 .sql = "SELECT 1::bigint AS n FROM pg_sleep(3)",
	 .out = &item_schema,
	 .lane = LANE_SLOW},
	{.name = "adopt", .sql = "INSERT INTO child (id, item_id) VALUES ($id, $id)", .in = &by_id_schema},
	{0},
};
enum { BUMP_SLOWLY, SLEEP_LONG, SLEEP_SECONDS, ADOPT };

/*
 * Limits of time are several times what it takes on an idle machine, and less than what a fault would take:
 * the machine may have other work.
 */
static err wait_until_idle(struct ctx *cx)
{
	int64_t patience = clock_mono_now() + 30 * SECOND_US;
	while (pool_is_busy(scene_pool) && clock_mono_now() < patience)
		TRY(wait_ms(cx, 10));
	ck_assert(!pool_is_busy(scene_pool));
	return NULL;
}

/* --- Tasks that give up --- */

static void open_connections(void)
{
	scene_more = more;
	scene_sql = "CREATE TABLE child (id uuid PRIMARY KEY, item_id uuid CONSTRAINT child_item REFERENCES "
		    "item (id) "
		    "DEFERRABLE INITIALLY DEFERRED)";
	open_scene();
}

SCENE(open_connections, close_scene);

TASK_TEST(deadline_leaves_the_read_behind)
{
	struct item a = item_make("a", 1), out;
	TRY(commit_one(cx, INSERT, &a));
	TRY(db_row_(cx, st(SLOWLY), &(struct by_id){a.id},
		    &out)); /* its connection is ready now: the next one is sent */
	cx->deadline_us = clock_mono_now() + 50000;
	assert_problem(db_row_(cx, &more[SLEEP_SECONDS], NULL, &out), DEADLINE_PASSED);
	cx->deadline_us = 0;
	ck_assert(pool_is_busy(scene_pool));
	assert_fine(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out));
	return wait_until_idle(cx);
}

static int heard;

static void hear(struct change *ch, void *arg)
{
	(void)ch;
	(void)arg;
	heard++;
}

static err heard_insert_job(struct ctx *cx, void *arg)
{
	struct change *ch = change_begin(cx);
	change_add_(ch, st(INSERT), arg);
	change_on_commit(ch, hear, NULL);
	return change_commit(cx, ch);
}

TASK_TEST(change_that_was_sent_is_awaited_in_spite_of_a_cancel)
{
	struct item warm = item_make("warm", 1), a = item_make("a", 2);
	struct job j;
	TRY(commit_one(cx, INSERT, &warm)); /* a writing connection is ready now */
	job_start(&j, heard_insert_job, &a);
	TRY(wait_ms(cx, 0)); /* a turn ends: it has been sent */
	task_cancel(j.cx.task);
	TRY(jobs_end(cx, &j, 1));
	ck_assert_str_eq(j.code, "");
	ck_assert_int_eq(heard, 1);
	ck_assert_int_eq(count_items(), 2);
	return NULL;
}

TASK_TEST(change_that_was_not_sent_is_cancelled_whole)
{
	struct item a = item_make("a", 1);
	struct job j;
	job_start(&j, heard_insert_job, &a); /* no writing connection yet: it is queued */
	task_cancel(j.cx.task);
	TRY(jobs_end(cx, &j, 1));
	ck_assert_str_eq(j.code, "cancelled");
	TRY(wait_ms(cx, 200));
	ck_assert_int_eq(heard, 0);
	ck_assert_int_eq(count_items(), 0);
	return NULL;
}

/* --- Refusals of the server --- */

static struct item pair[2];

static err bump_both_job(struct ctx *cx, void *arg)
{
	const int first = *(const int *)arg;
	struct change *ch = change_begin(cx);
	change_alone(ch);
	change_add_(ch, &more[BUMP_SLOWLY], &(struct by_id){pair[first].id});
	change_add_(ch, &more[BUMP_SLOWLY], &(struct by_id){pair[1 - first].id});
	return change_commit(cx, ch);
}

TASK_TEST(deadlocked_changes_are_tried_again)
{
	static const int order[] = {0, 1};
	struct job jobs[2];
	struct item out, warm[] = {item_make("w1", 1), item_make("w2", 2)};
	for (int i = 0; i < 2; i++) {
		pair[i] = item_make(i ? "second" : "first", 10);
		TRY(commit_one(cx, INSERT, &pair[i]));
		job_start(&jobs[i], insert_job, &warm[i]);
	}
	TRY(jobs_end(cx, jobs, 2));
	TRY(wait_ms(cx, 100)); /* both writing connections are there */
	for (int i = 0; i < 2; i++)
		job_start(&jobs[i], bump_both_job, (void *)(uintptr_t)&order[i]);
	TRY(jobs_end(cx, jobs, 2));
	ck_assert_int_eq(jobs_with(jobs, 2, ""), 2);
	for (int i = 0; i < 2; i++) {
		TRY(db_row_(cx, st(BY_ID), &(struct by_id){pair[i].id}, &out));
		ck_assert_int_eq(out.n, 12);
	}
	return NULL;
}

TASK_TEST(statement_timeout_is_told)
{
	struct item out;
	int64_t start = clock_mono_now();
	assert_problem(db_row_(cx, &more[SLEEP_LONG], NULL, &out), DEADLINE_PASSED);
	ck_assert_int_lt(clock_mono_now() - start, 20 * SECOND_US);
	return NULL;
}

/* Deferred constraints are looked at when the Sync commits: the refusal belongs to no statement. */
TASK_TEST(refusal_at_the_commit_undoes_the_change)
{
	struct item a = item_make("a", 1);
	for (int round = 0; round < 3; round++) {
		struct change *ch = change_begin(cx);
		change_add_(ch, &more[ADOPT], &(struct by_id){uuid_new()});
		change_on_commit(ch, hear, NULL);
		assert_problem(change_commit(cx, ch), NO_ITEM);
	}
	ck_assert_int_eq(heard, 0);
	struct change *ch = change_begin(cx);
	change_add_(ch, &more[ADOPT], &(struct by_id){a.id});
	change_add_(ch, st(INSERT), &a);
	assert_fine(change_commit(cx, ch));
	ck_assert_int_eq(stats().lost_connections, 0);
	return NULL;
}

/* --- Broken connections --- */

enum { MANY = 300 };

TASK_TEST(reads_survive_a_killed_connection)
{
	static struct job jobs[MANY];
	struct item a = item_make("a", 1);
	TRY(commit_one(cx, INSERT, &a));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < MANY; i++)
			job_start(&jobs[i], read_job, &a);
		TRY(wait_ms(cx, 0));
		end_backends("pg_terminate_backend");
		TRY(jobs_end(cx, jobs, MANY));
		ck_assert_int_eq(jobs_with(jobs, MANY, ""), MANY);
	}
	ck_assert_uint_ge(stats().lost_connections, 2);
	return NULL;
}

TASK_TEST(slow_reads_survive_a_killed_connection)
{
	struct item a = item_make("a", 1);
	struct job j;
	TRY(commit_one(cx, INSERT, &a));
	job_start(&j, slow_job, &a.id);
	TRY(wait_ms(cx, 100));
	end_backends("pg_terminate_backend");
	TRY(jobs_end(cx, &j, 1));
	ck_assert_str_eq(j.code, "");
	return NULL;
}

TASK_TEST(changes_keep_their_word_when_connections_are_killed)
{
	static struct job jobs[MANY];
	static struct item items[MANY];
	int unknown = 0;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < MANY; i++) {
			items[i] = item_make(arena_fmt(cx->arena, "%d %d", round, i), i);
			job_start(&jobs[i], insert_job, &items[i]);
		}
		TRY(wait_ms(cx, 2 + round * 3));
		end_backends("pg_terminate_backend");
		TRY(jobs_end(cx, jobs, MANY));
		assert_ledger(items, jobs, MANY);
		unknown += jobs_with(jobs, MANY, "outcome_unknown");
		ck_assert_int_eq(jobs_with(jobs, MANY, "") + jobs_with(jobs, MANY, "outcome_unknown"), MANY);
	}
	/* The server says goodbye: mostly only what it was committing at that moment is unknown. 80 would be
	 * all it had. */
	ck_assert_int_le(unknown, 40);
	return NULL;
}

/* A backend that neither answers nor closes, as behind a network that swallows packets. */
TASK_TEST(silent_connections_are_given_up)
{
	struct item a = item_make("a", 1), out;
	TRY(commit_one(cx, INSERT, &a));
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out));
	char *pid = test_sql(
		scene_conninfo,
		"SELECT pid FROM pg_stat_activity WHERE application_name = 'vobemusic/alpha' AND "
		"datname = current_database() AND query LIKE '%%SELECT%%FROM item WHERE id%%' LIMIT 1");
	ck_assert_ptr_nonnull(pid);
	kill((pid_t)atoi(pid), SIGSTOP);
	int64_t start = clock_mono_now();
	err e = db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out);
	int64_t took = clock_mono_now() - start;
	kill((pid_t)atoi(pid), SIGCONT);
	free(pid);
	assert_fine(e);
	ck_assert_int_gt(took, 3 * SECOND_US);
	ck_assert_int_lt(took, 20 * SECOND_US);
	return NULL;
}

/* A laptop that slept, a stopped process: time passed, but nobody waited in vain. */
TASK_TEST(stall_of_our_own_is_not_blamed_on_the_server)
{
	struct item a = item_make("a", 1), b = item_make("b", 2), warm = item_make("warm", 3);
	struct job jobs[2];
	TRY(commit_one(cx, INSERT, &warm));
	job_start(&jobs[0], insert_job, &a);
	TRY(wait_ms(cx, 0)); /* sent */
	job_start(&jobs[1], insert_job, &b);
	sleep(5);
	TRY(jobs_end(cx, jobs, 2));
	ck_assert_int_eq(jobs_with(jobs, 2, ""), 2);
	ck_assert_int_eq(stats().lost_connections, 0);
	return NULL;
}

/* --- A server that goes away and comes back: one of our own --- */

static char own_dir[200];

static void own_server(const char *action, const char *mode)
{
	char command[400];
	snprintf(command, sizeof command,
		 "PG_INITDB_FLAGS=-N PG_CONF='fsync=off;dynamic_shared_memory_type=mmap' "
		 "tools/pg %s %s %s",
		 action, own_dir, mode);
	ck_assert_int_eq(system(command), 0);
}

/* Each test forks, so each makes its own; the databases of the common server are not touched. */
static void open_own_server(void)
{
	char conninfo[300];
	const char *dir = getenv("VOBE_TEST_DIR");
	snprintf(own_dir, sizeof own_dir, "%s/own%d", dir ? dir : "/tmp", (int)getpid());
	ck_assert_int_eq(mkdir(own_dir, 0755), 0);
	own_server("start", "");
	snprintf(conninfo, sizeof conninfo, "host=%s/s user=vobemusic dbname=postgres", own_dir);
	setenv("VOBE_TEST_PG", conninfo, 1);
	setenv("VOBE_TEST_DIR", own_dir, 1);
	open_scene();
}

static void close_own_server(void)
{
	close_scene();
	own_server("start", ""); /* the test database is dropped at exit */
}

/* How long until a read is answered again. */
static int64_t recovery_us(struct ctx *cx, const struct item *it)
{
	int64_t start = clock_mono_now();
	struct item out;
	while (db_row_(cx, st(BY_ID), &(struct by_id){it->id}, &out))
		if (wait_ms(cx, 10) || clock_mono_now() - start > 20 * SECOND_US)
			break;
	return clock_mono_now() - start;
}

SCENE(open_own_server, close_own_server);

TASK_TEST(server_that_stops_is_noticed_and_found_again)
{
	struct item a = item_make("a", 1), b = item_make("b", 2), out;
	TRY(commit_one(cx, INSERT, &a));
	own_server("stop", "fast");
	int64_t start = clock_mono_now();
	assert_problem(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out), UNAVAILABLE);
	assert_problem(commit_one(cx, INSERT, &b), UNAVAILABLE);
	ck_assert_int_lt(clock_mono_now() - start, 15 * SECOND_US);
	int64_t waited = 0, since;
	for (int i = 0; i < 30; i++) {
		start = clock_mono_now();
		assert_problem(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out), UNAVAILABLE);
		waited += clock_mono_now() - start;
		TRY(wait_ms(cx, 100));
	}
	ck_assert_int_lt(waited, 15 * SECOND_US); /* known to be away: nobody waits the two seconds again */
	ck_assert(!pool_is_up(scene_pool, &since));
	ck_assert_int_lt(since, clock_mono_now() - 2 * SECOND_US);
	own_server("start", "");
	ck_assert_int_lt(recovery_us(cx, &a), 10 * SECOND_US);
	ck_assert(pool_is_up(scene_pool, NULL));
	assert_fine(commit_one(cx, INSERT, &b));
	return NULL;
}

TASK_TEST(restart_at_once_costs_no_read)
{
	struct item a = item_make("a", 1);
	struct job j;
	TRY(commit_one(cx, INSERT, &a));
	own_server("stop", "immediate");
	job_start(&j, read_job, &a);
	own_server("start", "");
	TRY(jobs_end(cx, &j, 1));
	ck_assert_str_eq(j.code, "");
	return NULL;
}

TASK_TEST(changes_keep_their_word_when_the_server_crashes)
{
	static struct job jobs[MANY];
	static struct item items[MANY];
	for (int i = 0; i < MANY; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "%d", i), i);
		job_start(&jobs[i], insert_job, &items[i]);
	}
	TRY(wait_ms(cx, 10));
	own_server("stop", "immediate");
	TRY(jobs_end(cx, jobs, MANY));
	own_server("start", "");
	assert_ledger(items, jobs, MANY);
	return NULL;
}

TASK_TEST(queue_is_bounded)
{
	enum { BOUND = 50 };
	static struct job jobs[BOUND + 10];
	struct item a = item_make("a", 1);
	pool_close(scene_pool);
	struct pool_config cfg = scene_config(scene_conninfo);
	cfg.queue_max = BOUND;
	scene_pool = pool_open(&cfg);
	pool_statements(scene_pool, scene_statements);
	TRY(pool_check(cx, scene_pool));
	TRY(commit_one(cx, INSERT, &a));
	own_server("stop", "fast");
	while (pool_is_up(scene_pool, NULL)) /* until it is noticed */
		TRY(wait_ms(cx, 10));
	for (int i = 0; i < BOUND + 10; i++)
		job_start(&jobs[i], read_job, &a);
	ck_assert_int_eq(stats().queued, BOUND);
	TRY(wait_ms(cx, 0)); /* tasks that ended at once are told on the loop's stack */
	ck_assert_int_eq(jobs_with(jobs, BOUND + 10, "unavailable"), 10);
	own_server("start", "");
	TRY(jobs_end(cx, jobs, BOUND + 10));
	ck_assert_int_eq(jobs_with(jobs, BOUND + 10, ""), BOUND);
	return NULL;
}
