/* What the tests of tasks and loops share: the runtime, and a task under test with what became of it. */
#ifndef CORE_SCENE_H
#define CORE_SCENE_H

#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/memory/sanitizer.h"
#include "core/task/task.h"
#include "support/test.h"
#include "vobe/ctx.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { STACK = 65536, CAP = 12000 }; /* of each task; how many at most */

void open_scene(void);
void close_scene(void);

/* For a process that dies as it should: its report would be taken for a finding (tools/sanitized). */
void report_nothing(void);

struct probe {
	struct ctx cx;
	int woken; /* waits that ended well */
	bool ended;
	err result;
	bool ended_on_a_task;
};

void probe_ended(void *arg, err result);
void probe_start(struct probe *p, err (*run)(struct ctx *cx, void *arg));
err end_at_once(struct ctx *cx, void *arg);

#endif
