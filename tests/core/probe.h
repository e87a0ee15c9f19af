/* A task under test, and what became of it; the runtime it needs. For the tests of tasks. */
#ifndef TESTS_CORE_PROBE_H
#define TESTS_CORE_PROBE_H

#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/memory/sanitizer.h"
#include "core/task/task.h"
#include "support/test.h"
#include "vobe/ctx.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#if defined WITH_ASAN || defined WITH_TSAN
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_set_report_path(path) ((void)(path))
#endif

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

/* For a process that dies as it should: its report would be taken for a finding (tools/sanitized). */
static inline void report_nothing(void)
{
	__sanitizer_set_report_path("stderr");
	close(STDERR_FILENO);
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
