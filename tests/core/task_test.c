/* Tasks: waiting, waking, cancelling, deadlines, branches, recycling. The same for both back ends. */
#include "core/task.h"

#include "core/logging.h"
#include "core/loop.h"
#include "vobe/clock.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 65536, CAP = 12000 };

#ifdef VOBE_TASKS_threads
enum { MANY = 300 }; /* threads alive at once */
#else
enum { MANY = 10000 };
#endif

static void open_all(void)
{
	loop_open();
	tasks_open(CAP, STACK);
}

static void close_all(void)
{
	ck_assert_int_eq(tasks_live(), 0);
	tasks_close();
	loop_close();
}

/* A task under test, and what became of it. */
struct probe {
	struct ctx cx;
	int woken;  /* waits that ended well */
	bool ended;
	err result;
	bool ended_on_a_task;
};

static void probe_ended(void *arg, err result)
{
	struct probe *p = arg;

	p->ended = true;
	p->result = result;
	p->ended_on_a_task = task_is_running();
}

static void probe_start(struct probe *p, err (*run)(struct ctx *cx, void *arg))
{
	p->cx.request_id = "probe";
	ck_assert(task_start(&p->cx, run, p, probe_ended));
}

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

START_TEST(a_wake_ends_one_wait)
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
}
END_TEST

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

START_TEST(a_wake_before_the_wait_is_kept_once)
{
	struct probe p = {0};

	probe_start(&p, wake_oneself_first);
	ck_assert_int_eq(p.woken, 1);
	ck_assert(!tasks_run_ready());
	task_wake(p.cx.task);
	tasks_run_ready();
	ck_assert(p.ended && p.woken == 2);
}
END_TEST

START_TEST(ready_tasks_run_in_the_order_of_their_wakes)
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
END_TEST

/* --- cancelling --- */

START_TEST(cancel_ends_the_wait_under_way)
{
	struct probe p = {0};

	probe_start(&p, wait_twice);
	task_cancel(p.cx.task);
	task_cancel(p.cx.task);
	tasks_run_ready();
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
	ck_assert_int_eq(p.woken, 0);
}
END_TEST

START_TEST(a_wake_counts_though_a_cancel_came_too)
{
	struct probe p = {0};

	probe_start(&p, wait_twice);
	task_cancel(p.cx.task);
	task_wake(p.cx.task);
	tasks_run_ready();
	ck_assert_int_eq(p.woken, 1);
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
}
END_TEST

static err cancel_oneself(struct ctx *cx, void *arg)
{
	(void)arg;
	task_cancel(cx->task);
	ck_assert(problem_is(wait_ms(cx, 1000), CANCELLED));
	ck_assert(problem_is(wait_ms(cx, 0), CANCELLED));
	return task_wait(cx);
}

START_TEST(cancel_before_the_wait_ends_each_wait_at_once)
{
	struct probe p = {0};

	probe_start(&p, cancel_oneself);
	ck_assert(p.ended && problem_is(p.result, CANCELLED));
}
END_TEST

static err wait_certainly(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	task_wait_certain(cx);
	p->woken++;
	return task_wait(cx);
}

START_TEST(a_certain_wait_ends_by_its_wake_only)
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
END_TEST

/* --- deadlines --- */

START_TEST(a_deadline_ends_the_wait)
{
	int64_t begin = clock_mono_now();
	struct probe p = {.cx.deadline_us = begin + 20000};

	probe_start(&p, wait_twice);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert(problem_is(p.result, DEADLINE_PASSED));
	ck_assert_int_ge(clock_mono_now() - begin, 20000);
}
END_TEST

START_TEST(a_deadline_in_the_past_ends_the_first_wait)
{
	struct probe p = {.cx.deadline_us = 1};

	probe_start(&p, wait_twice);
	ck_assert(p.ended && problem_is(p.result, DEADLINE_PASSED));
}
END_TEST

static err sleep_long(struct ctx *cx, void *arg)
{
	(void)arg;
	return wait_ms(cx, 10000);
}

START_TEST(a_deadline_cuts_a_sleep)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 10000};

	probe_start(&p, sleep_long);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert(problem_is(p.result, DEADLINE_PASSED));
}
END_TEST

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

START_TEST(a_sleep_is_not_cut_by_a_wake)
{
	struct probe p = {.cx.deadline_us = clock_mono_now() + 5000000};

	probe_start(&p, sleep_through_wakes);
	task_wake(p.cx.task);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert_ptr_null(p.result);
	ck_assert_int_eq(p.woken, 1);
}
END_TEST

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

