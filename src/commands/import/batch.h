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
};

/*
 * Completes the lines and gives them to their module; counts and tells what became of each. Lines that wait
 * are added to `waiting`; with NULL for it, what they wait for will not come. Suspends.
 */
err batch_take(struct ctx *cx, struct batch *b, struct waiting *waiting);

/* Tells a line that has faults before it got so far. */
void line_tell_refused(const struct line *l);

#endif
