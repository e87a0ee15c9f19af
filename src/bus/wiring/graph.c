/*
 * The graph of modules, judged before anything starts: who needs whom, who tells what, who hears it. Pure: no
 * database, no loop. Each judge returns NULL or one sentence (malloc'd) that names the place and what to do.
 */
#include "bus/bus.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static char *fault(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static char *fault(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	return text;
}

static const struct module *find_module(const struct module *const *modules, const char *name)
{
	for (const struct module *const *m = modules; *m; m++)
		if (strcmp((*m)->name, name) == 0)
			return *m;
	return NULL;
}

static const struct event *find_told(const struct module *m, const char *topic)
{
	for (const struct event *const *e = m->tells; e && *e; e++)
		if (strcmp((*e)->topic, topic) == 0)
			return *e;
	return NULL;
}

static char *name_fault(const struct module *const *modules)
{
	for (const struct module *const *m = modules; *m; m++) {
		if (!(*m)->name || !(*m)->name[0])
			return fault("module %td of the list has no name: give it the one of its directory",
				     m - modules);
		if (find_module(modules, (*m)->name) != *m)
			return fault("module \"%s\" is listed twice: keep one", (*m)->name);
	}
	return NULL;
}

/* The module before the dot of a service's name; NULL: none. */
static const struct module *owner_of(const struct module *const *modules, const char *service)
{
	for (const struct module *const *m = modules; *m; m++) {
		size_t len = strlen((*m)->name);
		if (!strncmp(service, (*m)->name, len) && service[len] == '.')
			return *m;
	}
	return NULL;
}

