/* Starting, draining, and whether all is delivered. */
#include "bus/delivery/purge.h"
#include "bus/delivery/reader.h"
#include "bus/delivery/sweep.h"
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/task/task.h"

enum { DRAIN_PATIENCE_MS = 3000 }; /* for applies that hang; then they are cancelled, and done at the next start */

/* A subscription that is new begins with the oldest event kept: what it builds is then whole. */
static err begin_cursors(struct ctx *cx, struct hearer *h)
{
	int64_t floors[PARTS];

	TRY(outbox_floors(cx, h->source, floors));
	return inbox_begin(cx, h, floors);
}

static err read_heads(struct ctx *cx)
{
	for (int i = 0; i < bus.member_count; i++)
		if (bus.members[i].is_heard)
			TRY(sweep_heads(cx, &bus.members[i]));
	return NULL;
}

/* Most readers have nothing aside: they are spared a look of their own. What changes after the cursors shows there. */
static err place_blocked(struct ctx *cx, struct member *m)
{
	struct waiting *rows;
	int count;

	TRY(inbox_waiting(cx, m, &rows, &count));
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; bus.hearers[i].member == m && part < PARTS; part++) {
			struct reader *r = &bus.hearers[i].readers[part];

			if (r->blocked_epoch < 0)
				r->blocked_epoch = r->epoch;
		}
	for (int i = 0; i < count; i++) {
		struct hearer *h = hearer_named(rows[i].subscription);

		if (h)
			h->readers[rows[i].part].blocked_epoch = -1;
	}
	return NULL;
}

static err place_member(struct ctx *cx, struct member *m)
{
	struct cursor *rows;
	int count;

	TRY(inbox_cursors(cx, m, &rows, &count));
	for (int i = 0; i < count; i++) {
		struct hearer *h = hearer_named(rows[i].subscription);

		if (h && h->member == m && h->sub->hearing == DURABLE)
			reader_place(&h->readers[rows[i].part], rows[i].off, rows[i].epoch);
	}
	return place_blocked(cx, m);
}

static err place_readers(struct ctx *cx)
{
	for (int i = 0; i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];

		if (h->sub->hearing == DURABLE)
			TRY(begin_cursors(cx, h));
		for (int part = 0; h->sub->hearing == IN_MEMORY && part < PARTS; part++)
			reader_place(&h->readers[part], h->source->head[part], 0);
	}
	for (int i = 0; i < bus.member_count; i++)
		if (bus.members[i].is_hearing)
			TRY(place_member(cx, &bus.members[i]));
	return NULL;
}

err bus_start(struct ctx *cx)
{
	TRY(read_heads(cx));
	TRY(place_readers(cx));
	bus.is_delivering = true;
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++)
			reader_wake(&bus.hearers[i].readers[part]);
	sweep_begin();
	purge_begin();
	return NULL;
}

void bus_drain(struct ctx *cx)
{
	struct loop_timer *patience = loop_after_ms(DRAIN_PATIENCE_MS, readers_cancel, NULL);

	bus.is_delivering = false;
	sweep_end();
	purge_end();
	readers_halt();
	bus.drainer = cx->task;
	while (bus.running)
		task_wait_certain(cx);
	bus.drainer = NULL;
	loop_timer_stop(patience);
}
