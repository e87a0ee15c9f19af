/*
 * The loop: libevent for descriptors and timers, one pass at a time, and between two passes the tasks and the
 * turn-end hooks. Other threads reach it through loop_post.
 */
#include "core/loop/loop.h"

#include "core/for_tests.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "core/task/task_turn.h"
#include "core/value/clock_turn.h"
#include "vobe/arena.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	HOOKS_MAX = 16,
	ROUNDS_MAX = 8 /* of tasks and hooks in one turn, then events get their chance again */
};

struct post {
	struct post *next;
	void (*fn)(void *arg);
	void *arg;
};

static struct event_base *base;
static bool (*hooks[HOOKS_MAX])(void);
static int hook_count;
static bool
	work_left; /* the next turn must not sleep. Set on entry: whoever calls may have left work to do */
static atomic_bool stopping;

static struct event *deadline_event; /* the one timer for all tasks' deadlines */
static int64_t deadline_armed;       /* what it is set to, or INT64_MAX */

static pthread_mutex_t post_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct post *posted, **posted_end = &posted;
static struct event *post_event;
static int post_fd = -1;

static struct arena *last_call; /* holds what the last loop_call returned */

static struct timeval timeval_of(int64_t us)
{
	return (struct timeval){.tv_sec = us / SECOND_US, .tv_usec = us % SECOND_US};
}

/* --- turns --- */

/* One round of hooks in order; true if one of them made work. */
static bool run_hooks(void)
{
	bool made = false;

	for (int i = 0; i < hook_count; i++)
		made |= hooks[i]();
	return made || tasks_are_ready();
}

/*
 * A timer that is armed too early costs one idle turn; moving it for each request that ends would cost one
 * system call less and far more processor. So it is only ever moved forward.
 */
static void arm_deadline(void)
{
	int64_t next = tasks_next_deadline(), wait;
	struct timeval tv;

	if (next >= deadline_armed)
		return;
	wait = next - clock_mono_now();
	tv = timeval_of(wait > 0 ? wait : 0);
	evtimer_add(deadline_event, &tv);
	deadline_armed = next;
}

static void deadline_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	deadline_armed = INT64_MAX;
}

static void turn(void)
{
	arm_deadline();
	clock_turn_begin();
	event_base_loop(base, EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY | (work_left ? EVLOOP_NONBLOCK : 0));
	tasks_expire(clock_mono());
	work_left = true;
	for (int round = 0; work_left && round < ROUNDS_MAX; round++) {
		tasks_run_ready();
		work_left = run_hooks();
	}
	clock_turn_end();
}

void loop_at_turn_end(bool (*hook)(void))
{
	if (hook_count == HOOKS_MAX)
		abort();
	hooks[hook_count++] = hook;
}

/* --- work from other threads --- */

