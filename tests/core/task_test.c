/* Tasks: waiting, waking, cancelling, deadlines, starting, recycling. The same for both back ends. */
#include "core/for_tests.h"
#include "core/log/logging.h"
#include "core/memory/sanitizer.h"
#include "core/scene.h"
#include "core/task/task_turn.h"
#include "core/value/clock_turn.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef VOBE_TASKS_threads
enum { MANY = 300 }; /* threads alive at once */
#else
enum { MANY = 10000 };
#endif

/* --- waiting and waking --- */

static err wait_twice(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	ck_assert(task_is_running());
	TRY(task_wait(cx));
	p->woken++;
	TRY(task_wait(cx));
	p->woken++;
	return CONFLICT;
}

SCENE(open_scene, close_scene);

TEST(a_wake_ends_one_wait)
{
	struct probe p = {0};

	probe_start(&p, wait_twice);
	ck_assert(!task_is_running());
	ck_assert(!tasks_run_ready());
	ck_assert_int_eq(tasks_live(), 1);
	task_wake(p.cx.task);
	ck_assert_int_eq(p.woken, 0);
	ck_assert(tasks_run_ready());
	ck_assert_int_eq(p.woken, 1);
	task_wake(p.cx.task);
	task_wake(p.cx.task);
	ck_assert(tasks_run_ready());
	ck_assert_int_eq(p.woken, 2);
	ck_assert(p.ended && problem_is(p.result, CONFLICT));
	ck_assert_int_eq(tasks_live(), 0);
	ck_assert_ptr_null(p.cx.task);
}

static err wake_oneself_first(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	task_wake(cx->task);
	task_wake(cx->task);
	TRY(task_wait(cx));
	p->woken++;
	TRY(task_wait(cx)); /* the second wake was no second flag: this one suspends */
	p->woken++;
	return NULL;
}

TEST(a_wake_before_the_wait_is_kept_once)
{
	struct probe p = {0};

	probe_start(&p, wake_oneself_first);
	ck_assert_int_eq(p.woken, 1);
	ck_assert(!tasks_run_ready());
	task_wake(p.cx.task);
	tasks_run_ready();
	ck_assert(p.ended && p.woken == 2);
}

TEST(ready_tasks_run_in_the_order_of_their_wakes)
{
	struct probe a = {0}, b = {0};

	probe_start(&a, wait_twice);
	probe_start(&b, wait_twice);
	task_wake(b.cx.task);
	task_wake(a.cx.task);
	task_cancel(b.cx.task);
	tasks_run_ready();
	ck_assert(b.ended && !a.ended);
	ck_assert_int_eq(a.woken, 1);
	task_wake(a.cx.task);
	tasks_run_ready();
	ck_assert(a.ended);
}

/* --- cancelling --- */

TEST(cancel_ends_the_wait_under_way)
{
	struct probe p = {0};

	probe_start(&p, wait_twice);
	task_cancel(p.cx.task);
	task_cancel(p.cx.task);
	tasks_run_ready();
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
	ck_assert_int_eq(p.woken, 0);
	task_cancel(p.cx.task); /* it has ended */
}

TEST(a_wake_counts_though_a_cancel_came_too)
{
	struct probe p = {0};

	probe_start(&p, wait_twice);
	task_cancel(p.cx.task);
	task_wake(p.cx.task);
	tasks_run_ready();
	ck_assert_int_eq(p.woken, 1);
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
}

static err cancel_oneself(struct ctx *cx, void *arg)
{
	(void)arg;
	task_cancel(cx->task);
	ck_assert(problem_is(wait_ms(cx, 1000), CANCELLED));
	ck_assert(problem_is(wait_ms(cx, 0), CANCELLED));
	return task_wait(cx);
}

TEST(cancel_before_the_wait_ends_each_wait_at_once)
{
	struct probe p = {0};

	probe_start(&p, cancel_oneself);
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
}

static err wait_certainly(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	task_wait_certain(cx);
	p->woken++;
	return task_wait(cx);
}

TEST(a_certain_wait_ends_by_its_wake_only)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 3000};
	bool never = false;

	probe_start(&p, wait_certainly);
	task_cancel(p.cx.task);
	ck_assert(!tasks_run_ready());
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(p.woken, 0);
	task_wake(p.cx.task);
	tasks_run_ready();
	ck_assert_int_eq(p.woken, 1);
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
}

/* --- deadlines --- */

