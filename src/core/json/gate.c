/*
 * The gate: one pass over a JSON text that lets through what RFC 8259 and RFC 7493 (I-JSON) allow, no more,
 * and leaves a tree of cJSON's behind. Noncharacters (U+FFFE) pass although I-JSON wants them out: they are
 * valid Unicode; PostgreSQL keeps them. cJSON's own parser is more lenient, reads 63 characters of a number,
 * and cannot stop half-way.
 */
#include "core/json/gate.h"

#include "core/for_tests.h"
#include "core/json/json.h"
#include "core/json/tree.h"
#include "core/value/utf8.h"
#include "vobe/json.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

static void skip_blank(struct gate *g)
{
	while (g->at < g->end && (*g->at == ' ' || *g->at == '\n' || *g->at == '\r' || *g->at == '\t'))
		g->at++;
}

/* --- names --- */

static void keep_name(struct gate *g, struct name name)
{
	if (g->name_count == g->name_room) {
		size_t held = (size_t)g->name_room * sizeof name;
		g->name_room = g->name_room ? g->name_room * 2 : 16;
		g->names = arena_resize(g->arena, g->names, held, (size_t)g->name_room * sizeof name);
	}
	g->names[g->name_count++] = name;
}

static bool pass_name(struct gate *g, cJSON *member)
{
	struct name name = {.offset = (size_t)(g->at - g->text)};

	if (g->at == g->end || *g->at != '"')
		return gate_refuses(g, g->at, "expected a member name in double quotes, %s", gate_found(g));
	if (!gate_string(g, &member->string, &name.len))
		return false;
	name.at = member->string;
	keep_name(g, name);
	return true;
}

/* By length, then content; equal names in order of appearance. */
static int name_compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = x->len == y->len ? memcmp(x->at, y->at, x->len) : x->len < y->len ? -1 : 1;

	return order ? order : x->offset < y->offset ? -1 : 1;
}

/* Sorting keeps a hostile object of 10,000 members cheap. `first` is where the names of the object begin. */
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
			return gate_refuses(g, g->text + n[i].offset, "duplicate member \"%s\"",
					    text_cut(g->arena, n[i].at, 40));
	return true;
}

/* --- values --- */

static bool pass_value(struct gate *g, cJSON *n);

static bool pass_word(struct gate *g, cJSON *n, const char *word, int type)
{
	size_t len = strlen(word);

	if ((size_t)(g->end - g->at) < len || memcmp(g->at, word, len) != 0)
		return gate_refuses(g, g->at, "expected a value, %s; words are true, false and null",
				    gate_found(g));
	g->at += len;
	n->type = type;
	return true;
}

/* Behind an element or member: true with *more when a comma was passed, and without when the container was
 * closed. */
static bool pass_separator(struct gate *g, char closing, bool *more)
{
	skip_blank(g);
	if (g->at < g->end && (*g->at == ',' || *g->at == closing)) {
		*more = *g->at++ == ',';
		return true;
	}
	return gate_refuses(g, g->at, "expected ',' or '%c', %s", closing, gate_found(g));
}

static bool pass_member(struct gate *g, cJSON *member)
{
	skip_blank(g);
	if (!pass_name(g, member))
		return false;
	skip_blank(g);
	if (g->at == g->end || *g->at != ':')
		return gate_refuses(g, g->at, "expected ':' behind a member name, %s", gate_found(g));
	g->at++;
	return pass_value(g, member);
}

/* Behind the opening bracket of one that is not empty. */
static bool pass_members(struct gate *g, cJSON *object)
{
	int first = g->name_count;

	for (bool more = true; more;)
		if (!pass_member(g, tree_append(g->arena, object)) || !pass_separator(g, '}', &more))
			return false;
	return names_differ(g, first);
}

static bool pass_elements(struct gate *g, cJSON *array)
{
	for (bool more = true; more;)
		if (!pass_value(g, tree_append(g->arena, array)) || !pass_separator(g, ']', &more))
			return false;
	return true;
}