static void bell_ring(void)
{
	static const uint64_t one = 1;

	/* EAGAIN: it has been rung 2^64 times and not been heard, which is as good as once. */
	while (write(post_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

void loop_post(void (*fn)(void *arg), void *arg)
{
	struct post *p = memory_take(sizeof *p);
	bool first;

	*p = (struct post){.fn = fn, .arg = arg};
	pthread_mutex_lock(&post_mutex);
	first = !posted;
	*posted_end = p;
	posted_end = &p->next;
	if (first)
		bell_ring();
	pthread_mutex_unlock(&post_mutex);
}

static struct post *take_posted(void)
{
	struct post *all;

	pthread_mutex_lock(&post_mutex);
	all = posted;
	posted = NULL;
	posted_end = &posted;
	pthread_mutex_unlock(&post_mutex);
	return all;
}

static void run_posted(evutil_socket_t fd, short what, void *arg)
{
	uint64_t rings;
	ssize_t got = read(fd, &rings, sizeof rings);

	(void)what, (void)arg, (void)got;
	for (struct post *p = take_posted(), *next; p; p = next) {
		next = p->next;
		p->fn(p->arg);
		free(p);
	}
}

/* --- timers --- */

struct loop_timer {
	struct event *event;
	void (*fn)(void *arg);
	void *arg;
};

static void timer_fired(evutil_socket_t fd, short what, void *arg)
{
	const struct loop_timer *t = arg;

	(void)fd, (void)what;
	t->fn(t->arg);
}

static struct loop_timer *timer_new(int ms, short flags, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = memory_take(sizeof *t);
	struct timeval tv = timeval_of((int64_t)ms * 1000);

	*t = (struct loop_timer){.fn = fn, .arg = arg};
	t->event = event_new(base, -1, flags, timer_fired, t);
	if (!t->event || event_add(t->event, &tv) != 0)
		memory_exhausted(sizeof *t);
	return t;
}

struct loop_timer *loop_after_ms(int ms, void (*fn)(void *arg), void *arg)
{
	return timer_new(ms, 0, fn, arg);
}

struct loop_timer *loop_every_ms(int ms, void (*fn)(void *arg), void *arg)
{
	return timer_new(ms, EV_PERSIST, fn, arg);
}

void loop_timer_stop(struct loop_timer *t)
{
	if (!t)
		return;
	event_free(t->event);
	free(t);
}

/* --- opening and closing --- */

static void complain(int severity, const char *text)
{
	if (severity >= EVENT_LOG_WARN)
		log_warn("libevent", "%s", text);
}

static _Noreturn void cannot_open(const char *what)
{
	log_error("loop_failed", "The event loop cannot start: %s: %s.", what, strerror(errno));
	exit(71); /* EX_OSERR */
}

void loop_open(void)
{
	event_set_log_callback(complain);
	base = event_base_new();
	if (!base)
		cannot_open("event_base_new");
	post_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (post_fd < 0)
		cannot_open("eventfd");
	post_event = event_new(base, post_fd, EV_READ | EV_PERSIST, run_posted, NULL);
	deadline_event = evtimer_new(base, deadline_fired, NULL);
	if (!post_event || !deadline_event || event_add(post_event, NULL) != 0)
		cannot_open("event_new");
	deadline_armed = INT64_MAX;
	stopping = false;
}

static void forget_last_call(void)
{
	arena_free(last_call);
	last_call = NULL;
}

void loop_close(void)
{
	for (struct post *p = take_posted(), *next; p; p = next) {
		next = p->next;
		free(p);
	}
	forget_last_call();
	event_free(post_event);
	event_free(deadline_event);
	close(post_fd);
	post_fd = -1;
	event_base_free(base);
	base = NULL;
	hook_count = 0;
}

struct event_base *loop_base(void)
{
	return base;
}

/* --- running --- */

void loop_run(void)
{
	work_left = true;
	while (!stopping)
		turn();
	stopping = false;
}

void loop_stop(void)
{
	stopping = true;
	bell_ring();
}

static void set_flag(void *arg)
{
	*(bool *)arg = true;
}

bool loop_until(const bool *done, int timeout_ms)
{
	bool late = false;
	struct loop_timer *limit = loop_after_ms(timeout_ms, set_flag, &late);

	work_left = true;
	while (!*done && !late)
		turn();
	loop_timer_stop(limit);
	return *done;
}

struct call {
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	bool ended;
	err result;
};

static err run_call(struct ctx *cx, void *arg)
{
	const struct call *c = arg;

	return c->run(cx, c->arg);
}

static void call_ended(void *arg, err result)
{
	struct call *c = arg;

	c->result = result;
	c->ended = true;
}

err loop_call(err (*run)(struct ctx *cx, void *arg), void *arg, int timeout_ms)
{
	struct call c = {.run = run, .arg = arg};
	struct ctx cx = {.request_id = "boot"};

	if (timeout_ms > 0)
		cx.deadline_us = clock_mono_now() + (int64_t)timeout_ms * 1000;
	forget_last_call();
	cx.arena = last_call = arena_new();
	if (!task_start(&cx, run_call, &c, call_ended))
		return UNAVAILABLE;
	work_left = true;
	while (!c.ended)
		turn();
	return c.result;
}
