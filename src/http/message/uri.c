/* Paths, queries and forms: see uri.h. */
#include "core/value/hex.h"
#include "http/message/uri.h"
#include "vobe/text.h"

#include <string.h>

PROBLEM(BAD_PATH, 400, "malformed_request", "Malformed request",
	"The path must be percent-encoded UTF-8 without NUL, '.' and '..' segments.");
PROBLEM(BAD_PAIR, 400, "bad_request", "Bad request",
	"Parameters must be name=value pairs joined by '&', percent-encoded UTF-8 without NUL.");
PROBLEM(TOO_MANY_PAIRS, 400, "bad_request", "Bad request", "At most 64 parameters may be sent.");

/* The byte that an escape at s[0] stands for; -1: malformed. */
static int escaped_byte(const char *s, size_t left)
{
	if (left < 3)
		return -1;
	int high = hex_value(s[1]), low = hex_value(s[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

const char *percent_decode(struct arena *a, const char *s, size_t len, char plus)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int byte = s[i] == '%' ? escaped_byte(s + i, len - i) : (uint8_t)(s[i] == '+' ? plus : s[i]);
		if (byte <= 0)
			return NULL;
		if (s[i] == '%')
			i += 2;
		out[n++] = (char)byte;
	}
	return utf8_valid(out, n) ? out : NULL;
}

static bool is_dot_segment(const char *s, size_t len)
{
	return (len == 1 && s[0] == '.') || (len == 2 && s[0] == '.' && s[1] == '.');
}

err path_read(struct arena *a, const char *path, size_t len, struct segment segments[SEGMENTS_MAX],
	      int *count)
{
	bool escaped = memchr(path, '%', len) != NULL;
	int n = 0;

	for (size_t from = 1; len > 1 && from <= len;) {
		const char *slash = memchr(path + from, '/', len - from);
		size_t to = slash ? (size_t)(slash - path) : len;
		struct segment it = {path + from, to - from};
		if (escaped) {
			it.at = percent_decode(a, it.at, it.len, '+');
			if (!it.at)
				return BAD_PATH;
			it.len = strlen(it.at);
		}
		if (is_dot_segment(it.at, it.len))
			return BAD_PATH;
		if (n < SEGMENTS_MAX)
			segments[n] = it;
		n++;
		from = to + 1;
	}
	*count = n <= SEGMENTS_MAX ? n : -1;
	return NULL;
}

static bool read_pair(struct arena *a, const char *s, size_t len, struct pair *pair)
{
	const char *equals = memchr(s, '=', len);
	size_t name = equals ? (size_t)(equals - s) : len;
	pair->name = percent_decode(a, s, name, ' ');
	pair->value = equals ? percent_decode(a, equals + 1, len - name - 1, ' ') : "";
	return pair->name && pair->value;
}

err pairs_read(struct arena *a, const char *s, size_t len, struct pair *pairs, int room, int *count)
{
	*count = 0;
	for (size_t from = 0; from < len;) {
		const char *amp = memchr(s + from, '&', len - from);
		size_t to = amp ? (size_t)(amp - s) : len;
		if (to > from) {
			if (*count == room)
				return TOO_MANY_PAIRS;
			if (!read_pair(a, s + from, to - from, &pairs[(*count)++]))
				return BAD_PAIR;
		}
		from = to + 1;
	}
	return NULL;
}
