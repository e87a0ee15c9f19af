/* Growing byte buffers, and JSON values written straight into them. */
#include "vobe/buf.h"

#include "core/memory/memory.h"
#include "core/value/digits.h"
#include "core/value/hex.h"
#include "vobe/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 256, STRIDE = 16 };

static char *grow(struct buf *b, size_t more)
{
	size_t wanted, room = b->room ? b->room * 2 : ROOM_LEAST;

	if (__builtin_add_overflow(b->len, more, &wanted))
		memory_exhausted(more);
	if (room < wanted)
		room = wanted;
	b->at = b->arena ? arena_resize(b->arena, b->at, b->room, room) : memory_resize(b->at, room);
	b->room = room;
	return b->at + b->len;
}

char *buf_reserve(struct buf *b, size_t more)
{
	return more <= b->room - b->len && b->at ? b->at + b->len : grow(b, more);
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!len)
		return;
	memcpy(buf_reserve(b, len), bytes, len);
	b->len += len;
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_join(struct buf *b, const char *join, const char *what)
{
	buf_str(b, *what && b->len ? join : "");
	buf_str(b, what);
}

void buf_char(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->len++;
}

void buf_int(struct buf *b, int64_t n)
{
	char text[1 + DIGITS_MOST], *end = text + sizeof text;
	char *p = digits_before(end, n < 0 ? -(uint64_t)n : (uint64_t)n);

	if (n < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(end - p));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	char *to = buf_reserve(b, 64); /* before the room is read: it may grow */
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(to, b->room - b->len, fmt, ap);
	va_end(ap);
	if (len > 0 && (size_t)len >= b->room - b->len) {
		va_start(ap, fmt);
		vsnprintf(buf_reserve(b, (size_t)len + 1), (size_t)len + 1, fmt, ap);
		va_end(ap);
	}
	b->len += len > 0 ? (size_t)len : 0;
}

const char *buf_text(struct buf *b)
{
	*buf_reserve(b, 1) = '\0';
	return b->at;
}

void buf_free(struct buf *b)
{
	if (!b->arena)
		free(b->at);
	*b = (struct buf){.arena = b->arena};
}

/* --- JSON --- */

/* Not 0 for a byte that a JSON string cannot hold as it is. Arithmetic instead of branches: the compiler
 * makes vectors of it. */
static inline unsigned char is_special(char c)
{
	return ((unsigned char)c < 0x20) | (c == '"') | (c == '\\');
}

static inline bool any_special(const char bytes[STRIDE])
{
	unsigned char each[STRIDE];
	uint64_t first, second;

	_Static_assert(STRIDE == sizeof first + sizeof second, "two words");
	for (int i = 0; i < STRIDE; i++)
		each[i] = is_special(bytes[i]);
	memcpy(&first, each, sizeof first);
	memcpy(&second, each + sizeof first, sizeof second);
	return first | second;
}

/*
 * Copies up to the first byte that needs an escape and returns how many bytes that were. `to` has room for
 * len. The last stride overlaps the one before it, so that only what is shorter than one goes byte by byte.
 */
static size_t copy_plain(char *to, const char *from, size_t len)
{
	size_t i = 0, last = len - STRIDE;

	if (len >= STRIDE) {
		for (; i <= last && !any_special(from + i); i += STRIDE)
			memcpy(to + i, from + i, STRIDE);
		if (i > last && i < len && !any_special(from + last)) {
			memcpy(to + last, from + last, STRIDE);
			return len;
		}
	}
	for (; i < len && !is_special(from[i]); i++)
		to[i] = from[i];
	return i;
}

static size_t escape(char *to, unsigned char c)
{
	static const char letters[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	char letter = c < sizeof letters ? letters[c] : (char)c;

	to[0] = '\\';
	to[1] = letter ? letter : 'u';
	if (letter)
		return 2;
	to[2] = to[3] = '0';
	hex_put(to + 4, c);
	return 6;
}

void json_str(struct buf *b, const char *s)
{
	enum { ESCAPE_MAX = 6 };
	size_t left, n;
	char *to;

	if (!s) {
		buf_add(b, "null", 4);
		return;
	}
	left = strlen(s);
	to = buf_reserve(b, left + 2);
	*to++ = '"';
	while (n = copy_plain(to, s, left), to += n, n < left) {
		s += n;
		left -= n + 1;
		b->len = (size_t)(to - b->at);
		to = buf_reserve(b, ESCAPE_MAX + left + 1);
		to += escape(to, (unsigned char)*s++);
	}
	*to++ = '"';
	b->len = (size_t)(to - b->at);
}

void json_uuid(struct buf *b, struct uuid id)
{
	char *to;

	if (uuid_is_nil(id)) {
		buf_add(b, "null", 4);
		return;
	}
	to = buf_reserve(b, UUID_TEXT + 2);
	to[0] = '"';
	uuid_text(id, to + 1);
	to[UUID_TEXT] = '"';
	b->len += UUID_TEXT + 1;
}

void json_time(struct buf *b, int64_t t)
{
	size_t len;
	char *to;

	if (t == TIME_NULL) {
		buf_add(b, "null", 4);
		return;
	}
	to = buf_reserve(b, TIME_TEXT + 2);
	to[0] = '"';
	len = time_text(t, to + 1);
	to[len + 1] = '"';
	b->len += len + 2;
}
