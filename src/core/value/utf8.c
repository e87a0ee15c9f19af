/* UTF-8 (RFC 3629): validation, counting, decoding. No tables: the well-formed ranges of section 4 are
 * spelled out. */
#include "core/value/utf8.h"

#include "vobe/text.h"

#include <string.h>

static bool is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* The second byte carries the limits that keep out overlong forms, surrogates and what lies beyond U+10FFFF.
 */
static bool second_is_fine(unsigned char lead, unsigned char c)
{
	switch (lead) {
	case 0xE0: return c >= 0xA0 && c <= 0xBF;
	case 0xED: return c >= 0x80 && c <= 0x9F;
	case 0xF0: return c >= 0x90 && c <= 0xBF;
	case 0xF4: return c >= 0x80 && c <= 0x8F;
	default: return is_tail(c);
	}
}

static size_t length_by_lead(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

size_t utf8_sequence(const char *s, const char *end)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = s < end ? length_by_lead(u[0]) : 0;

	if (len <= 1)
		return len;
	if ((size_t)(end - s) < len || !second_is_fine(u[0], u[1]))
		return 0;
	for (size_t i = 2; i < len; i++)
		if (!is_tail(u[i]))
			return 0;
	return len;
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *u = (const unsigned char *)*s;
	size_t len = length_by_lead(u[0]);
	uint32_t c = len == 1 ? u[0] : u[0] & (0xFFu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (u[i] & 0x3F);
	*s += len;
	return c;
}

size_t utf8_put(char *out, uint32_t c)
{
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (len == 1) {
		out[0] = (char)c;
		return 1;
	}
	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)((0xF00u >> len & 0xF0) | c);
	return len;
}

/* Eight ASCII bytes at a time: most text is ASCII. */
static bool eight_are_ascii(const char *s)
{
	uint64_t word;

	memcpy(&word, s, sizeof word);
	return (word & UINT64_C(0x8080808080808080)) == 0;
}

size_t utf8_whole(const char *s, size_t bytes)
{
	const char *at = s, *end = s + bytes;

	while (at < end) {
		if (end - at >= 8 && eight_are_ascii(at)) {
			at += 8;
			continue;
		}
		size_t len = utf8_sequence(at, end);
		if (len == 0)
			break;
		at += len;
	}
	return (size_t)(at - s);
}

bool utf8_valid(const char *s, size_t bytes)
{
	return utf8_whole(s, bytes) == bytes;
}

size_t utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !is_tail((unsigned char)*s);
	return n;
}
