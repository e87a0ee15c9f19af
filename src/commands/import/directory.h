/* The files of a directory that an import reads, in the order in which their kinds depend on each other. */
#ifndef COMMANDS_IMPORT_DIRECTORY_H
#define COMMANDS_IMPORT_DIRECTORY_H

#include "vobe/ctx.h"

struct import_file {
	int kind; /* its place in `kinds` */
	const char *path;
};

/*
 * Every file of each of the `kinds` (NULL-terminated): <kind>.jsonl or .ndjson, either with .gz behind it.
 * What else the directory holds is named on stderr. IMPORT_NO_INPUT says which of absent, no directory,
 * unreadable and empty it is.
 */
err directory_read(struct ctx *cx, const char *dir, const char *const *kinds, struct import_file **files,
		   int *count);

PROBLEM(IMPORT_NO_INPUT, 422, "import_no_input", "Nothing to import", "There is nothing to import.");

#endif