START_TEST(deadlines_in_any_order_pass_in_theirs)
{
	enum { COUNT = 200 };
	static struct probe probes[COUNT];
	int64_t now = clock_mono_now();

	srand(7);
	last_deadline = out_of_order = 0;
	for (int i = 0; i < COUNT; i++) {
		probes[i] = (struct probe){.cx.deadline_us = now + 400000 + rand() % 20000};
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
END_TEST

/* --- starting and ending --- */

static err end_at_once(struct ctx *cx, void *arg)
{
	(void)cx, (void)arg;
	return NOT_FOUND;
}

static err start_another(struct ctx *cx, void *arg)
{
	struct probe *inner = arg;

	(void)cx;
	probe_start(inner, end_at_once);
	ck_assert(!inner->ended); /* owed on the loop's stack */
	return NULL;
}

START_TEST(a_task_started_on_a_task_ends_on_the_loop)
{
	struct probe inner = {0};
	struct ctx cx = {.request_id = "outer"};

	ck_assert(task_start(&cx, start_another, &inner, NULL));
	tasks_run_ready();
	ck_assert(inner.ended && problem_is(inner.result, NOT_FOUND));
	ck_assert(!inner.ended_on_a_task);
}
END_TEST

START_TEST(beyond_the_cap_nothing_starts)
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
END_TEST

static err wait_once(struct ctx *cx, void *arg)
{
	(void)arg;
	return task_wait(cx);
}

START_TEST(tasks_are_recycled)
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
END_TEST

START_TEST(many_live_at_once)
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
END_TEST

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
	struct branch branches[3] = {{use_stack, &fill[0], 0}, {use_stack, &fill[1], 0}, {end_at_once, NULL, 0}};

	(void)arg;
	together(cx, branches, 3);
	TRY(branches[0].result);
	TRY(branches[1].result);
	return use_stack(cx, &fill[2]);
}

START_TEST(stacks_are_as_large_as_promised_and_apart)
{
	ck_assert_ptr_null(loop_call(use_stacks, NULL, 5000));
}
END_TEST

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

START_TEST(a_stack_overflow_dies_at_the_guard)
{
	struct probe p = {0};
	int status;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO); /* sanitizers would report */
		probe_start(&p, dig_for_ever);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	ck_assert(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
#else
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
#endif
}
END_TEST

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

START_TEST(each_task_logs_its_own_request_id)
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
END_TEST

/* --- together --- */

static err sleep_20(struct ctx *cx, void *arg)
{
	TRY(wait_ms(cx, 20));
	*(int *)arg += 1;
	return *(int *)arg == 2 ? CONFLICT : NULL;
}

static err sleep_together(struct ctx *cx, void *arg)
{
	enum { COUNT = 5 };
	struct branch branches[COUNT];
	int64_t begin = clock_mono_now();
	int conflicts = 0;

	for (int i = 0; i < COUNT; i++)
		branches[i] = (struct branch){.run = sleep_20, .arg = arg};
	together(cx, branches, COUNT);
	ck_assert_int_ge(clock_mono_now() - begin, 20000);
	for (int i = 0; i < COUNT; i++)
		conflicts += problem_is(branches[i].result, CONFLICT);
	ck_assert_int_eq(conflicts, 1);
	return NULL;
}

START_TEST(branches_run_at_once)
{
	int slept = 0;

	ck_assert_ptr_null(loop_call(sleep_together, &slept, 5000));
	ck_assert_int_eq(slept, 5);
}
END_TEST

static err count_one(struct ctx *cx, void *arg)
{
	(void)cx;
	++*(int *)arg;
	return NOT_FOUND;
}

static err no_and_one_branch(struct ctx *cx, void *arg)
{
	struct branch one = {count_one, arg, NULL};

	together(cx, NULL, 0);
	together(cx, &one, 1);
	return one.result;
}

START_TEST(no_branch_and_one_branch)
{
	int count = 0;

	ck_assert(problem_is(loop_call(no_and_one_branch, &count, 5000), NOT_FOUND));
	ck_assert_int_eq(count, 1);
}
END_TEST

struct tree {
	int depth;
	int leaves;
	int most_live;
};

struct node {
	struct tree *tree;
	int depth;
};

static err grow_tree(struct ctx *cx, void *arg)
{
	const struct node *n = arg;
	struct node below = {n->tree, n->depth - 1};
	struct branch branches[3] = {{grow_tree, &below, 0}, {grow_tree, &below, 0}, {grow_tree, &below, 0}};

	if (tasks_live() > n->tree->most_live)
		n->tree->most_live = tasks_live();
	TRY(wait_ms(cx, n->depth % 2));
	if (!n->depth) {
		n->tree->leaves++;
		return NULL;
	}
	together(cx, branches, 3);
	for (int i = 0; i < 3; i++)
		TRY(branches[i].result);
	return NULL;
}

START_TEST(branches_of_branches)
{
	struct tree tree = {0};
	struct node root = {&tree, 4};

	ck_assert_ptr_null(loop_call(grow_tree, &root, 20000));
	ck_assert_int_eq(tree.leaves, 81);
	ck_assert_int_gt(tree.most_live, 10); /* 81, were all of them as fast */
}
END_TEST

START_TEST(branches_beyond_the_cap_run_on_their_parent)
{
	struct tree tree = {0};
	struct node root = {&tree, 4};

	tasks_open(10, STACK);
	ck_assert_ptr_null(loop_call(grow_tree, &root, 20000));
	ck_assert_int_eq(tree.leaves, 81);
	ck_assert_int_eq(tree.most_live, 10);
}
END_TEST

static err count_cancelled(struct ctx *cx, void *arg)
{
	err e = task_wait(cx);

	*(int *)arg += problem_is(e, CANCELLED);
	return e;
}

static err wait_in_branches(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{count_cancelled, arg, 0}, {count_cancelled, arg, 0}, {count_cancelled, arg, 0}};

	together(cx, branches, 3);
	return branches[0].result;
}

