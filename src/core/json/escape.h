/* Escapes in JSON strings (RFC 8259 section 7). Private to core/json. */
#ifndef CORE_ESCAPE_H
#define CORE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The four digits behind \u; -1: not four hexadecimal digits. */
int escape_hex(const char *at, const char *end);

/* What the text from *from to `to` means; `out` has room for as many bytes. Its escapes must be well-formed;
 * an escape that begins before `to` is read to its end. *from: how far it came. Returns the bytes. */
size_t escapes_read(const char **from, const char *to, char *out);

static inline bool is_high_surrogate(int c)
{
	return c >= 0xD800 && c <= 0xDBFF;
}
static inline bool is_low_surrogate(int c)
{
	return c >= 0xDC00 && c <= 0xDFFF;
}

#endif
