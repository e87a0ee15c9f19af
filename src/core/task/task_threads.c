/*
 * Strands as threads: a baton says which side of a strand runs, the other side sleeps. Slow, but debuggers
 * and ThreadSanitizer need no tricks to follow it.
 */
#include "core/task/strand.h"

#include "core/memory/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* clang-format off */
enum {
	STACK_FACTOR = 8
}; /* the C library keeps thread-local storage there too, and sanitizers enlarge frames */

/* Who runs. FREED: nobody any more. */
enum side { OUTSIDE, INSIDE, FREED };

struct strand {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t passed;
	enum side baton;
	void (*body)(void *arg);
	void *arg;
};
/* clang-format on */

static void await(struct strand *s, enum side side)
{
	while (s->baton == side)
		pthread_cond_wait(&s->passed, &s->mutex);
}

static void end_if_freed(struct strand *s)
{
	if (s->baton != FREED)
		return;
	pthread_mutex_unlock(&s->mutex);
	pthread_exit(NULL);
}

static void *begin(void *arg)
{
	struct strand *s = arg;

	pthread_mutex_lock(&s->mutex);
	await(s, OUTSIDE);
	end_if_freed(s);
	pthread_mutex_unlock(&s->mutex);
	s->body(s->arg);
	return NULL;
}

/* Signals are the loop's thread's. */
static int start_thread(struct strand *s, size_t stack_bytes)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int fault;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, stack_bytes * STACK_FACTOR);
	fault = pthread_create(&s->thread, &attributes, begin, s);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return fault;
}

struct strand *strand_new(size_t stack_bytes, void (*body)(void *arg), void *arg)
{
	struct strand *s = memory_take(sizeof *s);

	*s = (struct strand){.body = body, .arg = arg};
	pthread_mutex_init(&s->mutex, NULL);
	pthread_cond_init(&s->passed, NULL);
	if (start_thread(s, stack_bytes) == 0)
		return s;
	free(s);
	return NULL;
}

static void pass(struct strand *s, enum side side)
{
	s->baton = side;
	pthread_cond_signal(&s->passed);
}

void strand_free(struct strand *s)
{
	pthread_mutex_lock(&s->mutex);
	pass(s, FREED);
	pthread_mutex_unlock(&s->mutex);
	pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->passed);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

void strand_enter(struct strand *s)
{
	pthread_mutex_lock(&s->mutex);
	pass(s, INSIDE);
	await(s, INSIDE);
	pthread_mutex_unlock(&s->mutex);
}

void strand_leave(struct strand *s)
{
	pthread_mutex_lock(&s->mutex);
	pass(s, OUTSIDE);
	await(s, OUTSIDE);
	end_if_freed(s);
	pthread_mutex_unlock(&s->mutex);
}