TEST(a_deadline_ends_the_wait)
{
	int64_t begin = clock_mono_now();
	struct probe p = {.cx.deadline_us = begin + 20000};

	probe_start(&p, wait_twice);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert(problem_is(p.result, DEADLINE_PASSED));
	ck_assert_int_ge(clock_mono_now() - begin, 20000);
}

TEST(a_deadline_in_the_past_ends_the_first_wait)
{
	struct probe p = {.cx.deadline_us = 1};

	probe_start(&p, wait_twice);
	ck_assert(p.ended && problem_is(p.result, DEADLINE_PASSED));
}

static err sleep_long(struct ctx *cx, void *arg)
{
	(void)arg;
	return wait_ms(cx, 10000);
}

TEST(a_deadline_cuts_a_sleep)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 10000};

	probe_start(&p, sleep_long);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert(problem_is(p.result, DEADLINE_PASSED));
}

static err sleep_through_wakes(struct ctx *cx, void *arg)
{
	struct probe *p = arg;
	int64_t begin = clock_mono_now();

	task_wake(cx->task);
	TRY(wait_ms(cx, 15));
	ck_assert_int_ge(clock_mono_now() - begin, 15000);
	TRY(task_wait(cx)); /* the wake was kept for it */
	p->woken++;
	return NULL;
}

TEST(a_sleep_is_not_cut_by_a_wake)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 5000000};

	probe_start(&p, sleep_through_wakes);
	task_wake(p.cx.task);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert_ptr_null(p.result);
	ck_assert_int_eq(p.woken, 1);
}

static int64_t last_deadline;
static int out_of_order;

static err note_deadline(struct ctx *cx, void *arg)
{
	err e = task_wait(cx);

	(void)arg;
	out_of_order += cx->deadline_us < last_deadline;
	last_deadline = cx->deadline_us;
	return e;
}

TEST(deadlines_in_any_order_pass_in_theirs)
{
	enum { COUNT = 200 };
	static struct probe probes[COUNT];
	int64_t now;

	clock_turn_begin(); /* the clock stands still until the loop runs: none passes early on a slow machine
			     */
	now = clock_mono();
	srand(7);
	last_deadline = out_of_order = 0;
	for (int i = 0; i < COUNT; i++) {
		probes[i] = (struct probe){.cx.deadline_us = now + 20000 + rand() % 20000};
		probe_start(&probes[i], note_deadline);
	}
	for (int i = 0; i < COUNT; i += 3) { /* holes in the heap */
		task_wake(probes[i].cx.task);
		tasks_run_ready();
		ck_assert(probes[i].ended);
	}
	last_deadline = out_of_order = 0;
	for (int i = 0; i < COUNT; i++) {
		ck_assert(loop_until(&probes[i].ended, 10000));
		ck_assert(i % 3 ? problem_is(probes[i].result, DEADLINE_PASSED) : !probes[i].result);
	}
	ck_assert_int_eq(out_of_order, 0);
}

TEST(a_task_that_ended_has_no_deadline)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 5000000};

	probe_start(&p, wait_twice);
	ck_assert_int_eq(tasks_next_deadline(), p.cx.deadline_us);
	task_cancel(p.cx.task);
	tasks_run_ready();
	ck_assert(p.ended);
	ck_assert_int_eq(tasks_next_deadline(), INT64_MAX);
}

/* --- starting and ending --- */

static err start_another(struct ctx *cx, void *arg)
{
	struct probe *inner = arg;

	(void)cx;
	probe_start(inner, end_at_once);
	ck_assert(!inner->ended); /* owed on the loop's stack */
	return NULL;
}

TEST(a_task_started_on_a_task_ends_on_the_loop)
{
	struct probe inner = {0};
	struct ctx cx = {.request_id = "outer"};

	ck_assert(task_start(&cx, start_another, &inner, NULL));
	tasks_run_ready();
	ck_assert(inner.ended && problem_is(inner.result, NOT_FOUND));
	ck_assert(!inner.ended_on_a_task);
}

TEST(beyond_the_cap_nothing_starts)
{
	struct probe p[3] = {0};

	tasks_open(2, STACK);
	probe_start(&p[0], wait_twice);
	probe_start(&p[1], wait_twice);
	ck_assert(!task_start(&p[2].cx, wait_twice, &p[2], probe_ended));
	task_cancel(p[0].cx.task);
	tasks_run_ready();
	probe_start(&p[2], wait_twice);
	task_cancel(p[1].cx.task);
	task_cancel(p[2].cx.task);
	tasks_run_ready();
	ck_assert(p[0].ended && p[1].ended && p[2].ended);
}

