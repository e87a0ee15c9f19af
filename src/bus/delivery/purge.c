/* Retention, see purge.h. Small deletes, each a change of its own, so that nobody waits for them. */
#include "bus/delivery/purge.h"

#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/task/task.h"
#include "vobe/log.h"

enum {
	PURGE_EVERY_MS = 60000,
	PURGE_LIMIT = 1000, /* rows of one delete: about 6 ms */
	ANSWERS_KEPT_S = 24 * 60 * 60,
};

static struct loop_timer *timer;
static struct ctx purge_cx;
static bool is_purging;

/* What a durable subscriber has not passed stays, however old. By the rows: a replay may have moved a cursor
 * back. */
static err keep_unheard(struct ctx *cx, const struct member *source, int64_t keep_after[PARTS])
{
	for (int part = 0; part < PARTS; part++)
		keep_after[part] = INT64_MAX;
	for (int i = 0; i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];
		struct cursor row;

		for (int part = 0; h->source == source && h->sub->hearing == DURABLE && part < PARTS;
		     part++) {
			TRY(inbox_cursor(cx, h, part, &row));
			if (row.off < keep_after[part])
				keep_after[part] = row.off;
		}
	}
	return NULL;
}

static err purge_outbox(struct ctx *cx, struct member *m)
{
	const int64_t before = clock_now_us() - bus.cfg.retention_s * SECOND_US;
	int64_t keep_after[PARTS], gone;

	TRY(keep_unheard(cx, m, keep_after));
	for (int part = 0; part < PARTS; part++)
		do {
			TRY(outbox_purge(cx, m, part, keep_after[part], before, PURGE_LIMIT, &gone));
			bus.stats.purged += (uint64_t)gone;
		} while (gone == PURGE_LIMIT && bus.is_delivering);
	return NULL;
}

static err purge_answers(struct ctx *cx, struct member *m)
{
	const int64_t before = clock_now_us() - ANSWERS_KEPT_S * SECOND_US;
	int64_t gone;

	do
		TRY(inbox_forget_answers(cx, m, before, PURGE_LIMIT, &gone));
	while (gone == PURGE_LIMIT && bus.is_delivering);
	return NULL;
}

err purge_all(struct ctx *cx)
{
	for (int i = 0; i < bus.member_count; i++) {
		struct member *m = &bus.members[i];

		if (m->module->tells)
			TRY(purge_outbox(cx, m));
		TRY(purge_answers(cx, m));
	}
	return NULL;
}

static err purge_run(struct ctx *cx, void *arg)
{
	(void)arg;
	cx->arena = arena_new();
	err e = purge_all(cx);
	if (e)
		log_warn("purge_failed", "Old events stay until the next purge: %s", e->detail);
	arena_free(cx->arena);
	return NULL;
}

static void purged(void *arg, err result)
{
	(void)arg, (void)result;
	is_purging = false;
	bus_task_ended();
}

static void purge_due(void *arg)
{
	(void)arg;
	if (is_purging)
		return;
	is_purging = true;
	purge_cx = bus_ctx("purge");
	bus.running++;
	if (!task_start(&purge_cx, purge_run, NULL, purged))
		purged(NULL, NULL);
}

void purge_begin(void)
{
	timer = loop_every_ms(PURGE_EVERY_MS, purge_due, NULL);
}

void purge_end(void)
{
	if (timer)
		loop_timer_stop(timer);
	timer = NULL;
}
