/*
 * Importing a catalogue: one JSON object a line, through the rules of the modules. A row that is there
 * already is left as it is, so an import that was interrupted is simply run again.
 */
#ifndef COMMANDS_IMPORT_IMPORT_H
#define COMMANDS_IMPORT_IMPORT_H

#include "commands/import/line.h"

struct import {
	const char *dir;
	struct import_wishes wanted;
	struct report report;
	int exit_code; /* of sysexits.h, when a file ended it; what went in before stays */
};

/* Reads every file of the known kinds. Suspends. */
err import_directory(struct ctx *cx, struct import *im);

/* Waits until all subscribers have applied what was told, so that search is complete. Suspends. */
err import_settle(struct ctx *cx);

#endif
