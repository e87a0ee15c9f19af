/* Where the gate stands: what a fault says of the place, for people and for editors, and the rests on the
 * way. */
#include "core/json/gate.h"

#include "core/json/json.h"
#include "core/value/utf8.h"

#include <stdarg.h>

/*
 * Bytes count from 0, lines and columns from 1; a column is a character, as editors show it. Bytes before a
 * fault are valid UTF-8, so what begins a character is what does not continue one.
 */
static const char *place(struct arena *a, const char *text, const char *where)
{
	int line = 1, column = 1;

	for (const char *at = text; at < where; at++)
		if (*at == '\n') {
			line++;
			column = 1;
		} else {
			column += ((unsigned char)*at & 0xc0) != 0x80;
		}
	return arena_fmt(a, "byte %zu (line %d, column %d)", (size_t)(where - text), line, column);
}

bool gate_refuses(struct gate *g, const char *where, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *why = arena_vfmt(g->arena, fmt, ap);
	va_end(ap);
	g->fault = arena_fmt(g->arena, "%s: %s", place(g->arena, g->text, where), why);
	return false;
}

const char *gate_found(struct gate *g)
{
	size_t len = utf8_sequence(g->at, g->end);

	if (g->at == g->end)
		return "the text ends";
	if (len == 0)
		return "found a byte that is not UTF-8";
	if ((unsigned char)*g->at < 0x20)
		return arena_fmt(g->arena, "found the control character 0x%02x", (unsigned)*g->at);
	return arena_fmt(g->arena, "found '%.*s'", (int)len, g->at);
}

/* --- rests --- */

const char *gate_pause(const struct gate *g)
{
	return g->rest && g->end - g->at > JSON_STRETCH ? g->at + JSON_STRETCH : g->end;
}

bool gate_rests(struct gate *g)
{
	if (g->at < g->pause || g->pause == g->end)
		return true;
	g->pause = gate_pause(g);
	g->ended = g->rest(g->arg);
	return !g->ended;
}
