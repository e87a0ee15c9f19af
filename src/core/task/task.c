/*
 * Tasks: starting, waiting, waking, cancelling, ending. What they run on is a strand (strand.h), of which
 * there are two kinds; everything else is here, the same for both. For the loop's thread and the tasks
 * themselves.
 */
#include "core/task/task.h"

#include "core/for_tests.h"
#include "core/log/logging.h"
#include "core/memory/memory.h"
#include "core/task/deadlines.h"
#include "core/task/strand.h"
#include "core/task/task_turn.h"
#include "vobe/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
enum {
	IDLE_MAX = 256
}; /* ended tasks kept with their stacks; beyond that their memory goes back to the system */

enum task_state {
	TASK_RUNNING,
	TASK_WAITING,         /* for a wake, a cancel or the deadline */
	TASK_WAITING_CERTAIN, /* for a wake only */
	TASK_READY,           /* in the ready list */
	TASK_ENDED,           /* run() has returned */
};
/* clang-format on */

struct task {
	struct strand *strand;
	enum task_state state;
	bool woken;     /* a wake that no wait has taken yet */
	bool cancelled; /* for good */
	struct deadline deadline;

	struct ctx *cx;
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	void (*ended)(void *arg, err result);
	err result;

	struct task *parent, *children, *sibling, *sibling_before; /* branches of together() */
	struct task *next;                                         /* in the list it is in */
};

struct queue {
	struct task *first, *last;
};

static struct queue ready; /* will be entered, in this order */
static struct queue over;  /* ended on another task's turn: `ended` is owed on the loop's stack */
static struct task *idle;  /* ended, for the next start */
static int idle_count;
static struct task *running; /* NULL on the loop's stack */
static int live, live_max;
static size_t stack_size;

static void push(struct queue *l, struct task *t)
{
	t->next = NULL;
	if (l->first)
		l->last->next = t;
	else
		l->first = t;
	l->last = t;
}

static struct task *shift(struct queue *l)
{
	struct task *t = l->first;

	if (t)
		l->first = t->next;
	return t;
}

/* --- a task's life: made once, then used for one run after the other --- */

static void live_on(void *arg)
{
	struct task *t = arg;

	for (;;) {
		log_context(t->cx->request_id);
		t->result = t->run(t->cx, t->arg);
		t->state = TASK_ENDED;
		strand_leave(t->strand);
	}
}

static struct task *task_new(void)
{
	struct task *t = memory_take(sizeof *t);

	*t = (struct task){0};
	t->strand = strand_new(stack_size, live_on, t);
	if (t->strand)
		return t;
	free(t);
	return NULL;
}

static void task_free(struct task *t)
{
	strand_free(t->strand);
	free(t);
}

static struct task *task_take(void)
{
	struct task *t = idle;

	if (live >= live_max)
		return NULL;
	if (!t)
		return task_new();
	idle = t->next;
	idle_count--;
	return t;
}

static void task_give(struct task *t)
{
	if (idle_count == IDLE_MAX) {
		task_free(t);
		return;
	}
	t->next = idle;
	idle = t;
	idle_count++;
}

static void adopt(struct task *parent, struct task *child)
{
	child->parent = parent;
	child->sibling_before = NULL;
	child->sibling = parent->children;
	if (child->sibling)
		child->sibling->sibling_before = child;
	parent->children = child;
}

static void leave_parent(struct task *child)
{
	if (child->sibling)
		child->sibling->sibling_before = child->sibling_before;
	if (child->sibling_before)
		child->sibling_before->sibling = child->sibling;
	else
		child->parent->children = child->sibling;
}

/* From here on *t may run something else. */
static void bury(struct task *t)
{
	void (*ended)(void *arg, err result) = t->ended;
	void *arg = t->arg;
	err result = t->result;

	deadline_clear(&t->deadline);
	t->cx->task = NULL;
	live--;
	task_give(t);
	if (ended)
		ended(arg, result);
}

/* Runs it until it waits or ends. What was running before, a task or the loop, goes on afterwards. */
static void enter(struct task *t)
{
	const char *request_id = log_context_now();
	struct task *outer = running;

	t->state = TASK_RUNNING;
	running = t;
	strand_enter(t->strand);
	running = outer;
	log_context(request_id);
	if (t->state != TASK_ENDED)
		return;
	if (t->parent)
		leave_parent(t);
	if (outer && t->ended)
		push(&over, t);
	else
		bury(t);
}

static bool start(struct ctx *cx, struct task *parent, err (*run)(struct ctx *cx, void *arg), void *arg,
		  void (*ended)(void *arg, err result))
{
	struct task *t = task_take();

	if (!t)
		return false;
	*t = (struct task){.strand = t->strand, .cx = cx, .run = run, .arg = arg, .ended = ended};
	live++;
	cx->task = t;
	if (parent) {
		adopt(parent, t);
		t->cancelled = parent->cancelled;
	}
	enter(t);
	return true;
}