static const struct service *find_service(const struct module *m, const char *name)
{
	for (const struct service *s = m->services; s && s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static char *services_fault(const struct module *const *modules, const struct module *m)
{
	for (const struct service *s = m->services; s && s->name; s++) {
		if (owner_of(modules, s->name) != m)
			return fault("%s offers \"%s\": a service is named by its module and one word, like "
				     "%s.cards",
				     m->name, s->name, m->name);
		if (find_service(m, s->name) != s)
			return fault("%s offers %s twice: keep one", m->name, s->name);
	}
	return NULL;
}

static char *needs_fault(const struct module *const *modules, const struct module *m)
{
	for (const char *const *need = m->needs; need && *need; need++) {
		const struct module *other = owner_of(modules, *need);

		if (!other)
			return fault("%s needs \"%s\", which is of no module: list the module, or take it "
				     "out of needs",
				     m->name, *need);
		if (!find_service(other, *need))
			return fault("%s needs %s, which %s does not offer: add it to %s_module.services, or "
				     "take it out of needs",
				     m->name, *need, other->name, other->name);
	}
	return NULL;
}

/* The way from a module along `needs`; `trail` is what was passed to get here. */
struct trail {
	const struct module *module;
	const struct trail *before;
};

static char *cycle_text(const struct trail *last, const struct module *again)
{
	char *way = fault("%s", again->name);

	for (const struct trail *t = last;; t = t->before) {
		char *longer = fault("%s needs %s", t->module->name, way);

		free(way);
		way = longer;
		if (t->module == again)
			break;
	}
	char *text = fault(
		"%s: a cycle; turn one of these around (let the other register a function in its start)",
		way);
	free(way);
	return text;
}

static char *cycle_fault(const struct module *const *modules, const struct module *m,
			 const struct trail *before)
{
	const struct trail here = {m, before};

	assert(m); /* each need was found before (needs_fault) */
	for (const struct trail *t = before; t; t = t->before)
		if (t->module == m)
			return cycle_text(before, m);
	for (const char *const *need = m->needs; need && *need; need++) {
		char *found = cycle_fault(modules, owner_of(modules, *need), &here);

		if (found)
			return found;
	}
	return NULL;
}

/* noun.past_tense, the two words of lower-case letters and '_' (also what Kafka and metrics accept). */
static bool topic_is_valid(const char *topic)
{
	int dots = 0;

	for (const char *p = topic; *p; p++) {
		bool edge = p == topic || !p[1] || p[1] == '.' || p[-1] == '.';

		if (*p == '.' ? dots++ || p == topic || !p[1]
			      : !islower((unsigned char)*p) && (*p != '_' || edge))
			return false;
	}
	return dots == 1;
}

static char *tells_fault(const struct module *const *modules, const struct module *m)
{
	for (const struct event *const *e = m->tells; e && *e; e++) {
		if (!(*e)->topic || !topic_is_valid((*e)->topic))
			return fault("%s tells \"%s\": a topic is noun.past_tense, like post.published",
				     m->name, (*e)->topic ? (*e)->topic : "");
		if (!(*e)->payload || (*e)->version < 1)
			return fault("%s tells %s without a payload schema and a version of at least 1: "
				     "declare it with EVENT",
				     m->name, (*e)->topic);
		if (find_told(m, (*e)->topic) != *e)
			return fault("%s lists %s twice in tells: keep one", m->name, (*e)->topic);
		for (const struct module *const *other = modules; *other != m; other++)
			if (find_told(*other, (*e)->topic))
				return fault("%s and %s both tell %s: an event has one teller; rename one",
					     (*other)->name, m->name, (*e)->topic);
	}
	return NULL;
}

static char *heard_fault(const struct module *source, const struct subscription *s, const struct event *heard)
{
	const struct event *told = find_told(source, heard->topic);

	if (!told)
		return fault("subscription %s hears %s, which %s does not tell: add it to %s_module.tells, "
			     "or drop it",
			     s->name, heard->topic, source->name, source->name);
	if (!schema_same_shape(told->payload, heard->payload))
		return fault("subscription %s reads %s as %s, but %s tells it as %s: use the event of "
			     "contracts/%s.h",
			     s->name, heard->topic, heard->payload->name, source->name, told->payload->name,
			     source->name);
	if (heard->version > told->version)
		return fault("subscription %s hears version %d of %s, but %s tells version %d: use the event "
			     "of contracts/%s.h",
			     s->name, heard->version, heard->topic, source->name, told->version,
			     source->name);
	return NULL;
}

static const struct module *subscriber_named(const struct module *const *modules,
					     const struct subscription *than)
{
	for (const struct module *const *m = modules; *m; m++)
		for (const struct subscription *s = (*m)->hears; s && s->name; s++)
			if (s != than && strcmp(s->name, than->name) == 0)
				return *m;
	return NULL;
}

static char *subscription_fault(const struct module *const *modules, const struct module *m,
				const struct subscription *s)
{
	const struct module *source = s->source ? find_module(modules, s->source) : NULL;
	const struct module *same = subscriber_named(modules, s);

	if (same)
		return fault(
			"%s and %s both have a subscription %s: the name is its cursor, so it must be unique",
			m->name, same->name, s->name);
	if (!source)
		return fault("subscription %s hears \"%s\", which is no module: list it, or correct `source`",
			     s->name, s->source ? s->source : "");
	if (!s->apply || !s->events || !s->events[0])
		return fault("subscription %s lacks `apply` or `events`: give it both", s->name);
	if (s->supersedes && s->hearing != DURABLE)
		return fault("subscription %s is IN_MEMORY and has no dead letters to supersede: drop "
			     "`supersedes`",
			     s->name);
	for (const struct event *const *e = s->events; *e; e++) {
		char *found = heard_fault(source, s, *e);

		if (found)
			return found;
	}
	return NULL;
}

static char *hears_fault(const struct module *const *modules, const struct module *m)
{
	for (const struct subscription *s = m->hears; s && s->name; s++) {
		char *found = subscription_fault(modules, m, s);

		if (found)
			return found;
	}
	return NULL;
}

static char *cycle_through(const struct module *const *modules, const struct module *m)
{
	return cycle_fault(modules, m, NULL);
}

char *bus_graph_fault(const struct module *const *modules)
{
	/* In this order: a later judge relies on what the ones before have excluded. */
	static char *(*const judges[])(const struct module *const *, const struct module *) = {
		services_fault, needs_fault, cycle_through, tells_fault, hears_fault,
	};
	char *found = name_fault(modules);

	for (size_t j = 0; !found && j < sizeof judges / sizeof *judges; j++)
		for (const struct module *const *m = modules; !found && *m; m++)
			found = judges[j](modules, *m);
	return found;
}

static bool is_ordered(const struct module *const *ordered, int count, const struct module *m)
{
	for (int i = 0; i < count; i++)
		if (ordered[i] == m)
			return true;
	return false;
}

static void order_after_needs(const struct module *const *modules, const struct module *m,
			      const struct module **ordered, int *count)
{
	assert(m); /* bus_graph_fault has found none missing */
	if (is_ordered(ordered, *count, m))
		return;
	for (const char *const *need = m->needs; need && *need; need++)
		order_after_needs(modules, owner_of(modules, *need), ordered, count);
	ordered[(*count)++] = m;
}

void bus_order(const struct module *const *modules, const struct module **ordered)
{
	int count = 0;

	for (const struct module *const *m = modules; *m; m++)
		order_after_needs(modules, *m, ordered, &count);
	ordered[count] = NULL;
}
