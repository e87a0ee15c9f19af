/* Retention, see purge.h. Small deletes, each a change of its own, so that nobody waits for them. */
#include "bus/delivery/purge.h"

#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/task/task.h"
#include "core/value/clock_turn.h"
#include "vobe/log.h"
#include "vobe/option.h"

enum {
	PURGE_EVERY_MS = 60000,
	PURGE_LIMIT = 1000,   /* rows of one delete: about 6 ms */
	PURGE_SOON_MS = 5000, /* a server that is restarted each hour purges too */
};

static struct loop_timer *timer, *soon;
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
	int64_t keep_after[PARTS], gone;

	if (!m->module->tells)
		return NULL;
	TRY(keep_unheard(cx, m, keep_after));
	for (int part = 0; part < PARTS; part++)
		do {
			TRY(outbox_purge(cx, m, part, keep_after[part], bus.cfg.retention_s, PURGE_LIMIT,
					 &gone));
			bus.stats.purged += (uint64_t)gone;
		} while (gone == PURGE_LIMIT && bus.is_delivering);
	return NULL;
}

typedef err (*forgetter)(struct ctx *cx, struct member *m, int64_t age_s, int limit, int64_t *gone);

static err purge_inbox(struct ctx *cx, struct member *m, forgetter forget, int64_t age_s)
{
	int64_t gone = 0;

	do
		TRY(forget(cx, m, age_s, PURGE_LIMIT, &gone));
	while (gone == PURGE_LIMIT && bus.is_delivering);
	return NULL;
}

static err purge_kept(struct ctx *cx, const struct module *m, const struct keep *k)
{
	const int64_t age_s = option_int(m->name, k->option);
	int64_t gone = 0;

	do
		TRY(age_s ? k->forget(cx, age_s, PURGE_LIMIT, &gone) : NULL);
	while (gone == PURGE_LIMIT && bus.is_delivering);
	return NULL;
}

/* The first fault is told; what can be done beside it is done. */
static void note(err *first, const struct member *m, const char *what, err e)
{
	if (!e)
		return;
	log_warn("purge_failed", "Old %s of %s stay until the next purge: %s", what, m->module->name,
		 e->cause ? e->cause : e->detail);
	*first = *first ? *first : e;
}

err purge_all(struct ctx *cx)
{
	err first = NULL;

	if (!clock_is_agreed()) {
		log_warn(
			"clocks_disagree",
			"The clocks of this machine and of the database do not agree, or one was set: nothing"
			" old is deleted until they have.");
		return NULL;
	}
	for (int i = 0; i < bus.member_count; i++) {
		struct member *m = &bus.members[i];

		note(&first, m, "events", purge_outbox(cx, m));
		note(&first, m, "answers", purge_inbox(cx, m, inbox_forget_answers, bus.cfg.answers_s));
		note(&first, m, "dead letters", purge_inbox(cx, m, inbox_forget_letters, bus.cfg.letters_s));
		for (const struct keep *k = m->module->keeps; k && k->name; k++)
			note(&first, m, k->name, purge_kept(cx, m->module, k));
	}
	return first;
}

static err purge_run(struct ctx *cx, void *arg)
{
	(void)arg;
	cx->arena = arena_new();
	(void)purge_all(cx); /* tells of its faults itself */
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
	soon = loop_after_ms(PURGE_SOON_MS, purge_due, NULL);
	timer = loop_every_ms(PURGE_EVERY_MS, purge_due, NULL);
}

void purge_end(void)
{
	loop_timer_stop(soon);
	loop_timer_stop(timer);
	soon = timer = NULL;
}
