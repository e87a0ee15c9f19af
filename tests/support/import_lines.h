/* Lines of an import as the command gives them to a module: read by its schema, the good ones in one batch.
 */
#ifndef SUPPORT_IMPORT_LINES_H
#define SUPPORT_IMPORT_LINES_H

#include "contracts/import/outcome.h"

/* outcomes[i] is what became of lines[i], which ends with a newline or not; in the ctx's arena. */
err import_lines(struct ctx *cx, const struct importer *to, const char *const *lines, int count,
		 enum import_mode mode, struct import_outcome *outcomes);

/* The fault of a member that an outcome has ("/title"), or NULL. */
const char *import_fault(const struct import_outcome *o, const char *pointer);

/* Whether the fates are those of the text, a letter each: Added, Present, Differs, Updated, Waits, Refused,
 * Brought back, Gone, deleted by Staff. */
bool import_fates_are(const struct import_outcome *outcomes, const char *letters);

#endif
