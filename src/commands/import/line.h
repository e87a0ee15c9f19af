/*
 * A line on its way from text to a row: parsed, made fit, read by the schema of the API. All that is wrong
 * with it is found at once.
 */
#ifndef COMMANDS_IMPORT_LINE_H
#define COMMANDS_IMPORT_LINE_H

#include "commands/import/report.h"
#include "contracts/import/outcome.h"
#include "core/json/edit.h"

/* What is asked of an import. */
struct import_wishes {
	bool buckets; /* comments may name a post_bucket instead of a post */
	enum import_mode mode;
};

struct line {
	struct ctx *cx; /* with the arena of the batch */
	struct report *report;
	struct line_place at;
	const struct kind *kind;
	const struct import_wishes *wanted;

	struct json *doc;        /* an object */
	void *row;               /* of the kind's schema */
	uint64_t given, guessed; /* fields that the line has; of those, what was guessed */
	struct faults faults;
	struct import_notes notes;
	bool is_spam;
	const char *bucket; /* of a comment without a post; NULL: none */
};

/* Reads the text into line->row. False: it is spam, or has faults. May suspend. */
bool line_read(struct line *l, const char *text, size_t len);

/* For what makes lines fit. */
void line_note(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void line_fault(struct line *l, const char *pointer, const char *code, const char *detail);

/* The member's value is a guess at what was meant: another one serves as well. */
void line_guess(struct line *l, const char *name);

/* The field of that name in the row, and whether the line gave it. */
void *line_member(const struct line *l, const char *name);
bool line_gave(const struct line *l, const char *name);

#endif
