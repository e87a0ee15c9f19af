/*
 * Field lists. One list per entity (an X-macro) gives the C struct, the columns of a SELECT, the parameters
 * of a statement, JSON in and out, validation, OpenAPI, and the boot check against the live database. One
 * name everywhere: SQL column = C member = JSON key.
 *
 *	#define TAG_FIELDS(F, T)                                                            \
 *		F(T, UUID, id,         0,        "Identifier")                              \
 *		F(T, TEXT, name,       IN | REQ, "Display name", .min = 1, .max = 50)       \
 *		F(T, INT,  posts_count,0,        "Published posts with this tag", .min = 0)
 *	STRUCT(tag, TAG_FIELDS);             // in the header: struct tag, enum { tag_id_field, ... }
 *	SCHEMA(tag, TAG_FIELDS, "A label");  // in one .c file (or the header): tag_schema
 */
#ifndef VOBE_SCHEMA_H
#define VOBE_SCHEMA_H

#include "vobe/clock.h"
#include "vobe/field.h"
#include "vobe/problem.h"

struct schema {
	const char *name; /* OpenAPI component and log name: "post" */
	const char *doc;
	const struct field *fields;
	int count; /* at most 64: presence is a bit set */
	size_t size;
};

struct req;

/* Beside the struct, `struct T_reply`: what a handler that answers with a T is given (vobe/http.h, reply). */
#define STRUCT(T, FIELDS)                                                                          \
	struct T { FIELDS(VOBE_FIELD_MEMBER, T) };                                                 \
	struct T##_reply { struct req *rq; const struct T *value; };                               \
	enum { FIELDS(VOBE_FIELD_INDEX, T) T##_field_count }

#define SCHEMA(T, FIELDS, doc_)                                                                    \
	_Static_assert(T##_field_count <= 64, "presence is a 64-bit set");                         \
	__attribute__((unused)) static const struct field T##_fields[] = {FIELDS(VOBE_FIELD_ROW, T)}; \
	__attribute__((unused)) static const struct schema T##_schema = {                          \
		.name = #T, .doc = (doc_), .fields = T##_fields, .count = T##_field_count, \
		  .size = sizeof(struct T)}

/* Whether field `index` is in the presence set of a decoded body. */
#define HAS(present, index) (((present) >> (index)) & 1u)

/* Sets every member to its null. Needed before a struct is filled by hand: a zero INT is a number, not null.
 */
void schema_clear(const struct schema *s, void *value);

/* The field of that name, or NULL. */
const struct field *schema_field(const struct schema *s, const char *name);

/* Copies the members whose bit is in `present`. Source and target have the same schema. Bodies of PATCH are
 * laid over what is stored by merge_body (vobe/reply.h), which also merges nested objects. */
void schema_merge(const struct schema *s, const void *from, uint64_t present, void *to);

/* Whether every member named in both schemas' lists is equal (deep). For tests and for "nothing changed". */
bool schema_equal(const struct schema *s, const void *a, const void *b);

/* Tidies an already filled value as a body is tidied (vobe/field.h, enum format) and checks it by the field
 * rules, for what came by another door than HTTP: imports, commands. */
err schema_validate(struct arena *a, const struct schema *s, void *value);

/* Two schemas' field in common shape: same names and types in the same order. */
bool schema_same_shape(const struct schema *a, const struct schema *b);

/* Parameter structs that many routes and statements use. */
#define BY_ID_FIELDS(F, T) F(T, UUID, id, IN | REQ, "Identifier")
STRUCT(by_id, BY_ID_FIELDS);
SCHEMA(by_id, BY_ID_FIELDS, "One id");

#define BY_IDS_FIELDS(F, T) \
	F(T, UUIDS, ids, IN | REQ, "Up to 100 identifiers, separated by commas; none: an empty list", \
	  .max = 100)
STRUCT(by_ids, BY_IDS_FIELDS);
SCHEMA(by_ids, BY_IDS_FIELDS, "Several ids");

#define BY_SLUG_FIELDS(F, T) F(T, TEXT, slug, IN | REQ, "Slug", .min = 1, .max = 200)
STRUCT(by_slug, BY_SLUG_FIELDS);
SCHEMA(by_slug, BY_SLUG_FIELDS, "One slug");

#endif
