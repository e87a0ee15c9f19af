/* Events of changes that are sent together: one append, and a log as if each change had been alone. */
#include "bus/scene.h"
#include "support/test.h"

#include <stdio.h>

enum { MANY = 40 };

SCENE(open_scene, close_scene);

struct telling_job {
	struct ctx cx;
	struct uuid id;
	int64_t version;
	int events;  /* that it tells of the item */
	bool is_row; /* and it inserts it */
	bool ended;
	char code[40];
};

static err insert_and_tell(struct ctx *cx, void *arg)
{
	const struct telling_job *j = arg;
	struct change *ch = change_begin(cx);
	const struct item item = {.item_id = j->id, .n = j->version, .name = "a name"};

	if (j->is_row)
		change_add_(ch, &shop_statements[0], &item);
	for (int i = 0; i < j->events; i++)
		tell_(ch, i % 2 ? &item_changed : &item_added, j->id, j->version + i, &item);
	return change_commit(cx, ch);
}

static void job_ended(void *arg, err e)
{
	struct telling_job *j = arg;

	snprintf(j->code, sizeof j->code, "%s", e ? e->code : "");
	j->ended = true;
}

/* All in one turn, each on behalf of another viewer. */
static err run_jobs(struct ctx *cx, void *arg)
{
	struct telling_job *jobs = arg;

	for (int i = 0; i < MANY; i++) {
		struct telling_job *j = &jobs[i];

		j->cx.arena = arena_new();
		j->cx.viewer.user_id = j->id;
		j->cx.request_id = arena_fmt(j->cx.arena, "request %d", i);
		ck_assert(task_start(&j->cx, insert_and_tell, j, job_ended));
	}
	for (int i = 0; i < MANY; i++)
		while (!jobs[i].ended)
			TRY(wait_ms(cx, 1));
	return NULL;
}

static void jobs_free(struct telling_job *jobs)
{
	for (int i = 0; i < MANY; i++)
		arena_free(jobs[i].cx.arena);
}

static void jobs_make(struct telling_job *jobs)
{
	for (int i = 0; i < MANY; i++)
		jobs[i] = (struct telling_job){
			.id = uuid_new(), .version = 1, .events = 1 + i % 3, .is_row = true};
}

#define TRANSACTIONS "SELECT count(DISTINCT xmin::text) FROM shop.outbox"

TEST(changes_sent_together_are_one_append)
{
	static struct telling_job jobs[MANY];

	tell_one(&item_added, uuid_new(), 1, 1); /* a connection is there */
	jobs_make(jobs);
	run(run_jobs, jobs);
	settle();
	ASSERT_SQL("SELECT count(*) FROM shop.item", MANY);
	ck_assert_int_le(sql_int(TRANSACTIONS), 3); /* not one each */
	ASSERT_SQL("SELECT sum(off)::bigint FROM shop.outbox_head",
		   1 + (MANY / 3 + 1) * 1 + (MANY / 3) * 2 + (MANY / 3) * 3);
	/* Each event has its own cause, and its change's order. */
	ASSERT_SQL("SELECT count(*) FROM shop.outbox WHERE correlation_id LIKE 'request %' AND actor_id IS "
		   "DISTINCT FROM agg_id",
		   0);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox a JOIN shop.outbox b USING (part, agg_id)"
		   " WHERE a.off < b.off AND a.agg_version >= b.agg_version",
		   0);
	ASSERT_SQL("SELECT max(n) FROM (SELECT count(DISTINCT correlation_id) AS n FROM shop.outbox GROUP BY"
		   " agg_id) t",
		   1);
	jobs_free(jobs);
	assert_complete();
}

/* What is undone gives its offsets back, and takes none of the others' along. */
TEST(a_change_that_fails_leaves_no_trace_in_the_log)
{
	static struct telling_job jobs[MANY];
	int failed = 0;

	tell_one(&item_added, uuid_new(), 1, 1);
	jobs_make(jobs);
	for (int i = 10; i < MANY; i += 10)
		jobs[i].id = jobs[3].id; /* the same key: only one of these can be inserted */
	for (int i = 20; i < MANY; i += 10)
		jobs[i].events = 0; /* and some do not even tell what they touch */
	run(run_jobs, jobs);
	settle();
	for (int i = 0; i < MANY; i++) {
		failed += jobs[i].code[0] != 0;
		ck_assert(!jobs[i].code[0] || !strcmp(jobs[i].code, "item_taken"));
	}
	ck_assert_int_eq(failed, MANY / 10 - 1);
	ASSERT_SQL("SELECT count(*) FROM shop.item", MANY - MANY / 10 + 1);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox o LEFT JOIN shop.item i ON i.item_id = o.agg_id"
		   " WHERE i.item_id IS NULL AND o.correlation_id <> 'boot'",
		   0);
	jobs_free(jobs);
	assert_sound();
	assert_complete();
}

TEST(changes_of_one_aggregate_stand_in_the_order_of_their_commits)
{
	static struct telling_job jobs[MANY];
	const struct uuid id = uuid_new();

	tell_one(&item_added, uuid_new(), 1, 1);
	for (int i = 0; i < MANY; i++)
		jobs[i] = (struct telling_job){
			.id = i % 2 ? id : uuid_new(), .version = i % 2 ? i : 1, .events = 1};
	run(run_jobs, jobs);
	settle();
	ASSERT_SQL("SELECT max(n) FROM (SELECT count(*) AS n FROM shop.outbox GROUP BY agg_id, xmin::text) t",
		   1);
	ASSERT_SQL(
		"SELECT count(*) FROM (SELECT agg_version - lag(agg_version) OVER (PARTITION BY agg_id ORDER"
		" BY off) AS step FROM shop.outbox) t WHERE step <= 0",
		0);
	jobs_free(jobs);
	assert_complete();
}

/* The heads are locked in the order of partitions, so appends of several never wait for each other. */
TEST(appends_never_deadlock)
{
	static struct telling_job jobs[MANY];

	for (int round = 0; round < 20; round++) {
		jobs_make(jobs);
		run(run_jobs, jobs);
		for (int i = 0; i < MANY; i++)
			ck_assert_str_eq(jobs[i].code, "");
		jobs_free(jobs);
	}
	settle();
	ASSERT_SQL("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", 0);
	ASSERT_SQL("SELECT count(*) FROM shop.item", 20 * MANY);
	assert_complete();
}
