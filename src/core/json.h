/*
 * The strict gate: RFC 8259 and I-JSON (RFC 7493) or nothing. UTF-8 only, no BOM, no duplicate names, no U+0000, depth at
 * most 32, numbers by the grammar (and finite), the whole input. What passes is given to cJSON and wrapped.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "vobe/arena.h"
#include "vobe/problem.h"

/* Why and where: "byte 17: duplicate member \"a\"". NULL: valid. In the arena. */
const char *json_fault(struct arena *a, const char *text, size_t len);

/* Parsed into the arena; MALFORMED_JSON (400) with json_fault's words otherwise. Values are cJSON trees: see json.c. */
struct json;
err json_parse(struct arena *a, const char *text, size_t len, const struct json **doc);

PROBLEM(MALFORMED_JSON, 400, "malformed_json", "Malformed JSON", "The body is not valid JSON.");

#endif
