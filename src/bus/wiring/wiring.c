/* Finding one's way in the wiring; bus.c builds it and takes it down. */
#include "bus/wiring/wiring.h"

#include "core/task/task.h"

struct bus bus;

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
