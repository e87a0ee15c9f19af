/* The registry of services. */
#include "app/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICES_MAX = 32 };

static struct {
	const char *module;
	const void *service;
} services[SERVICES_MAX];
static int count;
static const struct module *starting;

static int service_index(const char *module)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(services[i].module, module))
			return i;
	return -1;
}

void services_set(const char *module, const void *service_)
{
	int i = service_index(module);
	if (i < 0 && (i = count++) >= SERVICES_MAX)
		abort();
	services[i].module = module;
	services[i].service = service_;
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

static bool module_needs(const struct module *m, const char *other)
{
	for (const char *const *need = m->needs; need && *need; need++)
		if (!strcmp(*need, other))
			return true;
	return false;
}

const void *service(const char *module)
{
	int i = service_index(module);
	if (i >= 0 && (!starting || module_needs(starting, module)))
		return services[i].service;
	fprintf(stderr, "vobemusic: %s asks for the service of %s, which %s\n", starting ? starting->name : "app", module,
		i < 0 ? "has none or has not started" : "is not in its `needs`");
	abort();
}
