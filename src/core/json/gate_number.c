/* The gate's numbers: RFC 8259 section 6, finite. */
#include "core/json/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT = 15 }; /* digits that a double always keeps */

static bool is_digit(const struct gate *g)
{
	return g->at < g->end && *g->at >= '0' && *g->at <= '9';
}

static bool pass_digits(struct gate *g)
{
	if (!is_digit(g))
		return gate_refuses(g, g->at, "expected a digit, %s", gate_found(g));
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

static bool pass_number(struct gate *g)
{
	const char *start = g->at;

	if (*g->at == '-')
		g->at++;
	if (g->at < g->end && *g->at == '0') {
		g->at++;
		if (is_digit(g))
			return gate_refuses(g, start, "a number does not begin with 0");
	} else if (!pass_digits(g)) {
		return false;
	}
	return pass_fraction_and_exponent(g);
}

/* What a double may not say exactly keeps its text, which cJSON leaves unset for numbers. */
bool gate_number(struct gate *g, cJSON *n)
{
	const char *start = g->at;
	char digits[EXACT + 1] = "";

	if (!pass_number(g))
		return false;
	size_t len = (size_t)(g->at - start);
	n->type = cJSON_Number;
	if (len <= EXACT && !memchr(start, 'e', len) && !memchr(start, 'E', len)) {
		n->valuedouble = strtod(memcpy(digits, start, len), NULL);
		return true;
	}
	n->valuestring = arena_strn(g->arena, start, len);
	n->valuedouble = strtod(n->valuestring, NULL);
	return isfinite(n->valuedouble) || gate_refuses(g, start, "the number is too large");
}
