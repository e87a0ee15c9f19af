/* Members of structs, one at a time. Private to core. */
#ifndef CORE_MEMBER_H
#define CORE_MEMBER_H

#include "vobe/schema.h"

/*
 * Reads a member from text: parameters, forms, defaults. Returns NULL, or the code of the fault
 * ("wrong_type", "invalid_format"); the member is untouched then. Lists are separated by commas.
 */
const char *member_read(struct arena *a, const struct field *f, const char *text, void *member);

/*
 * What nobody means to send goes: the white space around a LINE, and text in which nothing can be seen where
 * null may stand.
 */
void member_tidy(struct arena *a, const struct field *f, void *member);

/* Deep. */
bool member_equal(const struct field *f, const void *a, const void *b);

/* Makes it null, false or empty. */
void member_clear(const struct field *f, void *member);

bool member_is_null(const struct field *f, const void *member);

#endif
