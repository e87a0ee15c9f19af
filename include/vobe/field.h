/* The fields of field lists: types, flags, rules. How lists are written: vobe/schema.h. */
#ifndef VOBE_FIELD_H
#define VOBE_FIELD_H

#include "vobe/arena.h"
#include "vobe/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schema;

/*
 * Types, their C member, and the SQL types they may meet:
 *   BOOL  bool          boolean
 *   INT   int64_t       smallint, integer, bigint        INT_NULL
 *   REAL  double        real, double precision, numeric is refused    NAN
 *   TEXT  const char *  text, varchar                    NULL
 *   UUID  struct uuid   uuid                             nil
 *   TIME  int64_t       timestamptz (microseconds)       TIME_NULL
 *   DATE  const char *  date (YYYY-MM-DD)                NULL; FORMAT_PARTIAL: YYYY and YYYY-MM too
 *   TEXTS struct texts  text[], jsonb array of strings   empty when null
 *   UUIDS struct uuids  uuid[]                           empty when null
 *   INTS  struct ints   bigint[]                         empty when null
 *   JSON  const char *  jsonb: one JSON text             NULL
 *   BYTES struct bytes  bytea                            at == NULL
 *   MANY  struct many   none: a list of structs `of` a schema (JSON array of objects)
 *   ONE   const void *  none: one struct `of` a schema (JSON object)  NULL
 */
/* clang-format off */
enum type {
	TYPE_BOOL, TYPE_INT, TYPE_REAL, TYPE_TEXT, TYPE_UUID, TYPE_TIME, TYPE_DATE,
	TYPE_TEXTS, TYPE_UUIDS, TYPE_INTS, TYPE_JSON, TYPE_BYTES, TYPE_MANY, TYPE_ONE,
};
/* clang-format on */

#define INT_NULL INT64_MIN

struct texts {
	const char *const *at;
	int count;
};
struct ints {
	const int64_t *at;
	int count;
};
struct bytes {
	const uint8_t *at;
	size_t len;
};
struct many {
	const void *at;
	int count;
};

/* Flags of a field. Without IN a field is read-only: in a body it is ignored (read, edit, send back works).
 */
/* clang-format off */
enum field_flag {
	IN = 1,        /* clients may send it */
	REQ = 2,       /* must be sent on create (implies it is not null) */
	NULLABLE = 4,  /* may be null, in and out */
	NO_COLUMN = 8, /* not a column of the entity's table: `$*` leaves it out */
	NO_JSON = 16,  /* never in JSON, in or out: version, hashes */
	NO_OUT = 32,   /* accepted but never sent: passwords */
	ONCE = 64,     /* sent on create and never changed: no UPDATE writes it */
};
/* clang-format on */

/* Views: a field with a view is sent only when the reply asks for one of them. */
/* clang-format off */
enum view {
	VIEW_DETAIL = 1, /* the single resource, not in lists */
	VIEW_OWN = 2,    /* its owner and staff */
	VIEW_STAFF = 4,  /* moderators and superusers */
	VIEW_MEMBER = 8, /* whoever is signed in: what a thing is to them. Every reply to them asks for it */
};
/* clang-format on */

/*
 * What comes in as a LINE (names, titles) loses the white space around it and must have no line breaks. Text
 * of any format in which nothing can be seen is null where null may stand, and refused (`blank`) where `min`
 * asks for characters.
 */
enum format {
	FORMAT_ANY,
	FORMAT_URL, /* http or https, 500 characters at most */
	FORMAT_EMAIL,
	FORMAT_SLUG,
	FORMAT_LINE,
	FORMAT_PARTIAL, /* DATE: day and month may be left out (vobe/date.h); who stores it completes it */
};

/* A parameter that is true, false or absent: TEXT with these as one_of. 1 and 0 are read as true and false.
 */
extern const char *const true_or_false[];

struct field {
	const char *name;
	const char *key; /* `,"name":` as it stands in JSON, so that it is written in one copy */
	size_t key_len;
	enum type type;
	unsigned flags;
	const char *doc;
	size_t offset;
	int64_t min,
		max; /* INT: value. TEXT: code points. Lists: elements. JSON: members. Checked when max > 0 */
	int64_t each_max; /* code points. TEXTS: of an element. JSON: of a member, which are texts then */
	const char *const *one_of; /* TEXT, elements of TEXTS: allowed values, NULL-terminated */
	bool any_case;             /* the allowed values in any letter case (ASCII) */
	enum format format;        /* TEXT, DATE, elements of TEXTS, members of JSON that has each_max */
	unsigned view;             /* 0: in every view */
	const char *otherwise;     /* parameters and bodies of POST: the value when absent, as text */
	const struct schema *of;   /* MANY, ONE */
	const char *(*rule)(struct arena *a, const void *value); /* points at the member, or at each element
								    of TEXTS; NULL = fine, else what to do */
	const char *says;    /* what `rule` checks, as members of JSON Schema without braces: for OpenAPI */
	const char *example; /* as text; when NULL one is made from the type and the limits */
};

/* What a field list is made of; STRUCT and SCHEMA lay one of these over each row. */
#define VOBE_MEMBER_BOOL bool
#define VOBE_MEMBER_INT int64_t
#define VOBE_MEMBER_REAL double
#define VOBE_MEMBER_TEXT const char *
#define VOBE_MEMBER_UUID struct uuid
#define VOBE_MEMBER_TIME int64_t
#define VOBE_MEMBER_DATE const char *
#define VOBE_MEMBER_TEXTS struct texts
#define VOBE_MEMBER_UUIDS struct uuids
#define VOBE_MEMBER_INTS struct ints
#define VOBE_MEMBER_JSON const char *
#define VOBE_MEMBER_BYTES struct bytes
#define VOBE_MEMBER_MANY struct many
#define VOBE_MEMBER_ONE const void *

#define VOBE_FIELD_MEMBER(T, type_, name_, flags_, doc_, ...) VOBE_MEMBER_##type_ name_;
#define VOBE_FIELD_INDEX(T, type_, name_, flags_, doc_, ...) T##_##name_##_field,
#define VOBE_FIELD_ROW(T, type_, name_, flags_, doc_, ...)                                         \
	{.name = #name_, .key = ",\"" #name_ "\":", .key_len = sizeof(#name_) + 3,                  \
	 .type = TYPE_##type_, .flags = (flags_), .doc = (doc_), \
	   .offset = offsetof(struct T, name_), ##__VA_ARGS__},

#endif
