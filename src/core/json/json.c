/* JSON documents: reading and writing the tree of cJSON's that the gate leaves in the arena. */
#include "core/json/json.h"

#include "core/for_tests.h"
#include "core/memory/memory.h"
#include "vobe/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const cJSON *node(const struct json *v)
{
	return (const cJSON *)v;
}

static const struct json *value(const cJSON *n)
{
	return (const struct json *)n;
}

/* --- reading --- */

enum json_kind json_kind(const struct json *v)
{
	switch (node(v)->type & 0xFF) {
	case cJSON_False: return JSON_FALSE;
	case cJSON_True: return JSON_TRUE;
	case cJSON_Number: return JSON_NUMBER;
	case cJSON_String: return JSON_STRING;
	case cJSON_Array: return JSON_ARRAY;
	case cJSON_Object: return JSON_OBJECT;
	default: return JSON_NULL;
	}
}

const struct json *json_first(const struct json *v)
{
	return value(node(v)->child);
}

const struct json *json_next(const struct json *v)
{
	return value(node(v)->next);
}

const char *json_name(const struct json *member)
{
	return node(member)->string;
}

const struct json *json_member(const struct json *v, const char *name)
{
	return value(cJSON_GetObjectItemCaseSensitive(node(v), name));
}

const char *json_string(const struct json *v)
{
	return node(v)->valuestring;
}

double json_number(const struct json *v)
{
	return node(v)->valuedouble;
}

/*
 * A decimal number as digits times ten to the `power`. The digits are those from `from` to `to`, without
 * leading and trailing zeros; a point among them is to be skipped.
 */
struct decimal {
	bool negative;
	const char *from, *to;
	int64_t digits, power;
};

/* Far beyond what any finite double has, and small enough to be added to. */
enum { EXPONENT_MOST = 1000000000 };

static int64_t exponent_of(const char *digits)
{
	long long e = strtoll(digits, NULL, 10);

	return e > EXPONENT_MOST ? EXPONENT_MOST : e < -EXPONENT_MOST ? -EXPONENT_MOST : e;
}

static struct decimal decimal_of(const char *s)
{
	struct decimal d = {.negative = *s == '-'};
	const char *digits = s + d.negative, *e = digits + strspn(digits, "0123456789."), *point;

	if (*e)
		d.power = exponent_of(e + 1);
	point = memchr(digits, '.', (size_t)(e - digits));
	if (point)
		d.power -= e - point - 1;
	for (d.to = e; d.to > digits && (d.to[-1] == '0' || d.to[-1] == '.'); d.to--)
		d.power += d.to[-1] == '0';
	for (d.from = digits; d.from < d.to && (*d.from == '0' || *d.from == '.');)
		d.from++;
	for (const char *c = d.from; c < d.to; c++)
		d.digits += *c != '.';
	return d;
}

static enum json_integer integer_of(const char *text, int64_t *out)
{
	struct decimal d = decimal_of(text);
	uint64_t n = 0;

	if (d.digits == 0)
		d.power = 0;
	if (d.power < 0)
		return INTEGER_FRACTION;
	if (d.digits + d.power > 19)
		return INTEGER_BEYOND;
	for (const char *c = d.from; c < d.to; c++)
		n = *c == '.' ? n : n * 10 + (uint64_t)(*c - '0');
	while (d.digits > 0 && d.power-- > 0)
		n *= 10;
	if (n > (uint64_t)INT64_MAX + d.negative)
		return INTEGER_BEYOND;
	*out = (int64_t)(d.negative ? -n : n);
	return INTEGER_FINE;
}

enum json_integer json_integer(const struct json *v, int64_t *out)
{
	double d = json_number(v);

	if (node(v)->valuestring)
		return integer_of(node(v)->valuestring, out);
	if (d != trunc(d))
		return INTEGER_FRACTION;
	*out = (int64_t)d;
	return INTEGER_FINE;
}

/* --- writing --- */

static void write_number(struct buf *out, const cJSON *n)
{
	int64_t whole;

	if (n->valuestring)
		buf_str(out, n->valuestring);
	else if (json_integer(value(n), &whole) == INTEGER_FINE)
		buf_int(out, whole);
	else
		buf_fmt(out, "%.15g", n->valuedouble);
}

static void write_elements(struct buf *out, const cJSON *n)
{
	buf_char(out, '[');
	for (const cJSON *child = n->child; child; child = child->next) {
		if (child != n->child)
			buf_char(out, ',');
		json_write(out, value(child));
	}
	buf_char(out, ']');
}

/* As jsonb has them: the shorter name first, names of one length by their bytes. */
static int by_name(const void *a, const void *b)
{
	const char *x = (*(const cJSON *const *)a)->string, *y = (*(const cJSON *const *)b)->string;
	size_t x_len = strlen(x), y_len = strlen(y);

	return x_len != y_len ? (x_len > y_len) - (x_len < y_len) : memcmp(x, y, x_len);
}

static void write_members(struct buf *out, const cJSON *n)
{
	size_t count = (size_t)cJSON_GetArraySize(n), i = 0;
	const cJSON **members = memory_take((count + 1) * sizeof *members);

	for (const cJSON *child = n->child; child; child = child->next)
		members[i++] = child;
	qsort(members, count, sizeof *members, by_name);
	buf_char(out, '{');
	for (i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		json_str(out, members[i]->string);
		buf_char(out, ':');
		json_write(out, value(members[i]));
	}
	buf_char(out, '}');
	free(members);
}

void json_add(struct buf *out, const char *text)
{
	bool quoted = false;

	for (const char *c = text; *c; c++) {
		if (*c == '"')
			quoted = !quoted;
		if (quoted || (unsigned char)*c > ' ')
			buf_char(out, *c);
		if (*c == '\\' && c[1])
			buf_char(out, *++c);
	}
}

void json_write(struct buf *out, const struct json *v)
{
	switch (json_kind(v)) {
	case JSON_NULL: buf_str(out, "null"); break;
	case JSON_FALSE: buf_str(out, "false"); break;
	case JSON_TRUE: buf_str(out, "true"); break;
	case JSON_NUMBER: write_number(out, node(v)); break;
	case JSON_STRING: json_str(out, json_string(v)); break;
	case JSON_ARRAY: write_elements(out, node(v)); break;
	case JSON_OBJECT: write_members(out, node(v)); break;
	}
}
