/* Payloads of events without what people wrote. */
#include "app/redact.h"

#include "vobe/buf.h"
#include "vobe/clock.h"
#include "vobe/id.h"

#include <string.h>

/* Behind the closing quote of the string that begins at `s`. */
static const char *string_end(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		s += *s == '\\' && s[1];
	return *s ? s + 1 : s;
}

/* Code points between the quotes; half of a surrogate pair counts as one. */
static int characters(const char *s, const char *end)
{
	int n = 0;
	for (s++; s < end - 1; s++) {
		n += ((unsigned char)*s & 0xc0) != 0x80;
		if (*s == '\\')
			s += s[1] == 'u' ? 5 : 1;
	}
	return n;
}

static bool says_no_words(const char *s, const char *end)
{
	struct uuid id;
	int64_t at;
	const size_t len = (size_t)(end - s) - 2;
	return uuid_read(s + 1, len, &id) || time_read(s + 1, len, &at);
}

const char *json_redacted(struct arena *a, const char *json)
{
	struct buf out = {.arena = a};

	for (const char *s = json; *s;) {
		const size_t plain = strcspn(s, "\"");
		buf_add(&out, s, plain);
		s += plain;
		if (!*s)
			break;
		const char *end = string_end(s);
		if (end[strspn(end, " ")] == ':' || says_no_words(s, end))
			buf_add(&out, s, (size_t)(end - s));
		else
			buf_fmt(&out, "\"(%d characters)\"", characters(s, end));
		s = end;
	}
	return buf_text(&out);
}
