/*
 * Readers. A step of a reader collects a batch, applies it and moves its place; any failure goes to
 * failure.c, which decides what the next step does. The cursor row in the subscriber's schema is the truth
 * about a durable reader; what stands here may be behind it when several instances run, and then the change
 * with its effects undoes itself.
 */
#include "bus/delivery/reader.h"

#include "bus/delivery/failure.h"
#include "bus/store/inbox_store.h"
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "db/change.h"
#include "vobe/log.h"

#include <stdlib.h>

enum { STEP_PATIENCE_S = 30 }; /* for one batch: what it calls may not keep a partition for ever */

static struct reader *ready, **ready_end = &ready; /* to start at the end of the turn, in order */

static bool is_durable(const struct reader *r)
{
	return r->hearer->sub->hearing == DURABLE;
}

void reader_open(struct reader *r, struct hearer *h, int part)
{
	*r = (struct reader){.hearer = h, .part = part, .blocked_epoch = -1, .cx = bus_ctx(h->sub->name)};
}

void reader_close(struct reader *r)
{
	free(r->blocked);
	r->blocked = NULL;
}

void reader_place(struct reader *r, int64_t off, struct uuid event_id, int64_t epoch)
{
	r->at = r->saved = off;
	r->at_event = event_id;
	r->epoch = epoch;
	r->is_stale = false;
	r->tries = r->well = 0;
}

/* --- what is known of the cursor row ---------------------------------------------------------------------
 */

static err read_blocked(struct ctx *cx, struct reader *r)
{
	struct by_id *rows;
	int count;

	TRY(inbox_blocked(cx, r->hearer, r->part, &rows, &count));
	free(r->blocked);
	r->blocked = memory_take(((size_t)count + 1) * sizeof *r->blocked);
	for (int i = 0; i < count; i++)
		r->blocked[i] = rows[i].id;
	r->blocked_count = count;
	r->blocked_epoch = r->epoch;
	r->has_loose = count > 0;
	return NULL;
}

/* What was skipped in memory stays skipped, unless the row has been moved elsewhere. */
static err reader_reload(struct ctx *cx, struct reader *r)
{
	struct cursor row;

	TRY(inbox_cursor(cx, r->hearer, r->part, &row));
	if (row.epoch != r->epoch || row.off < r->saved || row.off > r->at)
		reader_place(r, row.off, row.event_id, row.epoch);
	r->saved = row.off;
	r->is_stale = false;
	return r->blocked_epoch == r->epoch ? NULL : read_blocked(cx, r);
}

/* --- a step ----------------------------------------------------------------------------------------------
 */

/* What is likely to be undone, because others were first or it failed before, keeps to itself. */
static void travel(struct change *ch, const struct reader *r, const struct batch *b)
{
	change_touches_name(ch, r->hearer->sub->name, (char[]){(char)('a' + r->part), '\0'});
	if (b->kind != BATCH_NEXT || r->tries || r->passing || b->last <= r->singly_until)
		change_alone(ch);
	for (int i = 0; i < b->count; i++)
		change_touches(ch, b->deliveries[i].aggregate_id);
}

static err apply_durably(struct ctx *cx, struct reader *r, const struct batch *b)
{
	struct hearer *h = r->hearer;
	struct change *ch = change_begin(cx);

	travel(ch, r, b);
	inbox_move(ch, r, b->last, b->last_event, b->kind == BATCH_NEXT ? EPOCH_STAYS : EPOCH_GROWS);
	for (int i = 0; i < b->aside_count; i++)
		(b->kind == BATCH_LOOSE ? inbox_unpark : inbox_park)(ch, h, &b->aside[i]);
	for (int i = 0; b->kind == BATCH_LOOSE && i < b->count; i++)
		inbox_unpark(ch, h, &b->events[i]);
	if (b->kind == BATCH_TRIAL)
		inbox_supersede(ch, h, &b->events[0]);
	if (b->count)
		TRY(h->sub->apply(cx, ch, b->deliveries, b->count));
	TRY(change_commit(cx, ch));
	r->saved = b->last;
	r->is_stale = b->kind != BATCH_NEXT;
	return NULL;
}

