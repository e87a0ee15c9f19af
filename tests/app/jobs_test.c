/* Jobs at the end: who is cancelled, and who runs once more. */
#include "app/jobs.h"

#include "core/loop/loop.h"
#include "core/task/task.h"
#include "support/test.h"
#include "vobe/clock.h"
#include "vobe/module.h"

static int begun, cancelled, written;

/* As a rebuild of an index does, for as long as it takes. */
static err go_on(struct ctx *cx)
{
	begun++;
	for (int i = 0; i < 6000; i++) {
		err e = wait_ms(cx, 10);
		if (e) {
			cancelled += problem_is(e, CANCELLED);
			return e;
		}
	}
	return NULL;
}

static err write_down(struct ctx *cx)
{
	TRY(wait_ms(cx, 10));
	written++;
	return NULL;
}

static const struct job some[] = {
	{.name = "long", .period_ms = 10, .budget_s = 3600, .run = go_on},
	{.name = "last", .period_ms = 3600 * 1000, .run = write_down, .at_stop = true},
	{0},
};
static const struct module module = {.name = "working", .jobs = some};

static void open_scene(void)
{
	loop_open();
	tasks_open(100, 64 * 1024);
	begun = cancelled = written = 0;
}

static void close_scene(void)
{
	jobs_forget();
	tasks_close();
	loop_close();
}

static err finish(struct ctx *cx, void *arg)
{
	(void)arg;
	while (!begun)
		TRY(wait_ms(cx, 5));
	jobs_finish(cx);
	return NULL;
}

SCENE(open_scene, close_scene);

TEST(a_long_job_does_not_hold_up_the_end)
{
	jobs_start(&module);
	int64_t start = clock_mono_now();
	ck_assert_ptr_null(loop_call(finish, NULL, 30000));
	ck_assert_int_lt((int)((clock_mono_now() - start) / SECOND_US), 10);
	ck_assert_int_eq(begun, 1);
	ck_assert_int_eq(cancelled, 1);
	ck_assert_int_eq(written, 1);
}
