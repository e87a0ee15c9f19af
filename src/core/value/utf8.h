/* UTF-8 by the code point, for the scanners of core. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence that begins at `s` and ends before `end`; 0: there is none (RFC 3629
 * section 4). */
size_t utf8_sequence(const char *s, const char *end);

/* The next code point of valid, NUL-terminated UTF-8; moves *s behind it. Not to be called at the NUL. */
uint32_t utf8_next(const char **s);

/* Writes a code point (no surrogate); returns its bytes, 1 to 4. */
size_t utf8_put(char *out, uint32_t c);

#endif
