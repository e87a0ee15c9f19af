/* The bus's picture of the modules: built by bus_open from their tables, taken down by bus_close. */
#include "bus/wiring/wiring.h"

#include "bus/delivery/reader.h"
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/memory/memory.h"
#include "core/task/task.h"

#include <stdlib.h>

struct bus bus;

/*
 * A pool lets go of its statements when it is closed, and that is after the bus: the copies of the last bus live until
 * the next is opened.
 */
static struct statement **copies;
static int copy_count;

struct member *member_named(const char *module)
{
	for (int i = 0; i < bus.member_count; i++)
		if (strcmp(bus.members[i].module->name, module) == 0)
			return &bus.members[i];
	return NULL;
}

struct hearer *hearer_named(const char *subscription)
{
	for (int i = 0; i < bus.hearer_count; i++)
		if (strcmp(bus.hearers[i].sub->name, subscription) == 0)
			return &bus.hearers[i];
	return NULL;
}

static const struct event *find_event(const struct event *const *events, const char *topic)
{
	for (const struct event *const *e = events; e && *e; e++)
		if ((*e)->topic == topic || strcmp((*e)->topic, topic) == 0)
			return *e;
	return NULL;
}

struct member *member_telling(const char *topic, const struct event **event)
{
	for (int i = 0; i < bus.member_count; i++) {
		*event = find_event(bus.members[i].module->tells, topic);
		if (*event)
			return &bus.members[i];
	}
	return NULL;
}

const struct event *hearer_event(const struct hearer *h, const char *topic)
{
	return find_event(h->sub->events, topic);
}

struct ctx bus_ctx(const char *request_id)
{
	return (struct ctx){.viewer = {.role = ROLE_SUPERUSER}, .request_id = request_id};
}

void bus_task_ended(void)
{
	bus.running--;
	if (bus.running == 0 && bus.drainer)
		task_wake(bus.drainer);
}

static void *zeroed(int count, size_t size)
{
	const size_t bytes = ((size_t)count + 1) * size;

	return memset(memory_take(bytes), 0, bytes);
}

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
