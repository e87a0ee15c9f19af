/*
 * A module: one service of the community, isolated. Its directory, schema, role, log field and OpenAPI tag
 * are one word. It knows others only by include/contracts. The list of modules is src/app/modules.c.
 */
#ifndef VOBE_MODULE_H
#define VOBE_MODULE_H

#include "vobe/ctx.h"
#include "vobe/db.h"
#include "vobe/event.h"
#include "vobe/http.h"
#include "vobe/keep.h"
#include "vobe/option.h"
#include "vobe/service.h"
#include "vobe/subscription.h"

/*
 * Work done again and again. Runs on a task of its own, never twice at once in one instance; `period_ms`
 * counts from end to start, and the first run is within ten seconds of the start. An error is logged; each in
 * a row doubles the wait for the next run, up to an hour. A run that takes longer than its budget is ended.
 * With `at_stop` it runs once more while the server drains.
 */
struct job {
	const char *name; /* NULL ends the table */
	int period_ms;
	err (*run)(struct ctx *cx);
	int budget_s; /* of one run; 0: a minute */
	bool at_stop;
	bool told; /* tests: runs only when it is told to */
};

struct module {
	const char *name;
	const char *const *needs;           /* services it calls: "auth.cards"; NULL-terminated */
	const struct service *services;     /* what it offers (vobe/service.h); ends with an empty name */
	const struct route *const *routes;  /* tables, NULL-terminated; each ends with {0} */
	const struct subscription *hears;   /* ends with an empty name */
	const struct event *const *tells;   /* NULL-terminated */
	const struct violation *violations; /* ends with an empty constraint */
	const struct option *options;       /* ends with an empty name */
	const struct job *jobs;             /* ends with an empty name */
	const struct keep *keeps;           /* what goes in time; ends with an empty name */

	/*
	 * Called once, after the services it needs have started, with the database migrated and its
	 * statements prepared. May suspend. An error refuses the start of the server.
	 */
	err (*start)(struct ctx *cx);

	/* Called in reverse order, when no task of the module runs any more; it may be half-started. */
	void (*stop)(void);
};

#endif
