/* Types of the server that fields may meet. Private to codec_read.c, codec_write.c and codec_types.c. */
#ifndef DB_CODEC_OIDS_H
#define DB_CODEC_OIDS_H

/* OIDs from src/include/catalog/pg_type.dat; they never change. */
/* clang-format off */
enum {
	OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23,
	 OID_TEXT = 25,
	OID_JSON = 114, OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_TEXTS = 1009, OID_VARCHARS = 1015,
	 OID_INT8S = 1016,
	OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_DATE = 1082, OID_TIMESTAMPTZ = 1184, OID_UUID = 2950,
	OID_UUIDS = 2951, OID_JSONB = 3802,
};
/* clang-format on */

#endif
