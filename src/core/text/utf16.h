/* UTF-16 texts in an arena, as ICU wants them. Private to core. */
#ifndef CORE_UTF16_H
#define CORE_UTF16_H

#include "vobe/arena.h"

#include <stdbool.h>
#include <unicode/ustring.h>

struct utf16 {
	UChar *at; /* not NUL-terminated */
	int32_t len;
};

struct utf16 utf16_of(struct arena *a, const char *s);
char *utf16_text(struct arena *a, struct utf16 t);
struct utf16 utf16_nfc(struct arena *a, struct utf16 t);
bool text_is_ascii(const char *s);

#endif
