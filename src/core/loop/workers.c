/*
 * Worker threads for offload(): what takes milliseconds of processor (password hashing) and must not hold up
 * the loop. The job lives on the stack of the waiting task, which therefore never leaves while a worker holds
 * it.
 */
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "vobe/log.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct job {
	struct job *next;
	void (*work)(void *arg);
	void *arg;
	struct task *task;
	bool taken; /* by a worker */
	bool done;  /* set on the loop's thread */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct job *queue, **queue_end = &queue;
static int queued, queue_max;
static bool closing;

static pthread_t *threads;
static int thread_count;

/* On the loop. Nothing may touch the job once its task runs. */
static void job_done(void *arg)
{
	struct job *j = arg;

	j->done = true;
	task_wake(j->task);
}

static struct job *job_take(void)
{
	struct job *j;

	while (!queue && !closing)
		pthread_cond_wait(&changed, &mutex);
	j = queue;
	if (!j)
		return NULL;
	queue = j->next;
	if (!queue)
		queue_end = &queue;
	queued--;
	j->taken = true;
	return j;
}

static void *work(void *arg)
{
	struct job *j;

	pthread_mutex_lock(&mutex);
	while ((j = job_take())) {
		pthread_mutex_unlock(&mutex);
		j->work(j->arg);
		loop_post(job_done, j);
		pthread_mutex_lock(&mutex);
	}
	pthread_mutex_unlock(&mutex);
	return arg;
}

/* Signals are the loop's thread's. */
void workers_open(int count, int max_queued)
{
	sigset_t all, before;
	int fault;

	queue_max = max_queued;
	closing = false;
	threads = memory_take((size_t)count * sizeof *threads);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (thread_count = 0; thread_count < count; thread_count++) {
		fault = pthread_create(&threads[thread_count], NULL, work, NULL);
		if (fault) {
			log_error("workers_failed", "Only %d of %d worker threads could be started: %s.",
				  thread_count, count, strerror(fault));
			break;
		}
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* What is queued is done first. */
void workers_close(void)
{
	pthread_mutex_lock(&mutex);
	closing = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
	while (thread_count)
		pthread_join(threads[--thread_count], NULL);
	free(threads);
	threads = NULL;
}

static bool job_queue(struct job *j)
{
	bool fits;

	pthread_mutex_lock(&mutex);
	fits = thread_count && !closing && queued < queue_max;
	if (fits) {
		*queue_end = j;
		queue_end = &j->next;
		queued++;
		pthread_cond_signal(&changed);
	}
	pthread_mutex_unlock(&mutex);
	return fits;
}

/* False: a worker has it. */
static bool job_withdraw(struct job *j)
{
	struct job **p = &queue;
	bool still_queued;

	pthread_mutex_lock(&mutex);
	still_queued = !j->taken;
	if (still_queued) {
		while (*p != j)
			p = &(*p)->next;
		*p = j->next;
		if (!*p)
			queue_end = p;
		queued--;
	}
	pthread_mutex_unlock(&mutex);
	return still_queued;
}

/* Given up while still queued, the work is not done at all. Once begun, it is waited for and counts as done.
 */
err offload(struct ctx *cx, void (*run)(void *arg), void *arg)
{
	struct job j = {.work = run, .arg = arg, .task = cx->task};
	err given_up = NULL;

	if (!job_queue(&j))
		return UNAVAILABLE;
	while (!j.done && !given_up)
		given_up = task_wait(cx);
	if (j.done)
		return NULL;
	if (job_withdraw(&j))
		return given_up;
	while (!j.done)
		task_wait_certain(cx);
	return NULL;
}