static bool pass_container(struct gate *g, cJSON *n)
{
	const bool is_object = *g->at == '{';
	bool passed = true;

	if (g->depth == JSON_DEPTH_MOST)
		return gate_refuses(g, g->at, "nested deeper than %d levels", JSON_DEPTH_MOST);
	n->type = is_object ? cJSON_Object : cJSON_Array;
	g->at++;
	g->depth++;
	skip_blank(g);
	if (g->at < g->end && *g->at == (is_object ? '}' : ']'))
		g->at++;
	else
		passed = is_object ? pass_members(g, n) : pass_elements(g, n);
	g->depth--;
	return passed;
}

static bool pass_string(struct gate *g, cJSON *n)
{
	size_t len;

	n->type = cJSON_String;
	return gate_string(g, &n->valuestring, &len);
}

static bool pass_value(struct gate *g, cJSON *n)
{
	skip_blank(g);
	if (!gate_rests(g))
		return false;
	if (g->values++ == g->values_most) {
		g->ended = TOO_MANY_VALUES;
		return false;
	}
	switch (g->at < g->end ? *g->at : '\0') {
	case '{':
	case '[': return pass_container(g, n);
	case '"': return pass_string(g, n);
	case 't': return pass_word(g, n, "true", cJSON_True);
	case 'f': return pass_word(g, n, "false", cJSON_False);
	case 'n': return pass_word(g, n, "null", cJSON_NULL);
	case '-':
	case '0' ... '9': return gate_number(g, n);
	default: return gate_refuses(g, g->at, "expected a value, %s", gate_found(g));
	}
}

static bool pass_text(struct gate *g, cJSON *root)
{
	if (g->end - g->at >= 3 && memcmp(g->at, "\xEF\xBB\xBF", 3) == 0)
		return gate_refuses(g, g->at, "a byte order mark; send UTF-8 without one");
	if (!pass_value(g, root))
		return false;
	skip_blank(g);
	return g->at == g->end || gate_refuses(g, g->at, "expected the end of the text, %s", gate_found(g));
}

/* --- the doors --- */

static struct gate gate_of(struct arena *a, const char *text, size_t len)
{
	return (struct gate){.arena = a,
			     .is_strict = true,
			     .text = text,
			     .at = text,
			     .end = text + len,
			     .pause = text + len,
			     .values_most = -1};
}

static err malformed(struct arena *a, const char *fault)
{
	struct problem *p = arena_copy(a, MALFORMED_JSON, sizeof *p);

	p->detail = arena_fmt(a, "The body is not valid JSON, at %s.", fault);
	return p;
}

static err parse(struct gate *g, const struct json **doc)
{
	cJSON *root = ARENA_NEW(g->arena, cJSON);

	if (!pass_text(g, root))
		return g->ended ? g->ended : malformed(g->arena, g->fault);
	*doc = (const struct json *)root;
	return NULL;
}

err json_parse(struct arena *a, const char *text, size_t len, const struct json **doc)
{
	struct gate g = gate_of(a, text, len);

	return parse(&g, doc);
}

err json_parse_by_turns(struct arena *a, const char *text, size_t len, err (*rest)(void *arg), void *arg,
			const struct json **doc)
{
	struct gate g = gate_of(a, text, len);

	g.rest = rest;
	g.arg = arg;
	g.pause = gate_pause(&g);
	g.values_most = JSON_VALUES_MOST;
	return parse(&g, doc);
}

static const char *fault_of(struct gate g)
{
	pass_text(&g, ARENA_NEW(g.arena, cJSON));
	return g.fault;
}

const char *json_fault(struct arena *a, const char *text, size_t len)
{
	return fault_of(gate_of(a, text, len));
}

const char *json_grammar_fault(struct arena *a, const char *text, size_t len)
{
	struct gate g = gate_of(a, text, len);

	g.is_strict = false;
	return fault_of(g);
}
