/* The validating pass over a JSON text. Private to json.c. */
#ifndef CORE_JSON_GATE_H
#define CORE_JSON_GATE_H

#include "vobe/arena.h"

#include <stdbool.h>

/* A number whose double may not say it exactly: more than 15 characters, or an exponent. */
struct long_number {
	int ordinal; /* which number of the text it is, from 0, in order of appearance */
	size_t offset, len;
};

struct gate_result {
	const char *fault; /* "byte 17 (line 1, column 18): ...", or NULL */
	const struct long_number *long_numbers;
	int long_number_count;
	bool has_too_many; /* values: that is the fault */
};

/* More than `values_most` values (below 0: any number) are a fault, so that a text of a mebibyte costs no
 * more than a small one. */
struct gate_result json_gate(struct arena *a, const char *text, size_t len, int values_most);

/* "byte 17 (line 1, column 18)" of the place `where` in the text. In the arena. */
const char *json_place(struct arena *a, const char *text, const char *where);

#endif
