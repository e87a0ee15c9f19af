/* The settings of the house itself; each module declares its own. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "vobe/module.h"

/* Declares all sections: ours, `databases` with a key a module, and the modules'. Before config_read. */
void options_declare(const struct module *const *modules);

/* The libpq connection string of a module's schema: databases.<module>, or db.conninfo. */
const char *options_conninfo(const char *module);

#endif
