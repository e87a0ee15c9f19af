/* Formats of text: URLs, slugs, lines; base64url. E-mail addresses are in email.c. */
#include "core/text/text_scan.h"
#include "core/value/utf8.h"
#include "vobe/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* --- URLs (RFC 3986), with letters beyond ASCII as browsers show them (RFC 3987) --- */

/* No white space, no controls, none of the ASCII that RFC 3986 has no place for, no broken percent-encoding.
 */
static bool has_url_chars(const char *s)
{
	while (*s) {
		const char *at = s;
		UChar32 c = (UChar32)utf8_next(&s);
		if (c <= 0x20 || c == 0x7F || (c < 0x80 && strchr("\"<>\\^`{|}", c)))
			return false;
		if (c == '%' && !(is_hex(at[1]) && is_hex(at[2])))
			return false;
		if (c >= 0x80 && (u_isUWhiteSpace(c) || u_iscntrl(c)))
			return false;
	}
	return true;
}

/* Behind the host: nothing, or ":" and 1 to 65535. */
static bool is_port(const char *s, size_t len)
{
	enum { PORT_MOST = 65535, DIGITS_MOST = 5 };
	int port = 0;

	if (len == 0)
		return true;
	if (*s != ':' || len == 1 || len > 1 + DIGITS_MOST)
		return false;
	for (size_t i = 1; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		port = port * 10 + (s[i] - '0');
	}
	return port >= 1 && port <= PORT_MOST;
}

/* [IPv6]; only its alphabet is looked at. */
static size_t bracketed_host(const char *s, size_t len)
{
	size_t inside = strspn(s + 1, "0123456789abcdefABCDEF:.");

	return inside >= 2 && inside + 2 <= len && s[inside + 1] == ']' ? inside + 2 : 0;
}

static size_t named_host(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len &&
	       (is_alnum(s[n]) || s[n] == '-' || s[n] == '.' || s[n] == '_' || (unsigned char)s[n] >= 0x80))
		n++;
	return n > 0 && (s[0] == '.' || memmem(s, n, "..", 2)) ? 0 : n;
}

static bool is_authority(const char *s, size_t len)
{
	size_t host = len == 0 ? 0 : *s == '[' ? bracketed_host(s, len) : named_host(s, len);

	return host > 0 && is_port(s + host, len - host);
}

bool text_is_url(const char *s)
{
	size_t scheme = strncasecmp(s, "http://", 7) == 0 ? 7 : strncasecmp(s, "https://", 8) == 0 ? 8 : 0;

	return scheme > 0 && has_url_chars(s) && is_authority(s + scheme, strcspn(s + scheme, "/?#"));
}

/* --- others --- */

bool text_is_slug(const char *s)
{
	bool after_hyphen = true;

	for (; *s; s++) {
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9') && (*s != '-' || after_hyphen))
			return false;
		after_hyphen = *s == '-';
	}
	return !after_hyphen;
}

bool text_has_line_break(const char *s)
{
	while (*s) {
		uint32_t c = utf8_next(&s);
		if ((c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029)
			return true;
	}
	return false;
}

char *base64url_encode(struct arena *a, const void *bytes, size_t len)
{
	size_t room = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(a, room);

	return sodium_bin2base64(out, room, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* -1: not of the alphabet. */
static int sextet_of(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = memchr(letters, c, sizeof letters - 1);

	return at ? (int)(at - letters) : -1;
}

/* Not libsodium's: sodium_base642bin (1.0.18) takes bytes beyond ASCII for letters. */
void *base64url_decode(struct arena *a, const char *s, size_t len, size_t *out_len)
{
	uint8_t *out = arena_alloc(a, len / 4 * 3 + 3), *at = out; /* a NUL behind it: often text */
	uint32_t bits = 0;

	if (len % 4 == 1)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		int sextet = sextet_of(s[i]);
		if (sextet < 0)
			return NULL;
		bits = bits << 6 | (uint32_t)sextet;
		if (i % 4 > 0)
			*at++ = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	if (bits & (len % 4 == 2 ? 0xF : len % 4 == 3 ? 0x3 : 0)) /* one text for one value */
		return NULL;
	*out_len = (size_t)(at - out);
	return out;
}
