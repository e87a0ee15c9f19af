/* Works are tasks that nobody waits for; at a bell one task waits for another's word. */
#include "vobe/work.h"

#include "core/memory/memory.h"
#include "core/task/task.h"
#include "core/task/works.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <sys/queue.h>

enum { LOOK_MS = 5 };

struct work {
	LIST_ENTRY(work) link;
	struct ctx cx;
	err (*run)(struct ctx *cx, void *arg);
	void (*hurry)(void *arg);
	void *arg;
};

static LIST_HEAD(work_list, work) works = LIST_HEAD_INITIALIZER(works);

static err run_work(struct ctx *cx, void *arg)
{
	const struct work *w = arg;

	return w->run(cx, w->arg);
}

static void work_ended(void *arg, err result)
{
	struct work *w = arg;

	if (result)
		log_warn("work_failed", "work that was begun by a request failed: %s: %s", result->code,
			 result->detail);
	LIST_REMOVE(w, link);
	arena_free(w->cx.arena);
	free(w);
}

bool work_start(const struct ctx *by, err (*run)(struct ctx *cx, void *arg), void (*hurry)(void *arg),
		void *arg)
{
	struct work *w = memory_take(sizeof *w);

	*w = (struct work){.run = run, .hurry = hurry, .arg = arg};
	w->cx = (struct ctx){.arena = arena_new(), .viewer = by->viewer, .source = by->source};
	w->cx.request_id = arena_str(w->cx.arena, by->request_id);
	w->cx.traceparent = arena_str(w->cx.arena, by->traceparent);
	LIST_INSERT_HEAD(&works, w, link);
	if (task_start(&w->cx, run_work, w, work_ended))
		return true;
	LIST_REMOVE(w, link);
	arena_free(w->cx.arena);
	free(w);
	return false;
}

void works_finish(struct ctx *cx, int ms)
{
	int64_t until = clock_mono_now() + (int64_t)ms * 1000;
	struct work *w;

	LIST_FOREACH (w, &works, link)
		if (w->hurry)
			w->hurry(w->arg);
	while (!LIST_EMPTY(&works) && clock_mono_now() < until && !wait_ms(cx, LOOK_MS))
		;
}

/* --- bells --- */

struct bell_waiter {
	struct task *task;
	bool rung;
	struct bell_waiter *next;
};

static void leave(struct bell *b, const struct bell_waiter *w)
{
	struct bell_waiter **at = &b->waiting;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
}

err bell_wait(struct ctx *cx, struct bell *b, int ms)
{
	int64_t until = clock_mono_now() + (int64_t)ms * 1000;
	struct bell_waiter *w = memory_take(sizeof *w);
	err e = NULL;

	*w = (struct bell_waiter){.task = cx->task, .next = b->waiting};
	b->waiting = w;
	while (!e && !w->rung && clock_mono_now() < until)
		e = task_wait_by(cx, until);
	if (w->rung)
		e = NULL;
	else
		leave(b, w);
	free(w);
	return e;
}

void bell_ring(struct bell *b)
{
	struct bell_waiter *w = b->waiting;

	b->waiting = NULL;
	for (struct bell_waiter *next; w; w = next) {
		next = w->next;
		w->rung = true;
		task_wake(w->task);
	}
}
