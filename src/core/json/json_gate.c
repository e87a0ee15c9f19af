/*
 * The gate: one pass over a JSON text that lets through what RFC 8259 and RFC 7493 (I-JSON) allow, no more.
 * Noncharacters (U+FFFE) pass although I-JSON wants them out: they are valid Unicode; PostgreSQL keeps them.
 */
#include "core/json/json_gate.h"

#include "core/for_tests.h"
#include "core/json/escape.h"
#include "core/json/json.h"
#include "core/value/utf8.h"
#include "vobe/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A member name as it is meant (unescaped), and where it stands. */
struct name {
	const char *at;
	size_t len;
	size_t offset;
};

struct gate {
	struct arena *arena;
	const char *text, *at, *end;
	bool is_strict; /* I-JSON (RFC 7493) too, and no U+0000 */
	int depth;
	struct name *names; /* of all objects that are open: a stack */
	int name_count, name_room;
	int numbers;
	int values, values_most; /* below 0: any number */
	struct long_number *long_numbers;
	int long_count, long_room;
	const char *fault;
};

/* A fault at `where`; always false, so that it can be returned. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct gate *g, const char *where, const char *fmt,
							 ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *why = arena_vfmt(g->arena, fmt, ap);
	va_end(ap);
	g->fault = arena_fmt(g->arena, "%s: %s", json_place(g->arena, g->text, where), why);
	return false;
}

/* An array of `count` elements that is full gets twice the room; the old one stays in the arena. */
static void *grown(struct gate *g, const void *old, int count, int *room, size_t size)
{
	*room = *room ? *room * 2 : 16;
	void *at = arena_array(g->arena, (size_t)*room, size);
	if (count > 0)
		memcpy(at, old, (size_t)count * size);
	return at;
}

static void skip_blank(struct gate *g)
{
	while (g->at < g->end && (*g->at == ' ' || *g->at == '\n' || *g->at == '\r' || *g->at == '\t'))
		g->at++;
}

/* "found 'x'" or "the text ends", for faults about what should stand here. */
static const char *found(struct gate *g)
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

/* At the u of \u. */
static bool pass_unicode_escape(struct gate *g)
{
	const char *backslash = g->at - 1;
	int c = escape_hex(g->at + 1, g->end), low = -1;

	if (c < 0)
		return refuse(g, backslash, "\\u must be followed by four hexadecimal digits");
	if (g->is_strict && c == 0)
		return refuse(g, backslash, "U+0000 is not allowed in text");
	g->at += 5;
	if (is_high_surrogate(c) && g->end - g->at >= 6 && g->at[0] == '\\' && g->at[1] == 'u')
		low = escape_hex(g->at + 2, g->end);
	if (is_low_surrogate(c) || (is_high_surrogate(c) && !is_low_surrogate(low)))
		return refuse(g, backslash, "half of a surrogate pair");
	if (is_high_surrogate(c))
		g->at += 6;
	return true;
}

