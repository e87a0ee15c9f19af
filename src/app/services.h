/* The services of started modules: the registry behind service() of vobe/module.h. */
#ifndef APP_SERVICES_H
#define APP_SERVICES_H

#include "vobe/module.h"

/* Registers, or replaces (tests' fakes). `service` may not be NULL. */
void services_set(const char *module, const void *service);

/* While a module starts, service() gives only what it needs; NULL: anything (commands of the app). */
void services_enter(const struct module *module);

void services_forget(void);

#endif
