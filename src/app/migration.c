/* Migrations grouped by the server they belong to. */
#include "app/migration.h"

#include "app/options.h"

#include <string.h>

enum { MODULES_MAX = 32 };

typedef bool (*action_on_server)(const char *conninfo, const char *const *names, void *out,
				 struct migrate_report *report);

static bool up(const char *conninfo, const char *const *names, void *out, struct migrate_report *report)
{
	(void)out;
	return migrate_up(conninfo, names, report);
}

static bool status(const char *conninfo, const char *const *names, void *out, struct migrate_report *report)
{
	return migrate_status(conninfo, names, out, report);
}

static bool is_first_on_server(const struct module *const *modules, int at)
{
	for (int i = 0; i < at; i++)
		if (!strcmp(options_conninfo(modules[i]->name), options_conninfo(modules[at]->name)))
			return false;
	return true;
}

static bool each_server(const struct module *const *modules, action_on_server action, void *out,
			struct migrate_report *total)
{
	*total = (struct migrate_report){0};
	for (int i = 0; modules[i]; i++) {
		const char *conninfo = options_conninfo(modules[i]->name), *names[MODULES_MAX + 1] = {0};
		struct migrate_report one = {0};
		if (!is_first_on_server(modules, i))
			continue;
		for (int j = i, n = 0; modules[j]; j++)
			if (!strcmp(conninfo, options_conninfo(modules[j]->name)))
				names[n++] = modules[j]->name;
		bool fine = action(conninfo, names, out, &one);
		one.applied += total->applied;
		one.pending += total->pending;
		*total = one;
		if (!fine)
			return false;
	}
	return true;
}

bool migrate_modules(const struct module *const *modules, struct migrate_report *report)
{
	return each_server(modules, up, NULL, report);
}

bool migrate_modules_status(const struct module *const *modules, FILE *out, struct migrate_report *report)
{
	return each_server(modules, status, out, report);
}
