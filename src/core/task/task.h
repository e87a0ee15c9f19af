/*
 * Tasks: straight-line code on a stack of its own that suspends where it waits. For db, bus, http and app;
 * modules only ever see ctx.h. Two back ends with the same contract: stacks switched with _setjmp/_longjmp
 * (task_setjmp.c), and a thread per task with a baton (task_threads.c, make TASKS=threads).
 */
#ifndef CORE_TASK_H
#define CORE_TASK_H

#include "vobe/ctx.h"

/* Before the first task. `max_live` caps tasks alive at once; `stack_bytes` 64 KiB is the product's. */
void tasks_open(int max_live, size_t stack_bytes);
void tasks_close(void);

/*
 * Starts `run(cx, arg)` at once, on the caller's turn, up to its first wait. *cx must outlive the task; its
 * `task` is set while it lives. `ended(arg, result)` runs on the loop's stack when it returns; it may free
 * *cx. False: the cap is reached, nothing ran. With cx->deadline_us set, waits past it end with
 * DEADLINE_PASSED.
 */
bool task_start(struct ctx *cx, err (*run)(struct ctx *cx, void *arg), void *arg,
		void (*ended)(void *arg, err result));

/* Tasks alive. */
int tasks_live(void);

/* As task_start, for a branch of `parent`, which must outlive it: cancelling the parent cancels it too. */
bool task_start_child(struct ctx *cx, struct task *parent, err (*run)(struct ctx *cx, void *arg), void *arg);

/*
 * Suspends the running task until task_wake. NULL: woken. CANCELLED or DEADLINE_PASSED: given up, and whoever
 * would have woken it must be told (the caller detaches its operation). Only the running task may call it,
 * with its own cx. A wake that comes before the wait is kept (one, as a flag); it may be left over from
 * something that ended before it was waited for. So wait in a loop, until what you wait for has come.
 */
err task_wait(struct ctx *cx);

/*
 * As task_wait, but no longer than until `by`, monotonic microseconds. NULL then too: look whether what you
 * wait for has come.
 */
err task_wait_by(struct ctx *cx, int64_t by);

/* Suspends until that time, monotonic microseconds, and lets others run at least once. CANCELLED,
 * DEADLINE_PASSED. */
err task_wait_until(struct ctx *cx, int64_t until);

/* As task_wait, but neither cancel nor deadline end it: for outcomes that must be known (a commit under way).
 */
void task_wait_certain(struct ctx *cx);

/* Makes it run on this or the next turn. From the loop's thread only; not from signal handlers. */
void task_wake(struct task *t);

/* Its current or next task_wait returns CANCELLED. Idempotent; NULL, one that has ended, is fine. */
void task_cancel(struct task *t);

/* Runs everything that is ready until nothing is. Called by the loop; true if anything ran. */
bool tasks_run_ready(void);

#endif
