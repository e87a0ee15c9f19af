/* Jobs: a timer starts a task, the task's end starts the timer again. */
#include "app/jobs.h"

#include "app/for_tests.h"
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>

struct running_job {
	const struct job *job;
	const struct module *module;
	struct loop_timer *timer; /* set while it waits */
	struct ctx cx;
	bool has_run, running, finishing;
	int failures; /* in a row */
	struct running_job *next;
};

enum { SOON_MS = 10 * 1000, LATEST_MS = 3600 * 1000, BUDGET_S = 60, GRACE_S = 2 };

static struct running_job *jobs;

static void job_begin(void *arg);

/* The first within ten seconds, spread; behind failures later each time. */
static int pause_ms(const struct running_job *j)
{
	int64_t ms = j->job->period_ms;

	if (!j->has_run && ms > SOON_MS)
		return SOON_MS / 2 + (int)arc4random_uniform(SOON_MS / 2);
	ms <<= j->failures < 20 ? j->failures : 20;
	return (int)(j->failures && ms > LATEST_MS
			     ? (j->job->period_ms > LATEST_MS ? j->job->period_ms : LATEST_MS)
			     : ms);
}

static void job_schedule(struct running_job *j)
{
	j->timer = loop_after_ms(pause_ms(j), job_begin, j);
}

static err job_body(struct ctx *cx, void *arg)
{
	struct running_job *j = arg;
	return j->job->run(cx);
}

static void job_ended(void *arg, err result)
{
	struct running_job *j = arg;
	j->has_run = true;
	j->failures = result ? j->failures + 1 : 0;
	if (result)
		log_warn("job_failed", "job %s.%s: %s: %s; again in %d s", j->module->name, j->job->name,
			 result->code, result->cause ? result->cause : result->detail, pause_ms(j) / 1000);
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
	j->cx = (struct ctx){.arena = arena_new(),
			     .request_id = j->job->name,
			     .deadline_us = clock_mono() +
					    (j->job->budget_s ? j->job->budget_s : BUDGET_S) * SECOND_US};
	j->running = true;
	if (task_start(&j->cx, job_body, j, job_ended))
		return;
	arena_free(j->cx.arena);
	j->running = false;
	job_schedule(j);
}

static void job_add(const struct module *module, const struct job *job)
{
	struct running_job *j = memory_take(sizeof *j);
	*j = (struct running_job){.job = job, .module = module, .next = jobs};
	jobs = j;
	if (!job->told)
		job_schedule(j);
}

void jobs_start(const struct module *module)
{
	for (const struct job *job = module->jobs; job && job->name; job++)
		if (!job->told || job->at_stop)
			job_add(module, job);
}

/* One that runs may end; what takes longer is cancelled, and what it had sent is certain before it ends. */
static void job_finish(struct ctx *cx, struct running_job *j)
{
	j->finishing = true;
	if (j->timer)
		loop_timer_stop(j->timer);
	j->timer = NULL;
	const int64_t patience = clock_mono() + GRACE_S * SECOND_US;
	while (j->running && clock_mono() < patience && !wait_ms(cx, 5))
		;
	if (j->running)
		task_cancel(j->cx.task);
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
