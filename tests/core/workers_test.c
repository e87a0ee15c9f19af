/* Calls to worker threads: done, refused, taken back, waited for. */
#include "core/for_tests.h"
#include "core/scene.h"
#include "support/test.h"

#include <stdatomic.h>
#include <unistd.h>

static void count_one(void *arg)
{
	++*(int *)arg;
}

static atomic_int at_work, done;
static atomic_bool gate_open;

static void wait_at_gate(void *arg)
{
	at_work++;
	while (!gate_open)
		usleep(500);
	done++;
	*(int *)arg = 7;
}

struct caller {
	struct probe probe;
	int value;
};

static err offload_to_gate(struct ctx *cx, void *arg)
{
	struct caller *c = arg;

	return offload(cx, wait_at_gate, &c->value);
}

static void close_gate(void)
{
	at_work = done = 0;
	gate_open = false;
}

static void call(struct caller *c)
{
	*c = (struct caller){0};
	probe_start(&c->probe, offload_to_gate);
}

static void await_workers(int count)
{
	while (at_work < count)
		usleep(500);
}

static err offload_count(struct ctx *cx, void *arg)
{
	return offload(cx, count_one, arg);
}

SCENE(open_scene, close_scene);

TEST(work_is_done_on_a_worker)
{
	int count = 0;

	workers_open(2, 4);
	for (int i = 0; i < 100; i++)
		ck_assert_ptr_null(loop_call(offload_count, &count, 10000));
	ck_assert_int_eq(count, 100);
	workers_close();
}

TEST(beyond_the_queue_work_is_refused)
{
	struct caller c[5];

	close_gate();
	workers_open(1, 3);
	call(&c[0]);
	await_workers(1);
	for (int i = 1; i < 5; i++)
		call(&c[i]);
	ck_assert(c[4].probe.ended && problem_is(c[4].probe.result, UNAVAILABLE));
	gate_open = true;
	for (int i = 0; i < 4; i++) {
		ck_assert(loop_until(&c[i].probe.ended, 10000));
		ck_assert_ptr_null(c[i].probe.result);
		ck_assert_int_eq(c[i].value, 7);
	}
	workers_close();
}

TEST(cancelled_work_is_taken_back_or_waited_for)
{
	enum { RUNNING, FIRST, MIDDLE, LAST, LATER };
	struct caller c[5];
	bool never = false;

	close_gate();
	workers_open(1, 3);
	for (int i = RUNNING; i <= LAST; i++) {
		call(&c[i]);
		await_workers(1);
	}
	task_cancel(c[RUNNING].probe.cx.task);
	task_cancel(c[MIDDLE].probe.cx.task);
	task_cancel(c[LAST].probe.cx.task);
	tasks_run_ready();
	ck_assert(problem_is(c[MIDDLE].probe.result, CANCELLED) && problem_is(c[LAST].probe.result, CANCELLED));
	call(&c[LATER]);
	ck_assert(!loop_until(&never, 20));
	ck_assert(!c[RUNNING].probe.ended && !c[FIRST].probe.ended && !c[LATER].probe.ended);
	gate_open = true;
	ck_assert(loop_until(&c[LATER].probe.ended, 10000));
	ck_assert(c[RUNNING].probe.ended && c[FIRST].probe.ended);
	ck_assert(!c[RUNNING].probe.result && !c[FIRST].probe.result && !c[LATER].probe.result);
	ck_assert_int_eq(c[RUNNING].value, 7);
	ck_assert_int_eq(done, 3);
	workers_close();
}

static err offload_after_a_stray_wake(struct ctx *cx, void *arg)
{
	task_wake(cx->task);
	return offload(cx, wait_at_gate, arg);
}

static void open_gate(void *arg)
{
	(void)arg;
	gate_open = true;
}

TEST(a_stray_wake_does_not_end_the_wait_for_the_work)
{
	struct loop_timer *t;
	int value = 0;

	close_gate();
	workers_open(1, 3);
	t = loop_after_ms(20, open_gate, NULL);
	ck_assert_ptr_null(loop_call(offload_after_a_stray_wake, &value, 10000));
	ck_assert_int_eq(value, 7);
	loop_timer_stop(t);
	workers_close();
}

TEST(without_workers_work_is_refused)
{
	int count = 0;

	ck_assert(problem_is(loop_call(offload_count, &count, 1000), UNAVAILABLE));
	ck_assert_int_eq(count, 0);
}
