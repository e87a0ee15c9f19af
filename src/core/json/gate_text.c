/* The gate's strings: RFC 8259 section 7, valid UTF-8 (RFC 3629), and what they say. */
#include "core/json/escape.h"
#include "core/json/gate.h"
#include "core/json/json.h"
#include "core/value/utf8.h"

#include <string.h>

/* At the u of \u. */
static bool pass_unicode_escape(struct gate *g)
{
	const char *backslash = g->at - 1;
	int c = escape_hex(g->at + 1, g->end), low = -1;

	if (c < 0)
		return gate_refuses(g, backslash, "\\u must be followed by four hexadecimal digits");
	if (g->is_strict && c == 0)
		return gate_refuses(g, backslash, "U+0000 is not allowed in text");
	g->at += 5;
	if (is_high_surrogate(c) && g->end - g->at >= 6 && g->at[0] == '\\' && g->at[1] == 'u')
		low = escape_hex(g->at + 2, g->end);
	if (is_low_surrogate(c) || (is_high_surrogate(c) && !is_low_surrogate(low)))
		return gate_refuses(g, backslash, "half of a surrogate pair");
	if (is_high_surrogate(c))
		g->at += 6;
	return true;
}

/* Behind a backslash. */
static bool pass_escape(struct gate *g)
{
	if (g->at == g->end)
		return gate_refuses(g, g->at, "the text ends inside a string");
	if (*g->at == 'u')
		return pass_unicode_escape(g);
	if (!*g->at || !strchr("\"\\/bfnrt", *g->at))
		return gate_refuses(g, g->at - 1, "unknown escape; write a backslash as \\\\");
	g->at++;
	return true;
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

static bool pass_character(struct gate *g)
{
	size_t len;

	if (*g->at == '\\') {
		g->at++;
		return pass_escape(g);
	}
	if ((unsigned char)*g->at < 0x20)
		return gate_refuses(g, g->at, "a control character in a string; write it as \\u%04x",
				    (unsigned)*g->at);
	len = utf8_sequence(g->at, g->end);
	if (len == 0)
		return gate_refuses(g, g->at, "not valid UTF-8");
	g->at += len;
	return true;
}

/* Behind the opening quote; ends at the closing one. */
static bool pass_characters(struct gate *g)
{
	while (gate_rests(g)) {
		while (g->at < g->pause && is_plain(*g->at))
			g->at++;
		if (g->at == g->end)
			return gate_refuses(g, g->at, "the text ends inside a string");
		if (*g->at == '"')
			return true;
		if (!pass_character(g))
			return false;
	}
	return false;
}

/* Of characters that have passed, stretch by stretch as they did. */
static bool unescape(struct gate *g, const char *from, const char *to, char *out, size_t *len)
{
	for (*len = 0; from < to;) {
		const char *stop = to - from > JSON_STRETCH ? from + JSON_STRETCH : to;
		*len += escapes_read(&from, stop, out + *len);
		g->ended = g->rest && from < to ? g->rest(g->arg) : NULL;
		if (g->ended)
			return false;
	}
	return true;
}

bool gate_string(struct gate *g, char **text, size_t *len)
{
	const char *from = ++g->at, *to;

	if (!pass_characters(g))
		return false;
	to = g->at++;
	*len = (size_t)(to - from);
	if (!memchr(from, '\\', *len)) {
		*text = arena_strn(g->arena, from, *len);
		return true;
	}
	*text = arena_alloc(g->arena, *len);
	return unescape(g, from, to, *text, len); /* shorter than written: its NUL stands behind it */
}
