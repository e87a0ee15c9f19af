/* The database schemas of all modules: are they what this binary wants, and bringing them there. Blocking. */
#ifndef APP_MIGRATION_H
#define APP_MIGRATION_H

#include "db/migrate/migrate.h"
#include "vobe/module.h"

/* Every module on its own server if it has one. False: report->fault says what to do. */
bool migrate_modules(const struct module *const *modules, struct migrate_report *report);
bool migrate_modules_status(const struct module *const *modules, FILE *out, struct migrate_report *report);

#endif
