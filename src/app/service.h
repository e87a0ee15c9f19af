/* The services of started modules: the registry behind the getters of contracts (vobe/service.h). */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include "vobe/module.h"

/* Registers, or replaces (tests' fakes), those of a table; NULL: none. */
void services_add(const struct service *table);

/* While a module starts, it gets only what it needs; NULL: anything (app, commands). */
void services_enter(const struct module *module);

void services_forget(void);

#endif
