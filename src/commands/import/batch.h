/* Lines in batches: a batch is a transaction of its module, and lives in an arena of its own. */
#ifndef COMMANDS_IMPORT_BATCH_H
#define COMMANDS_IMPORT_BATCH_H

#include "commands/import/kind.h"

enum { IMPORT_BATCH = 500 };

/* Numbers of lines of one file that wait for others, in order. */
struct waiting {
	int64_t *lines;
	int count, room;
};

struct batch {
	struct line lines[IMPORT_BATCH];
	int count;
	struct line refused[IMPORT_BATCH]; /* read, with faults: what else is wrong with them is looked for */
	int refused_count;
};

/*
 * Completes the lines and gives them to their module; counts and tells what became of each. Lines that wait
 * are added to `waiting`; with NULL for it, what they wait for will not come. Suspends.
 */
err batch_take(struct ctx *cx, struct batch *b, struct waiting *waiting);

/* Adds a line that was read and has faults; another is told at once. */
void batch_refuse(struct batch *b, const struct line *l);

#endif
