/* The config file (libconfuse), the environment and the command line, read into option tables. */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "vobe/arena.h"
#include "vobe/option.h"

#include <stdio.h>

/* Declares a section before config_read. `options` stays the caller's and ends with an empty name. */
void config_section(const char *section, const struct option *options);

/*
 * Reads `path` (NULL: none), then VOBE_* of the environment, then "section.name=value" overrides
 * (NULL-terminated). On failure prints every fault (file:line, the key, the nearest known key, the valid
 * range) to `faults`: false.
 */
bool config_read(const char *path, const char *const *overrides, FILE *faults);

/* Where the values came from, for the start line: "config/vobemusic.conf, 2 environment variables". */
const char *config_source(void);

/* The whole table with docs and defaults, as a valid file; the values in force, secrets starred. */
void config_print_example(FILE *out);
void config_print_values(FILE *out, bool json);

/* The values in force, as anybody may see them. Rows and texts in the arena; their number. */
struct config_value {
	const char *section, *name, *value, *source, *doc;
};
int config_values(struct arena *a, struct config_value **rows);

void config_forget(void); /* tests */

#endif
