/*
 * Worker threads for offload(): what takes milliseconds of processor (password hashing) and must not hold up
 * the loop. The job lives on the stack of the waiting task, which therefore never leaves while a worker holds
 * it.
 */
#include "core/loop/loop.h"
#include "core/memory/lent.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "vobe/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

struct job {
	TAILQ_ENTRY(job) link; /* of its lane's jobs, while it waits */
	struct lane *lane;
	void (*work)(void *arg);
	void *arg;
	struct task *task;
	bool taken; /* by a worker */
	bool shed;  /* its place went to another network's; set on the loop's thread */
	bool done;  /* set on the loop's thread */
};

/*
 * What waits of one network. Networks are served in turn, one job each, so that whoever floods the queue
 * waits for himself, and everybody else behind a few.
 */
struct lane {
	TAILQ_ENTRY(lane) link;
	TAILQ_HEAD(jobs, job) jobs; /* the oldest first */
	uint64_t source;
	int count;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static TAILQ_HEAD(lanes, lane) lanes = TAILQ_HEAD_INITIALIZER(lanes); /* the first is next; none is empty */
static int queued, queue_max;
static bool closing;

static pthread_t *threads;
static int thread_count;

/* --- lanes; the mutex is held --- */

static struct lane *lane_of(uint64_t source)
{
	struct lane *l;

	TAILQ_FOREACH (l, &lanes, link)
		if (l->source == source)
			return l;
	return NULL;
}

static void lane_add(struct job *j, uint64_t source)
{
	struct lane *l = lane_of(source);

	if (!l) {
		l = memory_take(sizeof *l);
		*l = (struct lane){.source = source};
		TAILQ_INIT(&l->jobs);
		TAILQ_INSERT_TAIL(&lanes, l, link);
	}
	TAILQ_INSERT_TAIL(&l->jobs, j, link);
	j->lane = l;
	l->count++;
	queued++;
}

static void lane_remove(struct job *j)
{
	struct lane *l = j->lane;

	TAILQ_REMOVE(&l->jobs, j, link);
	queued--;
	if (--l->count > 0)
		return;
	TAILQ_REMOVE(&lanes, l, link);
	free(l);
}

static struct lane *greediest(void)
{
	struct lane *l, *most = TAILQ_FIRST(&lanes);

	TAILQ_FOREACH (l, &lanes, link)
		if (l->count > most->count)
			most = l;
	return most;
}

/* Makes room for one more of `source`: the newest of the greediest network goes. False: that would be the new
 * one. */
static bool make_room(uint64_t source)
{
	struct lane *own = lane_of(source), *most;
	struct job *newest;

	if (queued < queue_max)
		return true;
	most = greediest();
	if (!most || most->count <= (own ? own->count : 0) + 1)
		return false;
	newest = TAILQ_LAST(&most->jobs, jobs);
	lane_remove(newest);
	newest->shed = true;
	task_wake(newest->task);
	return true;
}

/* --- workers --- */

/* On the loop. Nothing may touch the job once its task runs. */
static void job_done(void *arg)
{
	struct job *j = arg;

	j->done = true;
	task_wake(j->task);
}

/* Until something has changed. What was lent to the last job goes back when none has come for a second. */
static void wait_idle(void)
{
	struct timespec until;

	if (!lent_is_kept()) {
		pthread_cond_wait(&changed, &mutex);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	if (pthread_cond_clockwait(&changed, &mutex, CLOCK_MONOTONIC, &until) == ETIMEDOUT)
		lent_return();
}

static struct job *job_take(void)
{
	struct lane *l;
	struct job *j;

	while (TAILQ_EMPTY(&lanes) && !closing)
		wait_idle();
	l = TAILQ_FIRST(&lanes);
	if (!l)
		return NULL;
	j = TAILQ_FIRST(&l->jobs);
	TAILQ_REMOVE(&lanes, l, link); /* the others come first now */
	TAILQ_INSERT_TAIL(&lanes, l, link);
	lane_remove(j);
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
	lent_return();
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

static bool job_queue(struct job *j, uint64_t source)
{
	bool fits;

	pthread_mutex_lock(&mutex);
	fits = thread_count && !closing && make_room(source);
	if (fits) {
		lane_add(j, source);
		pthread_cond_signal(&changed);
	}
	pthread_mutex_unlock(&mutex);
	return fits;
}

/* False: a worker has it. */
static bool job_withdraw(struct job *j)
{
	bool still_queued;

	pthread_mutex_lock(&mutex);
	still_queued = !j->taken;
	if (still_queued)
		lane_remove(j);
	pthread_mutex_unlock(&mutex);
	return still_queued;
}

/* Given up while still queued, the work is not done at all. Once begun, it is waited for and counts as done.
 */
err offload(struct ctx *cx, void (*run)(void *arg), void *arg)
{
	struct job j = {.work = run, .arg = arg, .task = cx->task};
	err given_up = NULL;

	if (!job_queue(&j, cx->source))
		return UNAVAILABLE;
	while (!j.done && !j.shed && !given_up)
		given_up = task_wait(cx);
	if (j.shed)
		return UNAVAILABLE;
	if (j.done)
		return NULL;
	if (job_withdraw(&j))
		return given_up;
	while (!j.done)
		task_wait_certain(cx);
	return NULL;
}
