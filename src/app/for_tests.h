/* Doors of app that only tests open. */
#ifndef APP_FOR_TESTS_H
#define APP_FOR_TESTS_H

#include "vobe/module.h"

/* Runs one job now. NOT_FOUND for a name the module lacks. */
err job_run(struct ctx *cx, const struct module *module, const char *name);

#endif
