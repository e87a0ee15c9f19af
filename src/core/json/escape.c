/* Escapes in JSON strings: see escape.h. */
#include "core/json/escape.h"

#include "core/value/hex.h"
#include "core/value/utf8.h"

#include <string.h>

int escape_hex(const char *at, const char *end)
{
	int value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(at[i]);
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* Of one; moves *at behind it. */
static size_t escape_read(const char **at, char *out)
{
	static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *s = *at + 1, *known = strchr(escapes, *s);

	*at += 2;
	if (*s != 'u') {
		*out = known ? meant[known - escapes] : *s;
		return 1;
	}
	uint32_t c = (uint32_t)escape_hex(s + 1, s + 5);
	*at += 4;
	if (is_high_surrogate((int)c)) {
		c = 0x10000 + ((c - 0xD800) << 10) + ((uint32_t)escape_hex(s + 7, s + 11) - 0xDC00);
		*at += 6;
	}
	return utf8_put(out, c);
}

size_t escapes_read(const char **from, const char *to, char *out)
{
	const char *begin = out;

	while (*from < to) {
		if (**from == '\\')
			out += escape_read(from, out);
		else
			*out++ = *(*from)++;
	}
	return (size_t)(out - begin);
}
