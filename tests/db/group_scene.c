/* The jobs of the tests of group changes, and their statements. */
#include "db/group_scene.h"

#include "vobe/clock.h"

#include <stdio.h>

static struct statement more[] = {
	{.name = "nap",
	 .sql = "WITH slept AS MATERIALIZED (SELECT pg_sleep(0.6))"
		" INSERT INTO item (id, name, n) SELECT $id, $name, $n FROM slept",
	 .in = &item_schema},
	{.name = "nap_too_long",
	 .sql = "WITH slept AS MATERIALIZED (SELECT pg_sleep(20))"
		" INSERT INTO item (id, name, n) SELECT $id, $name, $n FROM slept",
	 .in = &item_schema},
	{.name = "bump_item",
	 .sql = "UPDATE item SET n = n + 1 WHERE id = $id",
	 .in = &item_schema,
	 .rows = 1,
	 .otherwise = NO_ITEM},
	{.name = "adopt", .sql = "INSERT INTO child (id, item_id) VALUES ($id, $id)", .in = &item_schema},
	{0},
};
enum { MORE = NAP };

static const struct statement *statement_of(const struct job *j)
{
	return j->index >= MORE ? &more[j->index - MORE] : st(j->index);
}

static err run_job(struct ctx *cx, void *arg)
{
	const struct job *j = arg;
	struct change *ch = change_begin(cx);
	change_add_(ch, statement_of(j), &j->item);
	if (!uuid_is_nil(j->touches))
		change_touches(ch, j->touches);
	if (j->name)
		change_touches_name(ch, "item", j->name);
	if (j->alone)
		change_alone(ch);
	return change_commit(cx, ch);
}

static void end_job(void *arg, err e)
{
	struct job *j = arg;
	j->ended = true;
	j->took = clock_mono_now() - j->took;
	snprintf(j->code, sizeof j->code, "%s", e ? e->code : "");
}

static void job_start(struct job *j)
{
	j->cx.arena = arena_new();
	j->cx.request_id = "job";
	j->took = clock_mono_now();
	ck_assert(task_start(&j->cx, run_job, j, end_job));
}

void jobs_start(struct job *jobs, int count)
{
	for (int i = 0; i < count; i++)
		job_start(&jobs[i]);
}

err jobs_end(struct ctx *cx, struct job *jobs, int count)
{
	for (int i = 0; i < count; i++) {
		while (!jobs[i].ended)
			TRY(wait_ms(cx, 1));
		arena_free(jobs[i].cx.arena);
	}
	return NULL;
}

void jobs_make(struct ctx *cx, struct job *jobs, int count)
{
	for (int i = 0; i < count; i++)
		jobs[i] = (struct job){
			.index = INSERT,
			.item = item_make(arena_fmt(cx->arena, "item %p %d", (void *)jobs, i), i)};
}

int jobs_with(const struct job *jobs, int count, const char *code)
{
	int n = 0;
	for (int i = 0; i < count; i++)
		n += strcmp(jobs[i].code, code) == 0;
	return n;
}

int64_t number(const char *sql)
{
	char *text = test_sql(scene_conninfo, "%s", sql);
	int64_t n = atoll(text);
	free(text);
	return n;
}

bool is_there(struct uuid id)
{
	char text[UUID_TEXT];
	uuid_text(id, text);
	char *n = test_sql(scene_conninfo, "SELECT count(*) FROM alpha.item WHERE id = '%s'", text);
	bool there = atoi(n) == 1;
	free(n);
	return there;
}

err warm_up(struct ctx *cx)
{
	struct job jobs[2];
	jobs_make(cx, jobs, 2);
	jobs[0].alone = jobs[1].alone = true;
	for (int i = 0; i < 2; i++)
		jobs[i].index = NAP;
	jobs_start(jobs, 2);
	TRY(jobs_end(cx, jobs, 2));
	free(test_sql(scene_conninfo, "DELETE FROM alpha.item"));
	ck_assert_uint_eq(stats().groups, 0);
	return NULL;
}

void open_group_scene(void)
{
	scene_more = more;
	scene_sql = "CREATE TABLE child (id uuid PRIMARY KEY, item_id uuid CONSTRAINT child_item REFERENCES"
		    " item (id) DEFERRABLE INITIALLY DEFERRED)";
	open_scene();
}
