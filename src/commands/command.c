/* What commands share: booting without the HTTP server, and telling a problem. */
#include "commands/command.h"

#include "app/boot.h"
#include "app/migration.h"
#include "app/modules.h"
#include "core/loop/loop.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { BOOT_MS = 30 * 1000, RUN_MS = 24 * 3600 * 1000 };

int command_failed(err e)
{
	fprintf(stderr, "vobemusic: %s: %s\n", e->title, e->detail);
	for (int i = 0; i < e->fault_count; i++)
		fprintf(stderr, "  %s: %s\n", e->faults[i].pointer, e->faults[i].detail);
	if (e->status == 503)
		return EX_UNAVAILABLE;
	return e->status >= 500 ? EX_SOFTWARE : EX_DATAERR;
}

static int schema_ready(void)
{
	struct migrate_report report;
	if (migrate_modules_look(modules, &report))
		return 0;
	fprintf(stderr, "vobemusic: %s\n", report.fault);
	return report.exit_code;
}

struct command_run {
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
	int code;
};

/* Problems are told here, while the arena that holds their words lives. */
static err run_booted(struct ctx *cx, void *arg)
{
	struct command_run *r = arg;
	err e = boot_start(cx), unstarted = e;
	if (!e)
		e = r->run(cx, r->arg);
	r->code = e ? command_failed(e) : 0;
	if (unstarted && r->code == EX_SOFTWARE)
		r->code = EX_CONFIG; /* as `serve` ends: settings and database do not fit together */
	boot_stop(cx);
	return NULL;
}

int command_boot(const struct command_line *line, err (*run)(struct ctx *cx, void *arg), void *arg)
{
	struct command_run r = {run, arg, EX_SOFTWARE};
	int code = boot_open(&(struct boot_plan){.modules = modules,
						 .config_path = line->config_path,
						 .settings = line->settings},
			     stderr);
	if (!code)
		code = schema_ready();
	if (code)
		return code;
	err unstarted = loop_call(run_booted, &r, RUN_MS);
	if (unstarted)
		r.code = command_failed(unstarted);
	boot_close();
	return r.code;
}

int command_migrate(const struct command_line *line)
{
	const char *word = command_word(line, 0);
	bool show = word && !strcmp(word, "status"), roles = word && !strcmp(word, "roles");
	struct migrate_report report;

	if (word && !show && !roles && strcmp(word, "up"))
		return command_misused("migrate %s: up, status or roles", word);
	if (roles) {
		migrate_modules_print_roles(modules, stdout);
		return 0;
	}
	int code = boot_open(&(struct boot_plan){.modules = modules,
						 .config_path = line->config_path,
						 .settings = line->settings},
			     stderr);
	if (code)
		return code;
	bool fine =
		show ? migrate_modules_status(modules, stdout, &report) : migrate_modules(modules, &report);
	boot_close();
	if (!fine) {
		fprintf(stderr, "vobemusic: %s\n", report.fault);
		return report.exit_code;
	}
	if (report.warning[0])
		fprintf(stderr,
			"vobemusic: %s: only a superuser can mend that, with `vobemusic migrate roles`\n",
			report.warning);
	printf("%d applied, %d pending", report.applied, report.pending);
	printf(report.lacking ? ", %d wrong with the roles: `vobemusic migrate up`\n" : "\n", report.lacking);
	return 0;
}