static err batch_apply(struct ctx *cx, struct reader *r, const struct batch *b)
{
	if (b->unreadable)
		return b->unreadable;
	if (is_durable(r))
		return apply_durably(cx, r, b);
	return r->hearer->sub->apply(cx, NULL, b->deliveries, b->count);
}

/* The same for all partitions, so that what they ask of others is asked together. */
static int64_t next_beat(const struct subscription *sub)
{
	const int64_t pace_us = sub->pace_ms * INT64_C(1000);

	return pace_us ? (clock_mono() / pace_us + 1) * pace_us : 0;
}

static void reader_advance(struct reader *r, const struct batch *b)
{
	if (b->kind != BATCH_LOOSE)
		bus.stats.skipped += (uint64_t)(b->last - r->at - b->count - b->aside_count);
	bus.stats.applied += (uint64_t)b->count;
	bus.stats.batches += b->count > 0;
	bus.stats.parked += b->kind == BATCH_NEXT ? (uint64_t)b->aside_count : 0;
	r->at = b->last;
	r->at_event = b->last_event;
	r->due_us = next_beat(r->hearer->sub);
	reader_succeeded(r);
}

/*
 * The next batch, from the nearest place that has it. A gap in the ring means that another instance told the
 * event, and has perhaps applied it: the cursor row is asked before the outbox.
 */
static err collect(struct ctx *cx, struct reader *r, struct batch *b)
{
	if (r->has_loose)
		return batch_from_parked(cx, r, b);
	batch_from_ring(cx->arena, r, b);
	if (b->last > r->at) {
		r->is_reading_back = false;
		return NULL;
	}
	if (is_durable(r) && !r->is_reading_back) {
		r->is_reading_back = r->is_stale = true;
		return NULL;
	}
	return batch_from_log(cx, r, b);
}

static err save_place(struct ctx *cx, struct reader *r)
{
	struct change *ch;

	r->is_quiet = false;
	if (r->saved == r->at)
		return NULL;
	ch = change_begin(cx);
	inbox_move(ch, r, r->at, r->at_event, EPOCH_STAYS);
	TRY(change_commit(cx, ch));
	r->saved = r->at;
	return NULL;
}

/* The log lines and further events of a batch carry the request that caused its first event. */
static void adopt_request(struct ctx *cx, const struct batch *b, const char *otherwise)
{
	const char *cause = b->count ? b->events[0].correlation_id : NULL;

	cx->request_id = cause ? cause : otherwise;
	log_context(cx->request_id);
}

static err reader_step(struct ctx *cx, struct reader *r, struct batch *b)
{
	*b = (struct batch){.last = r->at};
	if (is_durable(r) && (r->is_stale || r->epoch != r->blocked_epoch))
		TRY(reader_reload(cx, r));
	if (!r->has_loose && r->at >= r->hearer->source->head[r->part])
		return r->is_quiet ? save_place(cx, r) : NULL;
	TRY(collect(cx, r, b));
	if (b->kind == BATCH_LOOSE && b->count + b->aside_count == 0)
		r->has_loose = r->loose_singly = false;
	adopt_request(cx, b, r->hearer->sub->name);
	if (b->count + b->aside_count)
		TRY(batch_apply(cx, r, b));
	if (b->last > r->at || b->kind == BATCH_LOOSE)
		reader_advance(r, b);
	return NULL;
}

/* --- the task --------------------------------------------------------------------------------------------
 */

static bool has_more_than_events(const struct reader *r)
{
	return r->has_loose || r->is_quiet || (is_durable(r) && r->epoch != r->blocked_epoch);
}

static bool has_work(const struct reader *r)
{
	return r->at < r->hearer->source->head[r->part] || has_more_than_events(r);
}

/* For how long its events may go on gathering (subscription.pace_ms); 0: they are due. */
static int gathering_ms(const struct reader *r)
{
	const int64_t left_us = r->due_us ? r->due_us - clock_mono() : 0;
	const bool is_enough = r->hearer->source->head[r->part] - r->at >= bus.cfg.batch_max;

	if (left_us <= 0 || is_enough || has_more_than_events(r))
		return 0;
	return (int)(left_us / 1000) + 1;
}

