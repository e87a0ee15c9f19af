/* The gate's own: what its files share. Private to core/json. */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include "vobe/arena.h"
#include "vobe/problem.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* A member's name as it is meant (unescaped), and where it stands. */
struct name {
	const char *at;
	size_t len, offset;
};

/* One pass over a text. Every function that returns bool says false when the pass is over: `fault` or `ended`
 * says why. */
struct gate {
	struct arena *arena;
	const char *text, *at, *end;
	const char *pause; /* where the next rest is due; `end`: there is none */
	err (*rest)(void *arg);
	void *arg;
	bool is_strict; /* I-JSON (RFC 7493) too, and no U+0000 */
	int depth;
	struct name *names; /* of all objects that are open: a stack */
	int name_count, name_room;
	int values, values_most; /* below 0: any number */
	const char *fault;       /* "byte 17 (line 1, column 18): ..." */
	err ended;
};

/* Where the rest after this place is due. */
const char *gate_pause(const struct gate *g);

/* Whether it may go on; a rest is taken when one is due. */
bool gate_rests(struct gate *g);

/* A fault at `where`; always false, so that it can be returned. */
bool gate_refuses(struct gate *g, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "found 'x'" or "the text ends", for faults about what should stand here. */
const char *gate_found(struct gate *g);

/* At the opening quote; ends behind the closing one. *text: what it says, in the arena. */
bool gate_string(struct gate *g, char **text, size_t *len);

/* At its first character; ends behind the last. */
bool gate_number(struct gate *g, cJSON *n);

#endif
