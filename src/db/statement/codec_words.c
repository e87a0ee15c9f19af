/*
 * Reads what PostgreSQL 15's escape_json (src/backend/utils/adt/json.c) writes, and no more: it came from the
 * server, so it is valid, and a character beyond ASCII is never escaped.
 */
#include "core/value/hex.h"
#include "db/statement/codec_words.h"

#include <string.h>

void codec_words_write(struct buf *out, const struct texts *list)
{
	buf_char(out, '[');
	for (int i = 0; i < list->count; i++) {
		if (i)
			buf_char(out, ',');
		json_str(out, list->at[i]);
	}
	buf_char(out, ']');
}

/* What stands behind a backslash, and in how many bytes. Only controls are written as \u00XX. */
static char unescaped(const char *at, int *used)
{
	static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *known = strchr(escapes, *at);
	*used = *at == 'u' ? 5 : 1;
	if (*at == 'u')
		return (char)(hex_value(at[3]) << 4 | hex_value(at[4]));
	return known ? meant[known - escapes] : *at;
}

/* The string whose opening quote is at *at, which is moved behind the closing one. */
static const char *take_string(struct arena *a, const char **at, const char *end)
{
	const char *from = *at + 1;
	const char *close = from;
	while (close < end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	char *text = arena_alloc(a, (size_t)(close - from) + 1), *to = text;
	for (int used = 1; from < close; from += used) {
		used = 1;
		*to++ = *from == '\\' ? unescaped(++from, &used) : *from;
	}
	*to = '\0';
	*at = close + 1;
	return text;
}

static int room_for(const char *json, const char *end)
{
	int room = 1;
	for (const char *s = json; s < end; s++)
		room += *s == ',';
	return room;
}

struct texts codec_words_read(struct arena *a, const char *json, size_t len)
{
	const char *end = json + len, *at = json;
	int depth = 0, count = 0;
	if (!len || *json != '[')
		return (struct texts){0};
	const char **list = ARENA_ARRAY(a, const char *, (size_t)room_for(json, end));
	while (at < end) {
		if (*at == '"') {
			const char *text = take_string(a, &at, end);
			if (depth == 1)
				list[count++] = text;
			continue;
		}
		depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
		at++;
	}
	return (struct texts){.at = list, .count = count};
}
