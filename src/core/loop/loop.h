/*
 * The loop: one libevent base, one pass at a time. After the events of a pass come the ready tasks, then the
 * turn-end hooks in order of registration (loaders, database lanes, client output), once each; then the next
 * pass.
 */
#ifndef CORE_LOOP_H
#define CORE_LOOP_H

#include "vobe/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct event_base;

void loop_open(void);
void loop_close(void);
struct event_base *loop_base(void);

/* Called at the end of every turn; returns true if it caused new work for this turn (then all run again). */
void loop_at_turn_end(bool (*hook)(void));

/*
 * One-shot or repeated timer. `fn` runs on the loop's stack. loop_timer_stop frees it, also one that has
 * fired; safe inside `fn` and for NULL.
 */
struct loop_timer;
struct loop_timer *loop_after_ms(int ms, void (*fn)(void *arg), void *arg);
struct loop_timer *loop_every_ms(int ms, void (*fn)(void *arg), void *arg);
void loop_timer_stop(struct loop_timer *t);

/* From any thread: `fn(arg)` on the loop, soon. */
void loop_post(void (*fn)(void *arg), void *arg);

/* Runs until loop_stop. */
void loop_run(void);
void loop_stop(void);

/*
 * Starts a task with a ctx of its own, runs the loop until it ends, returns its result, which is valid until
 * the next loop_call or loop_close. Waits past `timeout_ms` (0: none) end with DEADLINE_PASSED. For boot,
 * commands and tests.
 */
err loop_call(err (*run)(struct ctx *cx, void *arg), void *arg, int timeout_ms);

/* Worker threads for offload(); `queue` calls may wait. */
void workers_open(int threads, int queue);
void workers_close(void);

#endif