static err wait_in_branches_of_branches(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{wait_in_branches, arg, 0}, {wait_in_branches, arg, 0}, {count_one, arg, 0}};

	together(cx, branches, 3);
	return task_wait(cx);
}

START_TEST(cancel_reaches_all_branches)
{
	struct ctx cx = {.arena = arena_new(), .request_id = "x"};
	int cancelled = 0;

	ck_assert(task_start(&cx, wait_in_branches_of_branches, &cancelled, NULL));
	ck_assert_int_eq(tasks_live(), 7);
	ck_assert_int_eq(cancelled, 1); /* count_one */
	task_cancel(cx.task);
	tasks_run_ready();
	ck_assert_int_eq(tasks_live(), 0);
	ck_assert_int_eq(cancelled, 7);
	arena_free(cx.arena);
}
END_TEST

static err branch_after_cancel(struct ctx *cx, void *arg)
{
	task_cancel(cx->task);
	return wait_in_branches(cx, arg);
}

START_TEST(branches_of_a_cancelled_task_are_cancelled)
{
	int cancelled = 0;

	ck_assert(problem_is(loop_call(branch_after_cancel, &cancelled, 5000), CANCELLED));
	ck_assert_int_eq(cancelled, 3);
}
END_TEST

START_TEST(the_deadline_holds_for_branches)
{
	int cancelled = 0;

	ck_assert(problem_is(loop_call(wait_in_branches, &cancelled, 15), DEADLINE_PASSED));
	ck_assert_int_eq(cancelled, 0);
}
END_TEST

static err wait_for_own_wake(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	TRY(task_wait(cx));
	p->woken++;
	return NULL;
}

static err end_soon(struct ctx *cx, void *arg)
{
	(void)arg;
	return wait_ms(cx, 1);
}

static err branch_beside_own_wait(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{end_soon, arg, 0}, {end_at_once, arg, 0}, {wait_for_own_wake, arg, 0}};

	together(cx, branches, 3);
	return branches[2].result;
}

START_TEST(the_end_of_a_branch_does_not_end_the_parents_own_wait)
{
	struct probe p = {.cx.arena = arena_new()};
	bool never = false;

	probe_start(&p, branch_beside_own_wait);
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(p.woken, 0);
	task_wake(p.cx.task);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert_int_eq(p.woken, 1);
	arena_free(p.cx.arena);
}
END_TEST

/* --- all of it at random --- */

struct actor {
	struct probe probe;
	unsigned dice;
	int depth;
};

static int roll(struct actor *a, int sides)
{
	a->dice = a->dice * 1103515245 + 12345;
	return (int)((a->dice >> 16) % (unsigned)sides);
}

static err act(struct ctx *cx, void *arg);