TEST(without_a_stack_nothing_starts)
{
	struct probe p = {0};

	tasks_open(CAP, (size_t)1 << 50);
	ck_assert(!task_start(&p.cx, end_at_once, &p, probe_ended));
	ck_assert_int_eq(tasks_live(), 0);
}

static err wait_once(struct ctx *cx, void *arg)
{
	(void)arg;
	return task_wait(cx);
}

TEST(tasks_are_recycled)
{
	for (int i = 0; i < 10000; i++) {
		struct probe p = {0};

		probe_start(&p, wait_once);
		task_wake(p.cx.task);
		tasks_run_ready();
		ck_assert(p.ended && !p.result);
	}
	ck_assert_int_eq(tasks_live(), 0);
}

TEST(many_live_at_once)
{
	struct probe *probes = calloc(MANY, sizeof *probes);

	for (int i = 0; i < MANY; i++)
		probe_start(&probes[i], wait_once);
	ck_assert_int_eq(tasks_live(), MANY);
	for (int i = 0; i < MANY; i++)
		task_wake(probes[i].cx.task);
	tasks_run_ready();
	for (int i = 0; i < MANY; i++)
		ck_assert(probes[i].ended && !probes[i].result);
	ck_assert_int_eq(tasks_live(), 0);
	free(probes);
}

static err use_stack(struct ctx *cx, void *arg)
{
	volatile char block[40000];

	memset((char *)block, *(int *)arg, sizeof block);
	TRY(wait_ms(cx, 1));
	for (size_t i = 0; i < sizeof block; i++)
		ck_assert_int_eq(block[i], *(int *)arg);
	return NULL;
}

static err use_stacks(struct ctx *cx, void *arg)
{
	int fill[3] = {1, 2, 3};
	struct branch branches[3] = {
		{use_stack, &fill[0], 0}, {use_stack, &fill[1], 0}, {end_at_once, NULL, 0}};

	(void)arg;
	together(cx, branches, 3);
	TRY(branches[0].result);
	TRY(branches[1].result);
	return use_stack(cx, &fill[2]);
}

TEST(stacks_are_as_large_as_promised_and_apart)
{
	ck_assert_ptr_null(loop_call(use_stacks, NULL, 5000));
}

static int depth_limit = 1000000; /* no compiler may see that it is for ever */

static int dig(volatile char *above, int depth)
{
	volatile char block[1000];

	block[0] = *above;
	return depth < depth_limit ? dig(block, depth + 1) + block[0] : 0;
}

static err dig_for_ever(struct ctx *cx, void *arg)
{
	volatile char ground = 0;

	(void)cx, (void)arg;
	return dig(&ground, 0) ? NULL : CONFLICT;
}

TEST(a_stack_overflow_dies_at_the_guard)
{
	struct probe p = {0};
	int status;
	pid_t child = fork();

	if (child == 0) {
		report_nothing();
		probe_start(&p, dig_for_ever);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
#if defined(WITH_ASAN) || defined(WITH_TSAN)
	ck_assert(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
#else
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
#endif
}

/* --- what follows the switch --- */

static err keep_request_id(struct ctx *cx, void *arg)
{
	(void)arg;
	for (int i = 0; i < 10; i++) {
		ck_assert_str_eq(log_context_now(), cx->request_id);
		TRY(wait_ms(cx, i % 3));
	}
	log_context("changed");
	TRY(wait_ms(cx, 1));
	ck_assert_str_eq(log_context_now(), "changed");
	return NULL;
}

static err keep_request_ids(struct ctx *cx, void *arg)
{
	struct branch branches[2] = {{keep_request_id, NULL, 0}, {keep_request_id, NULL, 0}};

	(void)arg;
	together(cx, branches, 2);
	return NULL;
}

TEST(each_task_logs_its_own_request_id)
{
	struct probe p[3] = {0};
	static const char *const ids[] = {"one", "two", "three"};

	log_context("loop");
	for (int i = 0; i < 3; i++) {
		p[i].cx.request_id = ids[i];
		p[i].cx.arena = arena_new();
		ck_assert(task_start(&p[i].cx, keep_request_ids, &p[i], probe_ended));
		ck_assert_str_eq(log_context_now(), "loop");
	}
	for (int i = 0; i < 3; i++) {
		ck_assert(loop_until(&p[i].ended, 5000));
		arena_free(p[i].cx.arena);
	}
	ck_assert_str_eq(log_context_now(), "loop");
}
