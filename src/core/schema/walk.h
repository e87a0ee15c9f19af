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
	DECODE_LINE,   /* a line of an import: as DECODE_CREATE, and fields that only answers show are read */
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
 * in the arena. With faults, *value and *present hold what is sound: the rest is null; of a list of ids or
 * objects that is not too long the elements that are sound stay in their places. In a patch, JSON and ONE
 * hold what was sent of them, for schema_patch to merge; MANY are whole values, whose REQ fields must be
 * there.
 */
err schema_decode(struct arena *a, const struct schema *s, const struct json *doc, enum decode_mode mode,
		  void *value, uint64_t *present);

/*
 * Lays the body of a patch over *to, which has the same schema: `doc` as it was sent, and `from`, `present`
 * that schema_decode made of it. Objects are merged member by member, at every depth (RFC 7396); what becomes
 * of them must obey their rules, or this is VALIDATION_FAILED and *to is not to be used.
 */
err schema_patch(struct arena *a, const struct schema *s, const struct json *doc, const void *from,
		 uint64_t present, void *to);

/*
 * In a creating POST: the faults (`read_only`) of members that are not the client's to say, if they say
 * something else than `value`, which is what was made of the body.
 */
err schema_contradicted(struct arena *a, const struct schema *s, const struct json *doc, const void *value);

/*
 * Parameters and forms: name=value pairs, percent-decoded by the caller. Lists are comma-separated and may
 * come in several pairs; all others come once. Same faults, by name; `unknown_parameter` for names the schema
 * lacks, `repeated`. The problem is `kind` with the faults: BAD_REQUEST (400) for query parameters.
 */
struct pair {
	const char *name, *value;
};
err schema_decode_pairs(struct arena *a, const struct schema *s, const struct pair *pairs, int count,
			err kind, void *value, uint64_t *present);

#endif
