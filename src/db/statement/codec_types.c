/* Which types of the server a field may meet, and what they are called in faults. */
#include "db/statement/codec.h"
#include "db/statement/codec_oids.h"

#include <stdio.h>

static const struct {
	enum type type;
	const char *name, *sql_types;
	const char *declared; /* of a parameter; unknown: what it is depends on where it stands, and the
				 server sees that */
	Oid oids[5];
	/* clang-format off */
} accepted[] = {
	{TYPE_BOOL,  "BOOL",  "boolean",                     "boolean",          {OID_BOOL}},
	{TYPE_INT,   "INT",   "smallint, integer or bigint", "bigint",           {OID_INT8, OID_INT4,
	 OID_INT2}},
	{TYPE_REAL,  "REAL",  "real or double precision",    "double precision", {OID_FLOAT8, OID_FLOAT4}},
	{TYPE_TEXT,  "TEXT",  "text or varchar",             "text",
	 {OID_TEXT, OID_VARCHAR, OID_BPCHAR, OID_NAME}},
	{TYPE_UUID,  "UUID",  "uuid",                        "uuid",             {OID_UUID}},
	{TYPE_TIME,  "TIME",  "timestamptz",                 "timestamptz",      {OID_TIMESTAMPTZ}},
	{TYPE_DATE,  "DATE",  "date",                        "date",             {OID_DATE}},
	{TYPE_TEXTS, "TEXTS", "text[] or jsonb",             "unknown",
	 {OID_TEXTS, OID_VARCHARS, OID_JSONB}},
	{TYPE_UUIDS, "UUIDS", "uuid[]",                      "uuid[]",           {OID_UUIDS}},
	{TYPE_INTS,  "INTS",  "bigint[]",                    "bigint[]",         {OID_INT8S}},
	{TYPE_JSON,  "JSON",  "jsonb",                       "jsonb",            {OID_JSONB, OID_JSON}},
	{TYPE_BYTES, "BYTES", "bytea",                       "bytea",            {OID_BYTEA}},
	{TYPE_MANY,  "MANY",  "nothing: it is no column",    "unknown",          {0}},
	{TYPE_ONE,   "ONE",   "nothing: it is no column",    "unknown",          {0}},
};
/* clang-format on */

static const struct {
	Oid oid;
	const char *name;
	/* clang-format off */
} oid_names[] = {
	{OID_BOOL, "boolean"}, {OID_BYTEA, "bytea"}, {OID_NAME, "name"}, {OID_INT8, "bigint"},
	{OID_INT2, "smallint"}, {OID_INT4, "integer"}, {OID_TEXT, "text"}, {OID_JSON, "json"},
	{OID_FLOAT4, "real"}, {OID_TEXTS, "text[]"}, {OID_FLOAT8, "double precision"},
	{OID_VARCHARS, "varchar[]"}, {OID_INT8S, "bigint[]"}, {OID_BPCHAR, "char(n)"},
	{OID_VARCHAR, "varchar"}, {OID_DATE, "date"}, {OID_TIMESTAMPTZ, "timestamptz"}, {OID_UUID, "uuid"},
	{OID_UUIDS, "uuid[]"}, {OID_JSONB, "jsonb"}, {18, "\"char\""}, {26, "oid"}, {705, "unknown"},
	{869, "inet"}, {1005, "smallint[]"}, {1007, "integer[]"}, {1083, "time"},
	{1114, "timestamp without time zone"}, {1186, "interval"}, {1700, "numeric"}, {2278, "void"},
	{3614, "tsvector"}, {3615, "tsquery"}, {3734, "regconfig"},
};
/* clang-format on */

bool codec_accepts(enum type type, Oid oid)
{
	for (const Oid *o = accepted[type].oids; *o; o++)
		if (*o == oid)
			return true;
	return false;
}

Oid codec_element(Oid array)
{
	/* clang-format off */
	static const struct {
		Oid array, element;
	} known[] = {
		{1000, OID_BOOL}, {1001, OID_BYTEA}, {1005, OID_INT2}, {1007, OID_INT4}, {1021, OID_FLOAT4},
		{1022, OID_FLOAT8}, {1182, OID_DATE}, {1185, OID_TIMESTAMPTZ}, {3807, OID_JSONB},
		{OID_INT8S, OID_INT8}, {OID_TEXTS, OID_TEXT}, {OID_VARCHARS, OID_VARCHAR},
		{OID_UUIDS, OID_UUID},
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].array == array)
			return known[i].element;
	return 0;
}

const char *codec_type_name(enum type type)
{
	return accepted[type].name;
}

const char *codec_sql_types(enum type type)
{
	return accepted[type].sql_types;
}

const char *codec_declared(enum type type)
{
	return accepted[type].declared;
}

const char *codec_oid_name(Oid oid, char room[32])
{
	for (size_t i = 0; i < sizeof oid_names / sizeof *oid_names; i++)
		if (oid_names[i].oid == oid)
			return oid_names[i].name;
	snprintf(room, 32, "type %u", oid);
	return room;
}
