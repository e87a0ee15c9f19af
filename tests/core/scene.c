/* The runtime of the tests of core, and the life of a task under test. */
#include "core/scene.h"

#if defined WITH_ASAN || defined WITH_TSAN
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_set_report_path(path) ((void)(path))
#endif

void open_scene(void)
{
	loop_open();
	tasks_open(CAP, STACK);
}

void close_scene(void)
{
	ck_assert_int_eq(tasks_live(), 0);
	tasks_close();
	loop_close();
}

void report_nothing(void)
{
	__sanitizer_set_report_path("stderr");
	close(STDERR_FILENO);
}

void probe_ended(void *arg, err result)
{
	struct probe *p = arg;

	p->ended = true;
	p->result = result;
	p->ended_on_a_task = task_is_running();
}

void probe_start(struct probe *p, err (*run)(struct ctx *cx, void *arg))
{
	p->cx.request_id = "probe";
	ck_assert(task_start(&p->cx, run, p, probe_ended));
}

err end_at_once(struct ctx *cx, void *arg)
{
	(void)cx, (void)arg;
	return NOT_FOUND;
}
