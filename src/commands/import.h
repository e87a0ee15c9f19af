/*
 * Importing a catalogue: <kind>.jsonl or <kind>.jsonl.gz, one JSON object a line, through the rules of the
 * modules. A row that is there already is left as it is, so an import that was interrupted is simply run
 * again.
 */
#ifndef COMMANDS_IMPORT_H
#define COMMANDS_IMPORT_H

#include "vobe/ctx.h"

struct import_totals {
	int64_t lines, added, present, refused;
	int64_t spam;   /* left out: the line says that it is */
	int64_t fitted; /* added or present, but changed to fit the limits of the API */
};

/* Reads every file of the known kinds in `dir`. Bad lines are told on stderr with file and line, and left
 * out. Suspends. */
err import_directory(struct ctx *cx, const char *dir, struct import_totals *totals);

/* Waits until all subscribers have applied what was told, so that search is complete. Suspends. */
err import_settle(struct ctx *cx);

#endif
