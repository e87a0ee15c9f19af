/* Where a fault of a JSON text is, for people and for editors. */
#include "core/json/json_gate.h"

/*
 * Bytes count from 0, lines and columns from 1; a column is a character, as editors show it. Bytes before a
 * fault are valid UTF-8, so what begins a character is what does not continue one.
 */
const char *json_place(struct arena *a, const char *text, const char *where)
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