static void act_together(struct ctx *cx, struct actor *a)
{
	struct actor one = {.dice = a->dice + 1, .depth = a->depth - 1}, two = {.dice = a->dice + 2, .depth = a->depth - 1};
	struct branch branches[2] = {{act, &one, 0}, {act, &two, 0}};

	if (a->depth)
		together(cx, branches, 2);
}

static err act(struct ctx *cx, void *arg)
{
	struct actor *a = arg;

	for (int i = 0; i < 5; i++)
		switch (roll(a, 5)) {
		case 0: act_together(cx, a); break;
		case 1:
			task_wake(cx->task);
			TRY(task_wait(cx));
			break;
		default: TRY(wait_ms(cx, roll(a, 3)));
		}
	return NULL;
}

START_TEST(many_actors)
{
	enum { ACTORS = 60 };
	static struct actor actors[ACTORS];

	for (int i = 0; i < ACTORS; i++) {
		actors[i] = (struct actor){.dice = (unsigned)i * 7919, .depth = 3};
		actors[i].probe.cx.arena = arena_new();
		actors[i].probe.cx.request_id = "actor";
		if (i % 3 == 0)
			actors[i].probe.cx.deadline_us = clock_mono_now() + i * 200;
		ck_assert(task_start(&actors[i].probe.cx, act, &actors[i], probe_ended));
		if (i % 5 == 0 && !actors[i].probe.ended)
			task_cancel(actors[i].probe.cx.task);
	}
	for (int i = 0; i < ACTORS; i++) {
		ck_assert(loop_until(&actors[i].probe.ended, 20000));
		arena_free(actors[i].probe.cx.arena);
	}
	ck_assert_int_eq(tasks_live(), 0);
}
END_TEST

static TCase *waiting(void)
{
	TCase *tc = tcase_create("waiting");

	tcase_add_test(tc, a_wake_ends_one_wait);
	tcase_add_test(tc, a_wake_before_the_wait_is_kept_once);
	tcase_add_test(tc, ready_tasks_run_in_the_order_of_their_wakes);
	tcase_add_test(tc, cancel_ends_the_wait_under_way);
	tcase_add_test(tc, a_wake_counts_though_a_cancel_came_too);
	tcase_add_test(tc, cancel_before_the_wait_ends_each_wait_at_once);
	tcase_add_test(tc, a_certain_wait_ends_by_its_wake_only);
	tcase_add_test(tc, a_deadline_ends_the_wait);
	tcase_add_test(tc, a_deadline_in_the_past_ends_the_first_wait);
	tcase_add_test(tc, a_deadline_cuts_a_sleep);
	tcase_add_test(tc, a_sleep_is_not_cut_by_a_wake);
	tcase_add_test(tc, deadlines_in_any_order_pass_in_theirs);
	return tc;
}

static TCase *life(void)
{
	TCase *tc = tcase_create("life");

	tcase_add_test(tc, a_task_started_on_a_task_ends_on_the_loop);
	tcase_add_test(tc, beyond_the_cap_nothing_starts);
	tcase_add_test(tc, tasks_are_recycled);
	tcase_add_test(tc, many_live_at_once);
	tcase_add_test(tc, stacks_are_as_large_as_promised_and_apart);
	tcase_add_test(tc, a_stack_overflow_dies_at_the_guard);
	tcase_add_test(tc, each_task_logs_its_own_request_id);
	tcase_add_test(tc, many_actors);
	return tc;
}

static TCase *branching(void)
{
	TCase *tc = tcase_create("together");

	tcase_add_test(tc, branches_run_at_once);
	tcase_add_test(tc, no_branch_and_one_branch);
	tcase_add_test(tc, branches_of_branches);
	tcase_add_test(tc, branches_beyond_the_cap_run_on_their_parent);
	tcase_add_test(tc, cancel_reaches_all_branches);
	tcase_add_test(tc, branches_of_a_cancelled_task_are_cancelled);
	tcase_add_test(tc, the_deadline_holds_for_branches);
	tcase_add_test(tc, the_end_of_a_branch_does_not_end_the_parents_own_wait);
	return tc;
}

int main(void)
{
	TCase *cases[] = {waiting(), life(), branching()};
	Suite *s = suite_create("task");
	SRunner *sr = srunner_create(s);
	int failed;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tcase_set_timeout(cases[i], 120);
		tcase_add_checked_fixture(cases[i], open_all, close_all);
		suite_add_tcase(s, cases[i]);
	}
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
