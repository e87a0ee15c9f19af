/* What an import gives a module, and what it is told of each line. */
#ifndef CONTRACTS_IMPORT_OUTCOME_H
#define CONTRACTS_IMPORT_OUTCOME_H

#include "vobe/ctx.h"
#include "vobe/schema.h"

enum import_fate {
	IMPORT_REFUSED, /* for its faults */
	IMPORT_ADDED,
	IMPORT_PRESENT, /* there already, as the line says it */
	IMPORT_DIFFERS, /* there already, but other than the line says */
	IMPORT_UPDATED, /* the same, and now as the line says */
	IMPORT_WAITS,   /* for a row that is not there yet; its faults say for which */
};

/* What was changed in a line that was taken. */
enum { IMPORT_NOTES_MAX = 8 };
struct import_notes {
	const char *at[IMPORT_NOTES_MAX];
	int count;
};

static inline void import_note(struct import_notes *notes, const char *note)
{
	if (notes->count < IMPORT_NOTES_MAX)
		notes->at[notes->count++] = note;
}

struct import_outcome {
	enum import_fate fate;
	struct faults faults; /* all of them, by members of the line */
	struct import_notes notes;
};

/*
 * Lines of a file, each read as a struct of the module's own schema, by the rules of the API. Of what a line
 * did not give, the struct holds the default of the API, or null.
 */
struct import_batch {
	void *rows;             /* the module completes them in place */
	const uint64_t *given;  /* which fields each line had */
	const uint64_t *wishes; /* of those, what was guessed: another value serves as well */
	int count;
	bool update; /* write lines that differ over what is stored */
};

/* A kind of line, and who takes it: the good lines of a batch in one transaction, by the rules of the API. */
struct importer {
	const struct schema *schema;
	err (*take)(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
};

#endif
