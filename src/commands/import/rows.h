/* The kinds of an import: how a line becomes a row, and who takes it. */
#ifndef COMMANDS_IMPORT_ROWS_H
#define COMMANDS_IMPORT_ROWS_H

#include "contracts/import/outcome.h"
#include "vobe/ctx.h"
#include "vobe/schema.h"

enum { IMPORT_BATCH = 500, NOTES_MAX = 4 };

/* What was changed in a line to fit the limits of the API. */
struct notes {
	const char *at[NOTES_MAX];
	int count;
};

struct import_kind {
	const char *name;            /* of its files, without .jsonl */
	const struct schema *schema; /* of a line; further members are skipped */
	size_t row_size;

	/*
	 * Fills a row from a decoded line; a fault (what to do) refuses it, FAULT_SPAM leaves it out and
	 * counts it. What is beyond a limit of the API but no reason to lose the record is fitted to it, with
	 * a note. May suspend.
	 */
	const char *(*row)(struct ctx *cx, const void *line, void *row, struct notes *notes);

	/* Gives rows to their module. Suspends. */
	err (*store)(struct ctx *cx, const void *rows, int count, struct import_outcome *outcomes);
};

extern const char *const FAULT_SPAM;
extern const struct import_kind import_kinds[]; /* in order of dependence; ends with an empty name */

/* Looks up or makes what rows refer to: the author of posts, the posts of comments. Suspends. */
err import_prepare(struct ctx *cx);

#endif
