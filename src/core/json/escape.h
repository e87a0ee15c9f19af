/* Escapes in JSON strings (RFC 8259 section 7). Private to core/json. */
#ifndef CORE_ESCAPE_H
#define CORE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The four digits behind \u; -1: not four hexadecimal digits. */
int escape_hex(const char *at, const char *end);

/* What the escape that begins at *at means, as UTF-8; moves *at behind it and returns the bytes. It must be well-formed. */
size_t escape_read(const char **at, char *out);

static inline bool is_high_surrogate(int c) { return c >= 0xD800 && c <= 0xDBFF; }
static inline bool is_low_surrogate(int c) { return c >= 0xDC00 && c <= 0xDFFF; }

#endif