static err reader_run(struct ctx *cx, void *arg)
{
	struct reader *r = arg;

	while (bus.is_delivering && has_work(r) && !r->wait_ms && !gathering_ms(r)) {
		struct batch b;

		cx->arena = arena_new();
		cx->deadline_us = clock_mono() + STEP_PATIENCE_S * SECOND_US;
		if (!r->behind_us)
			r->behind_us = clock_mono();
		err e = reader_step(cx, r, &b);
		if (e)
			reader_failed(cx, r, &b, e);
		cx->request_id = r->hearer->sub->name;
		log_context(cx->request_id);
		arena_free(cx->arena);
	}
	return NULL;
}

void apply_gets_on(struct ctx *cx)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++) {
			struct reader *r = &bus.hearers[i].readers[part];

			if (&r->cx != cx)
				continue;
			cx->deadline_us = clock_mono() + STEP_PATIENCE_S * SECOND_US;
			r->well = 0;
			r->behind_us = clock_mono();
		}
}

static void waited(void *arg)
{
	struct reader *r = arg;

	loop_timer_stop(r->timer);
	r->timer = NULL;
	r->is_gathering = false;
	r->state = READER_IDLE;
	reader_wake(r);
}

static void reader_wait(struct reader *r, int ms)
{
	r->state = READER_WAITING;
	r->timer = loop_after_ms(ms, waited, r);
}

static void reader_ended(void *arg, err result)
{
	struct reader *r = arg;

	(void)result; /* reader_run deals with failures itself */
	r->state = READER_IDLE;
	if (!r->wait_ms && !has_work(r))
		reader_gets_on(r);
	if (r->wait_ms && bus.is_delivering)
		reader_wait(r, r->wait_ms);
	r->wait_ms = 0;
	reader_wake(r);
	bus_task_ended();
}

/* --- waking ----------------------------------------------------------------------------------------------
 */

void reader_wake(struct reader *r)
{
	if (r->state == READER_WAITING && r->is_gathering && !gathering_ms(r))
		waited(r);
	if (!bus.is_delivering || r->state != READER_IDLE || !has_work(r))
		return;
	if (gathering_ms(r)) {
		r->is_gathering = true;
		reader_wait(r, gathering_ms(r));
		return;
	}
	r->state = READER_READY;
	r->next_ready = NULL;
	*ready_end = r;
	ready_end = &r->next_ready;
}

void reader_wake_early(struct reader *r)
{
	if (r->state == READER_WAITING && r->passing)
		waited(r);
	reader_wake(r);
}

void reader_hear(struct reader *r, const struct record *e)
{
	if (r->state == READER_IDLE && r->at == e->off - 1 && !hearer_event(r->hearer, e->topic)) {
		r->at = e->off;
		r->at_event = e->event_id;
		bus.stats.skipped++;
	}
	reader_wake(r);
}

bool readers_start(void)
{
	struct reader *r = ready, *next;
	bool started = false;

	ready = NULL;
	ready_end = &ready;
	for (; r; r = next) {
		next = r->next_ready;
		r->state = READER_RUNNING;
		bus.running++;
		if (task_start(&r->cx, reader_run, r, reader_ended)) {
			started = true;
			continue;
		}
		bus.running--; /* too many tasks are alive: the next turn tries again */
		r->state = READER_IDLE;
		reader_wake(r);
	}
	return started;
}

static void for_each_reader(void (*fn)(struct reader *r))
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++)
			fn(&bus.hearers[i].readers[part]);
}

static void halt(struct reader *r)
{
	if (r->state == READER_WAITING)
		waited(r);
	if (r->state == READER_READY)
		r->state = READER_IDLE;
}

void readers_halt(void)
{
	for_each_reader(halt);
	ready = NULL;
	ready_end = &ready;
}

static void cancel(struct reader *r)
{
	if (r->state == READER_RUNNING)
		task_cancel(r->cx.task);
}

void readers_cancel(void *unused)
{
	(void)unused;
	for_each_reader(cancel);
}
