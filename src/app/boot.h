/*
 * Wiring: from a list of modules to a running system. boot_open needs no database; boot_start does, and may
 * be repeated until it succeeds; boot_stop and boot_close undo them in reverse order.
 */
#ifndef APP_BOOT_H
#define APP_BOOT_H

#include "http/server.h"
#include "vobe/module.h"

#include <stdio.h>

struct boot_plan {
	const struct module *const *modules; /* NULL-terminated */
	const char *config_path;             /* NULL: none */
	const char *const *settings;         /* "section.name=value", NULL-terminated, or NULL */
	const struct http_hooks *hooks;      /* NULL: the product's own; tests bring another `authenticate` */
	bool serves;                         /* jobs run, routes are built; false: a command */
	bool alone; /* tests: one module, the services it needs are registered already */
};

/*
 * Reads the settings and builds everything that needs no database. Returns 0, or a sysexits code after every
 * fault has been printed to `faults` (78: settings or wiring).
 */
int boot_open(const struct boot_plan *plan, FILE *faults);

/*
 * Checks statements, starts modules in the order of their needs, then the event log and the jobs. Suspends.
 * After an error with status 503 it may be called again and goes on where it was; any other error refuses the
 * start.
 */
err boot_start(struct ctx *cx);

/* Drains: no new requests, jobs once more, events settled as far as they are being applied, modules stopped.
 * Suspends. */
void boot_stop(struct ctx *cx);
void boot_close(void);

#endif
