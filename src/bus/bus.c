/* The event log as a whole: opened from the tables of the modules, started, drained, closed. */
#include "bus/delivery/identity.h"
#include "bus/delivery/purge.h"
#include "bus/delivery/reader.h"
#include "bus/delivery/sweep.h"
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/memory/memory.h"
#include "core/task/task.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
enum {
	DRAIN_PATIENCE_MS = 3000
}; /* for applies that hang; then they are cancelled, and done at the next start */

/* --- opening --- */

/*
 * A pool lets go of its statements when it is closed, and that is after the bus: the copies of the last bus
 * live until the next is opened.
 */
static struct statement **copies;
static int copy_count;

static void *zeroed(int count, size_t size)
{
	const size_t bytes = ((size_t)count + 1) * size;

	return memset(memory_take(bytes), 0, bytes);
}
/* clang-format on */

static struct statement *copy_keep(struct statement *copy)
{
	return copies[copy_count++] = copy;
}

static void copies_renew(int members)
{
	while (copy_count)
		free(copies[--copy_count]);
	free(copies);
	copies = zeroed(2 * members, sizeof(struct statement *));
}

static void add_member(const struct module *module)
{
	struct member *m = &bus.members[bus.member_count++];

	m->module = module;
	m->pool = pool_of(module->name);
	m->outbox = copy_keep(outbox_store_copy());
	m->inbox = copy_keep(inbox_store_copy());
	pool_statements(m->pool, m->outbox);
	pool_statements(m->pool, m->inbox);
}

static void open_rings(struct member *m)
{
	for (int part = 0; !m->is_heard && part < PARTS; part++)
		ring_open(&m->rings[part], bus.cfg.ring_slots);
	m->is_heard = true;
}

/* A source that is not there: the module runs alone, in its tests. */
static void add_hearer(struct member *m, const struct subscription *sub)
{
	struct member *source = member_named(sub->source);
	struct hearer *h;

	if (!source)
		return;
	h = &bus.hearers[bus.hearer_count++];
	h->sub = sub;
	h->member = m;
	h->source = source;
	open_rings(source);
	m->is_hearing |= sub->hearing == DURABLE;
	for (int part = 0; part < PARTS; part++)
		reader_open(&h->readers[part], h, part);
}

void bus_open(const struct bus_config *cfg, const struct module *const *modules)
{
	int members = 0, hearers = 0;

	for (const struct module *const *m = modules; *m; m++) {
		members++;
		for (const struct subscription *s = (*m)->hears; s && s->name; s++)
			hearers++;
	}
	bus = (struct bus){
		.cfg = *cfg,
		.members = zeroed(members, sizeof(struct member)),
		.hearers = zeroed(hearers, sizeof(struct hearer)),
	};
	copies_renew(members);
	loop_at_turn_end(readers_start);
	for (const struct module *const *m = modules; *m; m++)
		add_member(*m);
	for (int i = 0; i < members; i++)
		for (const struct subscription *s = bus.members[i].module->hears; s && s->name; s++)
			add_hearer(&bus.members[i], s);
}

/* --- starting --- */

static err count_cursors(struct ctx *cx, struct hearer *h, int *found)
{
	struct cursor *rows;
	int count;

	TRY(inbox_cursors(cx, h->member, &rows, &count));
	*found = 0;
	for (int i = 0; i < count; i++)
		*found += strcmp(rows[i].subscription, h->sub->name) == 0;
	return NULL;
}

/*
 * A subscription that is new begins with the oldest event kept: what it builds is then whole. One that is not
 * costs a read: a writing connection takes longer to open than all else of a start.
 */
static err begin_cursors(struct ctx *cx, struct hearer *h)
{
	int64_t floors[PARTS];
	int found;

	TRY(count_cursors(cx, h, &found));
	if (found == PARTS)
		return NULL;
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

static void blocked_known(const struct member *m)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; bus.hearers[i].member == m && part < PARTS; part++) {
			struct reader *r = &bus.hearers[i].readers[part];

			if (r->blocked_epoch < 0)
				r->blocked_epoch = r->epoch;
		}
}

/* Most readers have nothing aside: they are spared a look of their own. What changes after the cursors shows
 * there. */
static err place_blocked(struct ctx *cx, struct member *m)
{
	struct waiting *rows;
	int count;

	TRY(inbox_waiting(cx, m, &rows, &count));
	blocked_known(m);
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
	int64_t epochs = 0;
	int count;

	TRY(inbox_cursors(cx, m, &rows, &count));
	for (int i = 0; i < count; i++) {
		struct hearer *h = hearer_named(rows[i].subscription);

		if (!h || h->member != m || h->sub->hearing != DURABLE)
			continue;
		reader_place(&h->readers[rows[i].part], rows[i].off, rows[i].event_id, rows[i].epoch);
		epochs += rows[i].epoch;
	}
	if (epochs)
		return place_blocked(cx, m);
	blocked_known(m); /* nothing was ever put aside */
	return NULL;
}

static err place_readers(struct ctx *cx)
{
	for (int i = 0; i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];

		if (h->sub->hearing == DURABLE)
			TRY(begin_cursors(cx, h));
		for (int part = 0; h->sub->hearing == IN_MEMORY && part < PARTS; part++)
			reader_place(&h->readers[part], h->source->head[part], (struct uuid){{0}}, 0);
	}
	TRY(identity_restore_all(cx));
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

void bus_close(void)
{
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++)
			reader_close(&bus.hearers[i].readers[part]);
	for (int i = 0; i < bus.member_count; i++)
		for (int part = 0; part < PARTS; part++)
			ring_close(&bus.members[i].rings[part]);
	free(bus.hearers);
	free(bus.members);
	bus = (struct bus){0};
}

void bus_read_stats(struct bus_stats *out)
{
	*out = bus.stats;
}
