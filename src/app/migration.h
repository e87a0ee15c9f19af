/* The database schemas of all modules: are they what this binary wants, and bringing them there. Blocking. */
#ifndef APP_MIGRATION_H
#define APP_MIGRATION_H

#include "db/migrate/migrate.h"
#include "vobe/module.h"

/* Every module on its own server if it has one. False: report->fault says what to do. */
bool migrate_modules(const struct module *const *modules, struct migrate_report *report);
bool migrate_modules_status(const struct module *const *modules, FILE *out, struct migrate_report *report);

/* What `serve` may begin with, seen as each module's own role: nothing pending, every wall standing. */
bool migrate_modules_look(const struct module *const *modules, struct migrate_report *report);

/* The modules' roles as SQL for a superuser. */
void migrate_modules_print_roles(const struct module *const *modules, FILE *out);

#endif
