/* Jobs: a timer starts a task, the task's end starts the timer again. */
#include "app/jobs.h"

#include "app/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>

struct running_job {
	const struct job *job;
	const struct module *module;
	struct loop_timer *timer; /* set while it waits */
	struct ctx cx;
	bool running, finishing;
	struct running_job *next;
};

static struct running_job *jobs;

static void job_begin(void *arg);

static void job_schedule(struct running_job *j)
{
	j->timer = loop_after_ms(j->job->period_ms, job_begin, j);
}

static err job_body(struct ctx *cx, void *arg)
{
	struct running_job *j = arg;
	return j->job->run(cx);
}

static void job_ended(void *arg, err result)
{
	struct running_job *j = arg;
	if (result)
		log_warn("job_failed", "job %s.%s: %s: %s", j->module->name, j->job->name, result->code,
			 result->detail);
	arena_free(j->cx.arena);
	j->running = false;
	if (!j->finishing)
		job_schedule(j);
}

static void job_begin(void *arg)
{
	struct running_job *j = arg;
	loop_timer_stop(j->timer);
	j->timer = NULL;
	j->cx = (struct ctx){.arena = arena_new(), .request_id = j->job->name};
	j->running = true;
	if (task_start(&j->cx, job_body, j, job_ended))
		return;
	arena_free(j->cx.arena);
	j->running = false;
	job_schedule(j);
}

void jobs_start(const struct module *module)
{
	for (const struct job *job = module->jobs; job && job->name; job++) {
		struct running_job *j = calloc(1, sizeof *j);
		if (!j)
			abort();
		j->job = job;
		j->module = module;
		j->next = jobs;
		jobs = j;
		job_schedule(j);
	}
}

static void job_finish(struct ctx *cx, struct running_job *j)
{
	j->finishing = true;
	if (j->timer)
		loop_timer_stop(j->timer);
	j->timer = NULL;
	while (j->running && !wait_ms(cx, 5))
		;
	if (!j->job->at_stop)
		return;
	err e = j->job->run(cx);
	if (e)
		log_warn("job_failed", "job %s.%s at stop: %s: %s", j->module->name, j->job->name, e->code,
			 e->detail);
}

void jobs_finish(struct ctx *cx)
{
	for (struct running_job *j = jobs; j; j = j->next)
		job_finish(cx, j);
}

void jobs_forget(void)
{
	while (jobs) {
		struct running_job *j = jobs;
		jobs = j->next;
		free(j);
	}
}

err job_run(struct ctx *cx, const struct module *module, const char *name)
{
	for (const struct job *job = module->jobs; job && job->name; job++)
		if (!strcmp(job->name, name))
			return job->run(cx);
	return NOT_FOUND;
}