void tasks_open(int max_live, size_t stack_bytes)
{
	live_max = max_live;
	stack_size = stack_bytes;
}

void tasks_close(void)
{
	struct task *t;

	if (live)
		log_warn("tasks_abandoned", "%d tasks had not ended when the process stopped.", live);
	while ((t = idle)) {
		idle = t->next;
		task_free(t);
	}
	idle_count = 0;
	if (!live)
		deadlines_close();
}

int tasks_live(void)
{
	return live;
}

bool task_start(struct ctx *cx, err (*run)(struct ctx *cx, void *arg), void *arg,
		void (*ended)(void *arg, err result))
{
	return start(cx, NULL, run, arg, ended);
}

bool task_start_child(struct ctx *cx, struct task *parent, err (*run)(struct ctx *cx, void *arg), void *arg)
{
	return start(cx, parent, run, arg, NULL);
}

/* --- waiting --- */

static void suspend(struct task *t, enum task_state state)
{
	const char *request_id = log_context_now();

	t->state = state;
	strand_leave(t->strand);
	log_context(request_id);
}

/*
 * A deadline that is in the heap already and earlier stays: it wakes the task once for nothing, which is
 * cheaper than moving it for each wait. So a request that waits ten times enters the heap once.
 */
static void wake_by(struct task *t, int64_t at)
{
	if (at != INT64_MAX && !(t->deadline.place && t->deadline.at <= at))
		deadline_set(&t->deadline, at);
}

static err reason_to_give_up(const struct ctx *cx)
{
	if (cx->task->cancelled)
		return CANCELLED;
	if (cx->deadline_us && clock_mono() >= cx->deadline_us)
		return DEADLINE_PASSED;
	return NULL;
}

err task_wait_by(struct ctx *cx, int64_t by)
{
	struct task *t = cx->task;

	assert(t && t == running);
	while (!t->woken && clock_mono() < by) {
		TRY(reason_to_give_up(cx));
		wake_by(t, cx->deadline_us && cx->deadline_us < by ? cx->deadline_us : by);
		suspend(t, TASK_WAITING);
	}
	t->woken = false;
	return NULL;
}

err task_wait(struct ctx *cx)
{
	return task_wait_by(cx, INT64_MAX);
}

void task_wait_certain(struct ctx *cx)
{
	struct task *t = cx->task;

	assert(t && t == running);
	while (!t->woken)
		suspend(t, TASK_WAITING_CERTAIN);
	t->woken = false;
}

/* Suspends at least once. Leaves a kept wake to the wait it is meant
 * for. */
err task_wait_until(struct ctx *cx, int64_t until)
{
	struct task *t = cx->task;

	assert(t && t == running);
	do {
		TRY(reason_to_give_up(cx));
		wake_by(t, cx->deadline_us && cx->deadline_us < until ? cx->deadline_us : until);
		suspend(t, TASK_WAITING);
	} while (clock_mono() < until);
	return t->cancelled ? CANCELLED : NULL;
}

static void make_ready(struct task *t)
{
	t->state = TASK_READY;
	push(&ready, t);
}

void task_wake(struct task *t)
{
	t->woken = true;
	if (t->state == TASK_WAITING || t->state == TASK_WAITING_CERTAIN)
		make_ready(t);
}

void task_cancel(struct task *t)
{
	if (!t)
		return;
	t->cancelled = true;
	if (t->state == TASK_WAITING)
		make_ready(t);
	for (struct task *child = t->children; child; child = child->sibling)
		task_cancel(child);
}

/* --- a turn --- */

bool tasks_run_ready(void)
{
	struct task *t;
	bool ran = false;

	assert(!running);
	for (;;) {
		if ((t = shift(&over)))
			bury(t);
		else if ((t = shift(&ready)))
			enter(t);
		else
			return ran;
		ran = true;
	}
}

bool tasks_are_ready(void)
{
	return ready.first || over.first;
}

bool task_is_running(void)
{
	return running;
}

int64_t tasks_next_deadline(void)
{
	const struct deadline *d = deadline_first();

	return d ? d->at : INT64_MAX;
}

static struct task *task_of(struct deadline *d)
{
	return (struct task *)((char *)d - offsetof(struct task, deadline));
}

void tasks_expire(int64_t now)
{
	for (struct deadline *d; (d = deadline_first()) && d->at <= now;) {
		deadline_clear(d);
		if (task_of(d)->state == TASK_WAITING)
			make_ready(task_of(d));
	}
}
