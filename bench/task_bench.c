/*
 * What an await costs: our switch against ucontext's, and what is built on it. Nanoseconds, the best of five
 * runs. Build after `make`: cc -std=gnu11 -O2 -Iinclude -Isrc -o build/task_bench bench/task_bench.c
 * build/setjmp/libcore.a -levent_core -lsodium -lcjson -lpthread
 */
#include "core/loop/loop.h"
#include "core/task/strand.h"
#include "core/task/task.h"
#include "vobe/clock.h"
#include "vobe/ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

enum { STACK = 65536, ROUNDS = 200000, RUNS = 5 };

/* --- a strand alone: in and out --- */

static struct strand *strand;

static void leave_for_ever(void *arg)
{
	for (;;)
		strand_leave(*(struct strand **)arg);
}

static void enter_strand(void)
{
	strand_enter(strand);
}

/* --- ucontext alone: in and out --- */

static ucontext_t inside, outside;

static void swap_for_ever(void)
{
	for (;;)
		swapcontext(&inside, &outside);
}

static void enter_ucontext(void)
{
	swapcontext(&outside, &inside);
}

/* --- a whole await: the wake, the ready list, in, out --- */

static struct ctx waiting;

static err wait_for_ever(struct ctx *cx, void *arg)
{
	(void)arg;
	for (;;)
		TRY(task_wait(cx));
}

static void wake_and_run(void)
{
	task_wake(waiting.task);
	tasks_run_ready();
}

/* --- a whole task: start, one await, end --- */

static err wait_once(struct ctx *cx, void *arg)
{
	(void)arg;
	return task_wait(cx);
}

static void start_wake_end(void)
{
	struct ctx cx = {.request_id = "bench", .deadline_us = INT64_MAX};

	task_start(&cx, wait_once, NULL, NULL);
	task_wake(cx.task);
	tasks_run_ready();
}

/* --- three branches that do not wait --- */

static err end_at_once(struct ctx *cx, void *arg)
{
	(void)cx, (void)arg;
	return NULL;
}

static err branch(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{end_at_once, arg, 0}, {end_at_once, arg, 0}, {end_at_once, arg, 0}};

	together(cx, branches, 3);
	return NULL;
}

static void start_and_branch(void)
{
	struct ctx cx = {.request_id = "bench", .arena = arena_new()};

	task_start(&cx, branch, NULL, NULL);
	arena_free(cx.arena);
}

static void make_id(void)
{
	uuid_new();
}

static double best_ns(void (*once)(void))
{
	double best = 1e9;

	for (int run = 0; run < RUNS; run++) {
		int64_t begin = clock_mono_now();

		for (int i = 0; i < ROUNDS; i++)
			once();
		double ns = (double)(clock_mono_now() - begin) * 1000 / ROUNDS;
		best = ns < best ? ns : best;
	}
	return best;
}

static void open_ucontext(void)
{
	getcontext(&inside);
	inside.uc_stack.ss_sp = malloc(STACK);
	inside.uc_stack.ss_size = STACK;
	makecontext(&inside, swap_for_ever, 0);
}

int main(void)
{
	static const struct {
		const char *what;
		void (*once)(void);
	} rows[] = {
		{"switch, in and out", enter_strand},
		{"ucontext, in and out", enter_ucontext},
		{"await: wake, in, out", wake_and_run},
		{"task: start, one await with a deadline, end", start_wake_end},
		{"task that runs three branches, and its arena", start_and_branch},
		{"uuid_new", make_id},
	};

	loop_open();
	tasks_open(100, STACK);
	strand = strand_new(STACK, leave_for_ever, &strand);
	open_ucontext();
	task_start(&waiting, wait_for_ever, NULL, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		printf("%8.1f ns  %s\n", best_ns(rows[i].once), rows[i].what);
	return 0;
}
