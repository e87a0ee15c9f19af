/* The registry of services. */
#include "app/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICES_MAX = 128 };

static struct service services[SERVICES_MAX];
static int count;
static const struct module *starting;

static int service_index(const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(services[i].name, name))
			return i;
	return -1;
}

void services_add(const struct service *table)
{
	for (; table && table->name; table++) {
		int i = service_index(table->name);
		if (i < 0 && (i = count++) >= SERVICES_MAX)
			abort();
		services[i] = *table;
	}
}

void services_enter(const struct module *module)
{
	starting = module;
}

void services_forget(void)
{
	count = 0;
	starting = NULL;
}

static bool module_needs(const struct module *m, const char *name)
{
	for (const char *const *need = m->needs; need && *need; need++)
		if (!strcmp(*need, name))
			return true;
	return false;
}

const void *service_named(const char *name)
{
	int i = service_index(name);
	if (i >= 0 && (!starting || module_needs(starting, name)))
		return services[i].functions;
	fprintf(stderr, "vobemusic: %s asks for the service %s, which %s\n",
		starting ? starting->name : "app", name,
		i < 0 ? "nobody offers or whose module has not started" : "is not in its `needs`");
	abort();
}
