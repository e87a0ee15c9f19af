/* Walks over schemas: JSON out, JSON and text in, faults. */
#ifndef CORE_WALK_H
#define CORE_WALK_H

#include "vobe/buf.h"
#include "vobe/problem.h"
#include "vobe/schema.h"

/* Writes the value as a JSON object: fields without NO_JSON and NO_OUT, and of the views in `view`. */
void schema_write(struct buf *out, const struct schema *s, const void *value, unsigned view);

/* What a body is decoded for. */
/* clang-format off */
enum decode_mode {
	DECODE_CREATE, /* REQ fields must be there, defaults are filled in */
	DECODE_PATCH,  /* JSON Merge Patch (RFC 7396): absent is unchanged, null clears where NULLABLE */
	DECODE_STORED, /* our own JSON (event payloads): unknown members are skipped, all fields read,
	 no rules */
};
/* clang-format on */

struct json; /* a parsed document, core/json/json.h */

/*
 * Fills *value (cleared first) from a JSON object, with the set of fields that were present. All faults are
 * collected: unknown_field (with the nearest known), required, null_not_allowed, wrong_type, too_short,
 * blank, too_long, too_small, too_large, too_few, too_many, not_allowed (with the allowed), invalid_format,
 * and a field's own rule ("invalid"). Pointers are JSON pointers; at most 100 faults are named. Strings are
 * in the arena. MANY and ONE are whole values in every mode: a patch replaces them, and their REQ fields must
 * be there.
 */
err schema_decode(struct arena *a, const struct schema *s, const struct json *doc, enum decode_mode mode,
		  void *value, uint64_t *present);

/*
 * Parameters and forms: name=value pairs, each at most once, percent-decoded by the caller. Lists are
 * comma-separated. Same faults, by name; `unknown_parameter` for names the schema lacks, `repeated`. The
 * problem is `kind` with the faults: BAD_REQUEST (400) for query parameters.
 */
struct pair {
	const char *name, *value;
};
err schema_decode_pairs(struct arena *a, const struct schema *s, const struct pair *pairs, int count,
			err kind, void *value, uint64_t *present);

#endif
