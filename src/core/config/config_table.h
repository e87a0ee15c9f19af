/* The settings behind core/config/config.h: what is declared, what each is set to, and from where. Private to
 * core. */
#ifndef CORE_CONFIG_TABLE_H
#define CORE_CONFIG_TABLE_H

#include "vobe/arena.h"
#include "vobe/option.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct setting {
	const char *section;
	const struct option *option;
	const char *text;   /* as given; of SECRET the secret itself; never NULL */
	int64_t number;     /* BOOL, INT, SECONDS, BYTES */
	const char *origin; /* "config/x.conf:12", "VOBE_HTTP_PORT", "http.port=1", or NULL: the default */
	int level;          /* of the origin: a later source overrides an earlier one */
};

struct settings {
	struct arena *arena; /* lives until config_forget */
	struct setting *at;
	int count;
};
extern struct settings settings;

/* The setting of that name, or of which `name` is the `_file`; NULL: none. */
struct setting *setting_of(const char *section, const char *name);

/* Faults go to that stream from now on, and are counted anew. */
void config_faults_begin(FILE *to);
int config_faults(void);

/* A fault of the settings, on a line of its own; a warning that `what` is readable by everybody. */
void config_fault(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void config_warn(const char *origin, const char *what, const char *todo);

/* A text as anybody may see it: of SECRET ***, of CONNINFO without the passwords. In the arena. */
const char *config_text_shown(const struct option *o, const char *text);

/* The whole file less one newline at its end, in the arena; NULL: a fault was told. */
const char *config_secret_read(const struct setting *s, const char *path, const char *origin);

/* One `name = value` of the file. `value` NULL: the setting or, without a section, the section `name` is
 * unknown. */
struct assignment {
	const char *section; /* NULL: outside of any */
	const char *name;
	const char *value;
	int line;
};

struct assignments {
	struct assignment *at; /* in order of lines */
	int count, room;
	const char *fault; /* a syntax error ended the reading: "config/x.conf:7: unexpected token" */
};

/* Reads the file with libconfuse. Unknown names are reported as such, and reading goes on behind them. */
struct assignments config_file_read(const char *path);

/*
 * Reads the text of a value. NULL, or what it must be: "a whole number from 1 to 10". TEXT and SECRET take
 * any UTF-8.
 */
const char *config_value_read(const struct option *o, const char *text, int64_t *number);

/* "off, errors or all", in the arena. */
const char *config_words_text(const char *const *words);

/* "15m", "64k", "true", "8080": the shortest text that reads back as the number. In the arena. */
const char *config_value_text(enum option_type type, int64_t number);

#endif