/* Behind a backslash. */
static bool pass_escape(struct gate *g)
{
	if (g->at == g->end)
		return refuse(g, g->at, "the text ends inside a string");
	if (*g->at == 'u')
		return pass_unicode_escape(g);
	if (!*g->at || !strchr("\"\\/bfnrt", *g->at))
		return refuse(g, g->at - 1, "unknown escape; write a backslash as \\\\");
	g->at++;
	return true;
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

static bool pass_non_plain(struct gate *g)
{
	size_t len;

	if (*g->at == '\\') {
		g->at++;
		return pass_escape(g);
	}
	if ((unsigned char)*g->at < 0x20)
		return refuse(g, g->at, "a control character in a string; write it as \\u%04x",
			      (unsigned)*g->at);
	len = utf8_sequence(g->at, g->end);
	if (len == 0)
		return refuse(g, g->at, "not valid UTF-8");
	g->at += len;
	return true;
}

/* At the opening quote; ends behind the closing one. */
static bool pass_string(struct gate *g)
{
	g->at++;
	for (;;) {
		while (g->at < g->end && is_plain(*g->at))
			g->at++;
		if (g->at == g->end)
			return refuse(g, g->at, "the text ends inside a string");
		if (*g->at == '"')
			break;
		if (!pass_non_plain(g))
			return false;
	}
	g->at++;
	return true;
}

/* The text between the quotes of a string that passed. */
static struct name name_of(struct gate *g, const char *from, const char *to)
{
	struct name n = {.at = from, .len = (size_t)(to - from), .offset = (size_t)(from - 1 - g->text)};
	char *out;

	if (!memchr(from, '\\', n.len))
		return n;
	out = arena_alloc(g->arena, n.len);
	n.at = out;
	n.len = escapes_read(from, to, out);
	return n;
}

static bool pass_name(struct gate *g)
{
	const char *quote = g->at;

	if (g->at == g->end || *g->at != '"')
		return refuse(g, g->at, "expected a member name in double quotes, %s", found(g));
	if (!pass_string(g))
		return false;
	if (g->name_count == g->name_room)
		g->names = grown(g, g->names, g->name_count, &g->name_room, sizeof *g->names);
	g->names[g->name_count++] = name_of(g, quote + 1, g->at - 1);
	return true;
}

/* By length, then content; equal names in order of appearance. */
static int name_compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = x->len == y->len ? memcmp(x->at, y->at, x->len) : x->len < y->len ? -1 : 1;

	return order ? order : x->offset < y->offset ? -1 : 1;
}

/* Sorting keeps a hostile object of 100,000 members cheap. `first` is where the names of the object begin. */
static bool names_differ(struct gate *g, int first)
{
	struct name *n = g->names + first;
	int count = g->name_count - first;

	g->name_count = first;
	if (count < 2 || !g->is_strict)
		return true;
	qsort(n, (size_t)count, sizeof *n, name_compare);
	for (int i = 1; i < count; i++)
		if (n[i].len == n[i - 1].len && memcmp(n[i].at, n[i - 1].at, n[i].len) == 0)
			return refuse(g, g->text + n[i].offset, "duplicate member \"%s\"",
				      text_cut(g->arena, arena_strn(g->arena, n[i].at, n[i].len), 40));
	return true;
}

static bool is_digit(const struct gate *g)
{
	return g->at < g->end && *g->at >= '0' && *g->at <= '9';
}

static bool pass_digits(struct gate *g)
{
	if (!is_digit(g))
		return refuse(g, g->at, "expected a digit, %s", found(g));
	while (is_digit(g))
		g->at++;
	return true;
}

static bool pass_fraction_and_exponent(struct gate *g)
{
	if (g->at < g->end && *g->at == '.') {
		g->at++;
		if (!pass_digits(g))
			return false;
	}
	if (g->at < g->end && (*g->at == 'e' || *g->at == 'E')) {
		g->at++;
		if (g->at < g->end && (*g->at == '+' || *g->at == '-'))
			g->at++;
		return pass_digits(g);
	}
	return true;
}

/* 15 digits and no exponent always fit a double; anything else is looked at and remembered. */
static bool note_long_number(struct gate *g, const char *start)
{
	size_t len = (size_t)(g->at - start);

	if (len <= 15 && !memchr(start, 'e', len) && !memchr(start, 'E', len))
		return true;
	if (!isfinite(strtod(arena_strn(g->arena, start, len), NULL)))
		return refuse(g, start, "the number is too large");
	if (g->long_count == g->long_room)
		g->long_numbers =
			grown(g, g->long_numbers, g->long_count, &g->long_room, sizeof *g->long_numbers);
	g->long_numbers[g->long_count++] =
		(struct long_number){.ordinal = g->numbers, .offset = (size_t)(start - g->text), .len = len};
	return true;
}

