/*
 * The strict gate: RFC 8259 and I-JSON (RFC 7493) or nothing. UTF-8 only, no BOM, no duplicate names, no
 * U+0000, no lone surrogates, depth at most 32, numbers by the grammar (and finite), the whole input.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "vobe/arena.h"
#include "vobe/buf.h"
#include "vobe/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MOST = 32 };

/*
 * Parsed into the arena; MALFORMED_JSON (400) with where and why otherwise. Meant for the loop's stack. A
 * value of the document is a `struct json` too.
 */
struct json;
err json_parse(struct arena *a, const char *text, size_t len, const struct json **doc);

/*
 * The same for a text of strangers: TOO_MANY_VALUES (413) when there are more than JSON_VALUES_MOST, and
 * `rest(arg)` is called each JSON_STRETCH bytes, so that others may run: whatever the text, what lies between
 * two rests takes less than 2 ms. What it returns other than NULL ends the parse, and is the answer.
 */
enum { JSON_VALUES_MOST = 10000, JSON_STRETCH = 32 * 1024 };
err json_parse_by_turns(struct arena *a, const char *text, size_t len, err (*rest)(void *arg), void *arg,
			const struct json **doc);

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum json_kind json_kind(const struct json *v);

/* Members and elements in the order of the document; NULL behind the last. */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_name(const struct json *member);

const char *json_string(const struct json *v); /* of a JSON_STRING */
double json_number(const struct json *v);      /* of a JSON_NUMBER */

/* The exact whole number that a JSON_NUMBER is, in any spelling (12, 1.2e1, 12.0). */
enum json_integer { INTEGER_FINE, INTEGER_FRACTION, INTEGER_BEYOND };
enum json_integer json_integer(const struct json *v, int64_t *out);

/*
 * The value as compact JSON text, members in the order of jsonb: what was sent and what the database gives
 * back are then the same bytes, and have one ETag.
 */
void json_write(struct buf *out, const struct json *v);

/* A JSON text of our own or of the database, without its blanks. */
void json_add(struct buf *out, const char *text);

PROBLEM(TOO_MANY_VALUES, 413, "too_many_values", "Too many values",
	"A body may hold 10,000 JSON values; send the others in another request.");
PROBLEM(MALFORMED_JSON, 400, "malformed_json", "Malformed JSON", "The body is not valid JSON.");

#endif
