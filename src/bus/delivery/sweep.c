/* The sweep: see sweep.h. One short task a member, on the read lane of its pool. */
#include "bus/delivery/sweep.h"

#include "bus/delivery/failure.h"
#include "bus/delivery/identity.h"
#include "bus/delivery/reader.h"
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/task/task.h"
#include "vobe/log.h"

enum { SWEEP_PATIENCE_S = 5 };

static struct loop_timer *timer;

/* Whoever has applied what the sweep before found is up to date as of that sweep. */
static void note_heard(const struct member *source)
{
	for (int i = 0; i < bus.hearer_count; i++) {
		const struct hearer *h = &bus.hearers[i];
		bool whole = h->source == source && h->sub->heard_until;
		for (int part = 0; whole && part < PARTS; part++)
			whole = h->readers[part].at >= source->head_before[part];
		if (whole)
			*h->sub->heard_until = source->swept_us;
	}
}

static void wake_in_memory(struct member *source, int part)
{
	for (int i = 0; i < bus.hearer_count; i++)
		if (bus.hearers[i].source == source && bus.hearers[i].sub->hearing == IN_MEMORY)
			reader_wake(&bus.hearers[i].readers[part]);
}

err sweep_heads(struct ctx *cx, struct member *m)
{
	const int64_t began_us = clock_mono();
	int64_t heads[PARTS] = {0};

	TRY(outbox_heads(cx, m, heads));
	for (int part = 0; part < PARTS; part++) {
		m->head_before[part] = m->head_swept[part];
		m->head_swept[part] = heads[part];
		m->was_replaced |= heads[part] < m->head_before[part];
		if (m->head[part] < heads[part])
			m->head[part] = heads[part];
		wake_in_memory(m, part);
	}
	note_heard(m);
	m->swept_us = began_us;
	return NULL;
}

/*
 * A durable reader goes for events it was not handed only when they were there a sweep ago and still nobody
 * has applied them: mostly the instance that told them is about to, and two at it would undo each other's
 * work.
 */
static void note_cursor(struct reader *r, const struct cursor *row)
{
	const struct member *source = r->hearer->source;

	if (r->state == READER_RUNNING || r->state == READER_READY)
		return;
	if (row->epoch > r->epoch)
		reader_place(r, row->off, row->event_id, row->epoch);
	if (row->epoch == r->epoch && row->off > r->saved) {
		r->saved = row->off;
		if (r->at < r->saved)
			reader_place(r, row->off, row->event_id, row->epoch);
	}
	r->is_quiet = r->saved < r->at && r->at >= source->head[r->part] &&
		      source->head_swept[r->part] == source->head_before[r->part];
	if (r->at < source->head_before[r->part] || r->is_quiet || r->epoch != r->blocked_epoch)
		reader_wake(r);
}

static void hurry(struct reader *r)
{
	if (r->hearer->sub->hearing != DURABLE || r->state != READER_IDLE)
		return;
	r->is_quiet = r->saved < r->at && r->at >= r->hearer->source->head[r->part];
	reader_wake(r);
}

void bus_hurry(void)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++)
			hurry(&bus.hearers[i].readers[part]);
}

err sweep_cursors(struct ctx *cx, struct member *m)
{
	struct cursor *rows;
	int count;

	TRY(inbox_cursors(cx, m, &rows, &count));
	for (int i = 0; i < count; i++) {
		struct hearer *h = hearer_named(rows[i].subscription);

		/* A subscription that is no more keeps its cursors, in case it comes back. */
		if (h && h->member == m && h->sub->hearing == DURABLE)
			note_cursor(&h->readers[rows[i].part], &rows[i]);
	}
	return NULL;
}

static void wake_after_outage(const struct member *m)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++)
			if (bus.hearers[i].member == m || bus.hearers[i].source == m) {
				reader_forgive(&bus.hearers[i].readers[part]);
				reader_wake_early(&bus.hearers[i].readers[part]);
			}
}

static void watch_readers(struct ctx *cx, const struct member *m)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; bus.hearers[i].member == m && part < PARTS; part++)
			reader_watch(cx, &bus.hearers[i].readers[part]);
}

static err sweep_member(struct ctx *cx, void *arg)
{
	struct member *m = arg;

	cx->arena = arena_new();
	cx->deadline_us = clock_mono() + SWEEP_PATIENCE_S * SECOND_US;
	err e = m->is_heard ? sweep_heads(cx, m) : NULL;
	if (!e && m->is_hearing)
		e = sweep_cursors(cx, m);
	if (e && !m->is_away)
		log_warn("sweep_failed", "The event log of %s cannot be read: %s", m->module->name,
			 e->detail);
	if (!e && m->is_away) {
		wake_after_outage(m);
		m->was_replaced |= m->is_heard; /* who knows what was done to it meanwhile */
	}
	if (!e && m->is_hearing)
		watch_readers(cx, m);
	m->is_away = e;
	if (!e && m->was_replaced && identity_restore(cx, m))
		m->was_replaced = true; /* its subscribers' database is away: again with the next sweep */
	arena_free(cx->arena);
	return NULL;
}

static void swept(void *arg, err result)
{
	struct member *m = arg;

	(void)result;
	m->is_sweeping = false;
	bus_task_ended();
}

static void sweep_all(void *arg)
{
	(void)arg;
	for (int i = 0; i < bus.member_count; i++) {
		struct member *m = &bus.members[i];

		if (m->is_sweeping || !(m->is_heard || m->is_hearing))
			continue;
		m->is_sweeping = true;
		m->sweep_cx = bus_ctx("sweep");
		bus.running++;
		if (!task_start(&m->sweep_cx, sweep_member, m, swept))
			swept(m, NULL);
	}
}

void sweep_begin(void)
{
	timer = loop_every_ms(bus.cfg.sweep_ms, sweep_all, NULL);
}

void sweep_end(void)
{
	if (timer)
		loop_timer_stop(timer);
	timer = NULL;
}
