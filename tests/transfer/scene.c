/* Units of work that end, are cancelled, and are watched. */
#include "transfer/scene.h"

#include "core/for_tests.h"
#include "core/task/task.h"
#include "transfer/transfers.h"
#include "vobe/clock.h"

#include <signal.h>

enum { TASKS = 200, STACK = 64 * 1024, BEAT_MS = 5 };

static struct arena *texts;
static struct loop_timer *beats;
static int64_t beat_us;
static int held_ms;

void open_transfers(void)
{
	signal(SIGPIPE, SIG_IGN);
	loop_open();
	tasks_open(TASKS, STACK);
	transfers_open();
	texts = arena_new();
}

void close_transfers(void)
{
	loop_timer_stop(beats);
	ck_assert_int_eq(tasks_live(), 0);
	transfers_close();
	tasks_close();
	loop_close();
	arena_free(texts);
}

const char *text(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *made = arena_vfmt(texts, fmt, ap);
	va_end(ap);
	return made;
}

struct unit {
	struct ctx cx;
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	err result;
	bool ended;
};

static int64_t cancel_us;

static err unit_run(struct ctx *cx, void *arg)
{
	const struct unit *u = arg;

	return u->run(cx, u->arg);
}

static void unit_ended(void *arg, err result)
{
	struct unit *u = arg;

	u->result = result;
	u->ended = true;
}

static void cancel(void *arg)
{
	struct unit *u = arg;

	cancel_us = clock_mono_now();
	task_cancel(u->cx.task);
}

/* The problem may be in the arena: it is given on as long as texts live. */
err run_cancelled(err (*run)(struct ctx *cx, void *arg), void *arg, int cancel_ms)
{
	struct unit u = {.cx = {.arena = arena_new(), .request_id = "test"}, .run = run, .arg = arg};
	struct loop_timer *when = cancel_ms ? loop_after_ms(cancel_ms, cancel, &u) : NULL;
	struct problem *kept;

	ck_assert(task_start(&u.cx, unit_run, &u, unit_ended));
	ck_assert(loop_until(&u.ended, 30 * 1000));
	loop_timer_stop(when);
	if (!u.result) {
		arena_free(u.cx.arena);
		return NULL;
	}
	kept = arena_copy(texts, u.result, sizeof *u.result);
	kept->code = arena_str(texts, kept->code);
	kept->detail = arena_str(texts, kept->detail);
	arena_free(u.cx.arena);
	return kept;
}

int64_t cancelled_us(void)
{
	return cancel_us;
}

static void beat(void *arg)
{
	int64_t now = clock_mono_now();
	int late = (int)((now - beat_us) / 1000) - BEAT_MS;

	(void)arg;
	held_ms = late > held_ms ? late : held_ms;
	beat_us = now;
}

void watch_loop(void)
{
	held_ms = 0;
	beat_us = clock_mono_now();
	beats = loop_every_ms(BEAT_MS, beat, NULL);
}

int loop_held_ms(void)
{
	return held_ms;
}
