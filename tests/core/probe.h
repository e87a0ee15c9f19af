/* A task under test, and what became of it; the runtime it needs. For the tests of tasks. */
#ifndef TESTS_CORE_PROBE_H
#define TESTS_CORE_PROBE_H

#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "support/test.h"
#include "vobe/ctx.h"

#include <stdbool.h>
#include <stdlib.h>

enum { STACK = 65536, CAP = 12000 };

static inline void open_all(void)
{
	loop_open();
	tasks_open(CAP, STACK);
}

static inline void close_all(void)
{
	ck_assert_int_eq(tasks_live(), 0);
	tasks_close();
	loop_close();
}

struct probe {
	struct ctx cx;
	int woken; /* waits that ended well */
	bool ended;
	err result;
	bool ended_on_a_task;
};

static inline void probe_ended(void *arg, err result)
{
	struct probe *p = arg;

	p->ended = true;
	p->result = result;
	p->ended_on_a_task = task_is_running();
}

static inline void probe_start(struct probe *p, err (*run)(struct ctx *cx, void *arg))
{
	p->cx.request_id = "probe";
	ck_assert(task_start(&p->cx, run, p, probe_ended));
}

static inline err end_at_once(struct ctx *cx, void *arg)
{
	(void)cx, (void)arg;
	return NOT_FOUND;
}

#endif
