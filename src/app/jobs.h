/* Runs the modules' jobs (struct job in vobe/module.h), each on a task of its own. */
#ifndef APP_JOBS_H
#define APP_JOBS_H

#include "vobe/module.h"

void jobs_start(const struct module *module);

/* No job starts any more; one that goes on for two seconds more is cancelled; those with at_stop run once
 * more. Suspends until all have ended. */
void jobs_finish(struct ctx *cx);
void jobs_forget(void);

#endif
