/* Commands of the binary: `vobemusic <name> [<word>] [arguments]`. Exit codes are those of sysexits.h. */
#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "vobe/ctx.h"

#include <stdbool.h>

/* What the command line said. */
struct command_line {
	const char *config_path;
	const char *settings[64]; /* --set section.name=value; NULL-terminated */
	bool json;                /* --json: for programs */
	int count;                /* arguments behind the command's name */
	char **words;
};

struct command {
	const char *name;
	const char *usage; /* of its arguments */
	const char *doc;   /* one line */
	int (*run)(const struct command_line *line);
	int words;           /* it takes, options and their values aside */
	const char *options; /* "--graph --limit=": with = a value follows; NULL: none */
	const char *more;    /* what --help says further: whole lines, or NULL */
};

extern const char import_more[]; /* import/import_command.c */

/* 0, or EX_USAGE after a word that the command does not take was named. */
int command_takes(const struct command *command, const struct command_line *line);

/* Which word is that option, or -1. */
int command_word_at(const struct command_line *line, const char *name);

int command_serve(const struct command_line *line);
int command_migrate(const struct command_line *line);
int command_user(const struct command_line *line);
int command_config(const struct command_line *line);
int command_chat(const struct command_line *line);
int command_keys(const struct command_line *line);
int command_search(const struct command_line *line);
int command_counters(const struct command_line *line);
int command_events(const struct command_line *line);
int command_import(const struct command_line *line);
int command_demo(const struct command_line *line);
int command_openapi(const struct command_line *line);
int command_modules(const struct command_line *line);
int command_routes(const struct command_line *line);
int command_statements(const struct command_line *line);
int command_healthcheck(const struct command_line *line);

/* The word at `i` behind the command, or NULL. */
const char *command_word(const struct command_line *line, int i);

/* Prints what is wrong and how it is used; EX_USAGE. */
int command_misused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "--name value" among the words, or NULL. */
const char *command_option(const struct command_line *line, const char *name);

/*
 * A password by --password-file FILE, - for standard input, or typed twice without echo where standard input
 * is a terminal; NULL: none was given. Never from the command line, which every process may read. Returns an
 * exit code.
 */
int command_password(const struct command_line *line, const char **password);

/*
 * Boots everything but the HTTP server (schemas checked), runs `run` on a task, drains, and closes. Prints a
 * problem to stderr with what to do. Returns the exit code: 0, 65 bad input, 69 database away, 70 our fault,
 * 78 settings or schema.
 */
int command_boot(const struct command_line *line, err (*run)(struct ctx *cx, void *arg), void *arg);

/* As the exit code of a problem, after printing it. */
int command_failed(err e);

#endif
