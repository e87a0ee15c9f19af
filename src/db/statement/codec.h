/* Members of structs to and from PostgreSQL's binary formats, by the field's type and the server's type
 * (OID). */
#ifndef DB_CODEC_H
#define DB_CODEC_H

#include "vobe/buf.h"
#include "vobe/schema.h"

#include <libpq-fe.h>

/* Whether a field of this type may meet a parameter or column of that server type. */
bool codec_accepts(enum type type, Oid oid);

/* For faults: a field type's name, the SQL types it may meet, a server type's name ("type 1234" when
 * unknown). */
const char *codec_type_name(enum type type);
const char *codec_sql_types(enum type type);
const char *codec_oid_name(Oid oid, char room[32]);

/* How PREPARE may declare a parameter of that field type. */
const char *codec_declared(enum type type);

/*
 * Appends a parameter: its length as int32_t (-1: null), then its bytes as the server wants them.
 * NULL, or why the value cannot be sent as that type.
 */
const char *codec_write(struct buf *out, enum type type, Oid oid, const void *member);

/* The type of an array's elements; 0: it is no array that is known. */
Oid codec_element(Oid array);

/* Appends an array as a parameter; each value is one as codec_write appends it. */
void codec_write_array(struct buf *out, Oid element, const char *const *values, int count);

/* Fills the member from a column that is not null. Text and lists are copied into the arena. */
void codec_read(struct arena *a, enum type type, Oid oid, const char *bytes, int len, void *member);

#endif
