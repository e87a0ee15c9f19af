/* What an import gives a module, and what it is told of each line. */
#ifndef CONTRACTS_IMPORT_OUTCOME_H
#define CONTRACTS_IMPORT_OUTCOME_H

#include "vobe/ctx.h"
#include "vobe/schema.h"

enum import_fate {
	IMPORT_REFUSED, /* for its faults */
	IMPORT_ADDED,
	IMPORT_PRESENT,  /* there already, as the line says it */
	IMPORT_DIFFERS,  /* there already, but other than the line says */
	IMPORT_UPDATED,  /* the same, and now as the line says */
	IMPORT_WAITS,    /* for a row that is not there yet; its faults say for which */
	IMPORT_RESTORED, /* updated, and it had been deleted here */
	IMPORT_GONE, /* deleted here, by its owner or an import, and left so: the line does not speak of it */
	IMPORT_REMOVED, /* deleted here by staff, and left so */
};

/* What becomes of lines whose rows are there; each also does what the one before it does. */
enum import_mode {
	IMPORT_KEEPS,
	IMPORT_UPDATES,  /* writes lines that differ over what is stored */
	IMPORT_RESTORES, /* brings back what staff deleted, too, where the line says so */
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
	enum import_mode mode;
};

/*
 * What a line is to be whose row is deleted here, when it says `is_deleted` or does not. IMPORT_RESTORED and
 * IMPORT_PRESENT (which the line may differ from otherwise) are the caller's to see to.
 */
static inline enum import_fate import_fate_of_deleted(const struct import_batch *batch, bool says_so,
						      bool is_deleted, bool by_staff)
{
	if (says_so && is_deleted)
		return IMPORT_PRESENT;
	if (by_staff && !(says_so && batch->mode == IMPORT_RESTORES))
		return IMPORT_REMOVED;
	if (!says_so)
		return IMPORT_GONE;
	return batch->mode == IMPORT_KEEPS ? IMPORT_DIFFERS : IMPORT_RESTORED;
}

/* Neither its owner nor an import, which is nobody. */
static inline bool import_was_staffs(struct uuid deleted_by, struct uuid owner)
{
	return !uuid_is_nil(deleted_by) && !uuid_equal(deleted_by, owner);
}

/* A kind of line, and who takes it: the good lines of a batch in one transaction, by the rules of the API. */
struct importer {
	const struct schema *schema;
	err (*take)(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);

	/* Adds to the faults of lines that are refused anyway what the database and other modules know
	 * against them, so that all is told at once. Any member may be null: what was faulty is. Writes
	 * nothing; NULL: there is nothing to find. */
	err (*find)(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
};

#endif
