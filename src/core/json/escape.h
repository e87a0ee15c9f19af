/* Escapes in JSON strings (RFC 8259 section 7). Private to core/json. */
#ifndef CORE_ESCAPE_H
#define CORE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The four digits behind \u; -1: not four hexadecimal digits. */
int escape_hex(const char *at, const char *end);

/* The text from `from` to `to` as it is meant; `out` has room for as many bytes. Its escapes must be
 * well-formed. Returns the bytes. */
size_t escapes_read(const char *from, const char *to, char *out);

static inline bool is_high_surrogate(int c)
{
	return c >= 0xD800 && c <= 0xDBFF;
}
static inline bool is_low_surrogate(int c)
{
	return c >= 0xDC00 && c <= 0xDFFF;
}

#endif
