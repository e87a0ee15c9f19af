/* Migrations grouped by the server they belong to. */
#include "app/migration.h"

#include "app/options.h"
#include "vobe/log.h"

#include <string.h>
#include <sysexits.h>

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
		one.lacking += total->lacking;
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

static bool refuse(struct migrate_report *report, const struct migrate_report *seen)
{
	*report = *seen;
	report->exit_code = EX_CONFIG;
	if (seen->pending)
		snprintf(report->fault, sizeof report->fault,
			 "the database lacks %d migration%s of this version; run `vobemusic migrate up`",
			 seen->pending, seen->pending == 1 ? "" : "s");
	else
		snprintf(report->fault, sizeof report->fault,
			 "%s (of %d such); `vobemusic migrate status` tells all, "
			 "`vobemusic migrate up` mends it",
			 seen->lack, seen->lacking);
	return false;
}

bool migrate_modules_look(const struct module *const *modules, struct migrate_report *report)
{
	struct migrate_report all = {0};
	for (; *modules; modules++) {
		if (!migrate_look(options_conninfo((*modules)->name), (*modules)->name, report))
			return false;
		if (report->warning[0])
			log_warn("rights", "%s; `vobemusic migrate status` tells how to mend it",
				 report->warning);
		if (report->lacking && !all.lacking)
			memcpy(all.lack, report->lack, sizeof all.lack);
		all.pending += report->pending;
		all.lacking += report->lacking;
	}
	return (!all.pending && !all.lacking) || refuse(report, &all);
}

void migrate_modules_print_roles(const struct module *const *modules, FILE *out)
{
	const char *names[MODULES_MAX + 1] = {0};
	for (int i = 0; modules[i]; i++)
		names[i] = modules[i]->name;
	migrate_print_roles(names, out);
}