static bool pass_number(struct gate *g)
{
	const char *start = g->at;

	if (*g->at == '-')
		g->at++;
	if (g->at < g->end && *g->at == '0') {
		g->at++;
		if (is_digit(g))
			return refuse(g, start, "a number does not begin with 0");
	} else if (!pass_digits(g)) {
		return false;
	}
	if (!pass_fraction_and_exponent(g) || !note_long_number(g, start))
		return false;
	g->numbers++;
	return true;
}

static bool pass_word(struct gate *g, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(g->end - g->at) < len || memcmp(g->at, word, len) != 0)
		return refuse(g, g->at, "expected a value, %s; words are true, false and null", found(g));
	g->at += len;
	return true;
}

static bool pass_value(struct gate *g);

/* Behind an element or member: true with *more when a comma was passed, and without when the container was
 * closed. */
static bool pass_separator(struct gate *g, char closing, bool *more)
{
	skip_blank(g);
	if (g->at < g->end && (*g->at == ',' || *g->at == closing)) {
		*more = *g->at++ == ',';
		return true;
	}
	return refuse(g, g->at, "expected ',' or '%c', %s", closing, found(g));
}

static bool pass_member(struct gate *g)
{
	skip_blank(g);
	if (!pass_name(g))
		return false;
	skip_blank(g);
	if (g->at == g->end || *g->at != ':')
		return refuse(g, g->at, "expected ':' behind a member name, %s", found(g));
	g->at++;
	return pass_value(g);
}

/* Behind the opening bracket. */
static bool pass_members(struct gate *g)
{
	int first = g->name_count;
	bool more = true;

	skip_blank(g);
	if (g->at < g->end && *g->at == '}') {
		g->at++;
		return true;
	}
	while (more)
		if (!pass_member(g) || !pass_separator(g, '}', &more))
			return false;
	return names_differ(g, first);
}

static bool pass_elements(struct gate *g)
{
	bool more = true;

	skip_blank(g);
	if (g->at < g->end && *g->at == ']') {
		g->at++;
		return true;
	}
	while (more)
		if (!pass_value(g) || !pass_separator(g, ']', &more))
			return false;
	return true;
}

static bool pass_container(struct gate *g)
{
	bool is_object = *g->at == '{';

	if (g->depth == JSON_DEPTH_MOST)
		return refuse(g, g->at, "nested deeper than %d levels", JSON_DEPTH_MOST);
	g->at++;
	g->depth++;
	if (!(is_object ? pass_members(g) : pass_elements(g)))
		return false;
	g->depth--;
	return true;
}

static bool pass_value(struct gate *g)
{
	skip_blank(g);
	if (g->values++ == g->values_most)
		return refuse(g, g->at, "more than %d values", g->values_most);
	switch (g->at < g->end ? *g->at : '\0') {
	case '{':
	case '[': return pass_container(g);
	case '"': return pass_string(g);
	case 't': return pass_word(g, "true");
	case 'f': return pass_word(g, "false");
	case 'n': return pass_word(g, "null");
	case '-':
	case '0' ... '9': return pass_number(g);
	default: return refuse(g, g->at, "expected a value, %s", found(g));
	}
}

static bool pass_text(struct gate *g)
{
	if (g->end - g->at >= 3 && memcmp(g->at, "\xEF\xBB\xBF", 3) == 0)
		return refuse(g, g->at, "a byte order mark; send UTF-8 without one");
	if (!pass_value(g))
		return false;
	skip_blank(g);
	return g->at == g->end || refuse(g, g->at, "expected the end of the text, %s", found(g));
}

const char *json_grammar_fault(struct arena *a, const char *text, size_t len)
{
	struct gate g = {.arena = a, .text = text, .at = text, .end = text + len, .values_most = -1};
	pass_text(&g);
	return g.fault;
}

struct gate_result json_gate(struct arena *a, const char *text, size_t len, int values_most)
{
	struct gate g = {.arena = a, .is_strict = true, .text = text, .at = text, .end = text + len};
	g.values_most = values_most;
	pass_text(&g);
	const bool is_large = values_most >= 0 && g.values > values_most;
	return (struct gate_result){g.fault, g.long_numbers, g.long_count, is_large};
}
