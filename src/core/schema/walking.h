/* What the readers of JSON and of parameters share: places, faults, the rules of a field. Private to core. */
#ifndef CORE_WALKING_H
#define CORE_WALKING_H

#include "core/schema/walk.h"

/* Where a value stands and what is expected there; a JSON pointer only when there is a fault. NULL: the
 * document. */
struct place {
	const struct place *up;
	const struct field *field; /* of an element: that of its list; NULL: unknown */
	const char *name;          /* of a member; NULL: an element */
	int index;                 /* of an element */
};

struct walk {
	struct arena *arena;
	enum decode_mode mode;
	bool parameters; /* pointers are plain names, and texts speak of parameters */
	struct faults faults;
};

/* Faults named in one answer. A body of a megabyte can hold far more; nobody reads them. */
enum { FAULTS_MOST = 100 };

void walk_fault(struct walk *w, const struct place *p, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
bool walk_is_full(const struct walk *w);

/* unknown_field or unknown_parameter, with the nearest name a client may send. */
void walk_fault_unknown(struct walk *w, const struct place *p, const struct schema *s);

/* required, for each field of `s` that must be there and is not in `present`; else its default, if it has
 * one. */
void walk_absent(struct walk *w, const struct place *up, const struct schema *s, uint64_t present,
		 void *value);

/* Limits, formats, allowed values and the field's own rule, for a member that is not null. */
void walk_obey(struct walk *w, const struct place *p, const void *member);

/* A null is refused unless the field may be null. */
void walk_null(struct walk *w, const struct place *p);

/* Reads `v` into the member that the place's field says, and judges it. */
void walk_take(struct walk *w, const struct place *p, const struct json *v, void *member);

/* Reads only. False: a fault was told. */
bool walk_read(struct walk *w, const struct place *p, const struct json *v, void *member);

/* Required, but absent or null. */
void walk_fault_required(struct walk *w, const struct place *p);

/* "a whole number", "a list of strings": what a value of this type, or of this field, must be. */
const char *type_wanted(enum type t);
const char *value_wanted(const struct field *f);

#endif
