/*
 * Settings. Each module declares a table; its values come from the section of its name in the config file,
 * then from VOBE_<SECTION>_<NAME> in the environment. Anything unknown refuses the start and names the
 * nearest known one.
 */
#ifndef VOBE_OPTION_H
#define VOBE_OPTION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * SECRET is a text that is never shown; it may be given as <name>_file, the path of a file that holds it.
 * CONNINFO is a text for libpq, shown without the passwords in it.
 * SECONDS accept 90, 90s, 15m, 8h, 30d. BYTES accept 512, 64k, 1m, 2g. CHOICE is one of a few words.
 */
/* clang-format off */
enum option_type {
	OPTION_BOOL, OPTION_INT, OPTION_SECONDS, OPTION_BYTES, OPTION_TEXT, OPTION_CONNINFO, OPTION_SECRET,
	OPTION_CHOICE,
};
/* clang-format on */

struct option {
	const char *name; /* snake_case; ends the table with NULL */
	enum option_type type;
	const char *otherwise;     /* the default, as text; NULL: empty */
	int64_t min, max;          /* numbers; checked when max > 0 */
	const char *doc;           /* one line, for `config example` and docs */
	const char *const *one_of; /* CHOICE: its words, NULL-terminated */
};

/* Values by section and name. Asking for what no table declares ends the process: a mistake of ours. */
int64_t option_int(const char *section, const char *name); /* INT, SECONDS, BYTES */
bool option_bool(const char *section, const char *name);
int option_choice(const char *section, const char *name);       /* CHOICE: the index in one_of */
const char *option_text(const char *section, const char *name); /* other texts; never NULL; valid for ever */

#endif
