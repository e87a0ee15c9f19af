/* Parameters in binary: PostgreSQL 15, src/backend/utils/adt (int8.c, timestamp.c, date.c, uuid.c, jsonb.c,
 * arrayfuncs.c). */
#include "db/statement/codec.h"

#include "db/statement/codec_oids.h"
#include "db/statement/codec_words.h"
#include "vobe/date.h"

#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* PostgreSQL counts from 2000-01-01. */
#define EPOCH_DAYS 10957
#define EPOCH_US (INT64_C(86400) * EPOCH_DAYS * SECOND_US)

/* --- Numbers in network order --- */

static void put_int32(struct buf *out, int32_t n)
{
	uint32_t be = htobe32((uint32_t)n);
	buf_add(out, &be, sizeof be);
}

static void put_int64(struct buf *out, int64_t n)
{
	uint64_t be = htobe64((uint64_t)n);
	buf_add(out, &be, sizeof be);
}

/* --- Parameters --- */

static void put_length(struct buf *out, size_t len)
{
	int32_t n = (int32_t)len; /* buf ends the process long before 2 GiB */
	buf_add(out, &n, sizeof n);
}

static void put_null(struct buf *out)
{
	int32_t n = -1;
	buf_add(out, &n, sizeof n);
}

static void put_bytes(struct buf *out, const void *bytes, size_t len)
{
	put_length(out, len);
	buf_add(out, bytes, len);
}

static const char *put_int(struct buf *out, Oid oid, int64_t n)
{
	int least_bits = oid == OID_INT2 ? 16 : oid == OID_INT4 ? 32 : 64;
	if (n == INT_NULL) {
		put_null(out);
		return NULL;
	}
	if (least_bits < 64 && (n < -(INT64_C(1) << (least_bits - 1)) || n >= INT64_C(1) << (least_bits - 1)))
		return least_bits == 16 ? "does not fit into a smallint" : "does not fit into an integer";
	uint64_t be = htobe64((uint64_t)n << (64 - least_bits)); /* its first bytes are the narrow number */
	put_bytes(out, &be, (size_t)least_bits / 8);
	return NULL;
}

static void put_real(struct buf *out, Oid oid, double n)
{
	if (isnan(n)) {
		put_null(out);
	} else if (oid == OID_FLOAT4) {
		float narrow = (float)n;
		int32_t bits;
		memcpy(&bits, &narrow, sizeof bits);
		put_length(out, sizeof bits);
		put_int32(out, bits);
	} else {
		int64_t bits;
		memcpy(&bits, &n, sizeof bits);
		put_length(out, sizeof bits);
		put_int64(out, bits);
	}
}

static void put_time(struct buf *out, int64_t t)
{
	if (t == TIME_NULL) {
		put_null(out);
		return;
	}
	put_length(out, sizeof t);
	put_int64(out, t == TIME_END ? INT64_MAX : t - EPOCH_US);
}

/* Days since 1970-01-01 of a Gregorian date: counts 400-year eras from March, so that leap days end a year.
 */
static int64_t days_of(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static const char *put_date(struct buf *out, const char *s)
{
	struct date d;
	if (!s) {
		put_null(out);
		return NULL;
	}
	if (!date_read(s, &d) || d.precision != DATE_DAY)
		return "is no date (YYYY-MM-DD)";
	put_length(out, sizeof(int32_t));
	put_int32(out, (int32_t)(days_of(d.year, d.month, d.day) - EPOCH_DAYS));
	return NULL;
}

enum { JSONB_VERSION = 1 };

static void put_json(struct buf *out, Oid oid, const char *s)
{
	if (!s) {
		put_null(out);
		return;
	}
	size_t len = strlen(s);
	put_length(out, len + (oid == OID_JSONB));
	if (oid == OID_JSONB)
		buf_char(out, JSONB_VERSION);
	buf_add(out, s, len);
}

/* Room for the length of what follows, which array_end fills in. */
static size_t array_begin(struct buf *out, Oid element, int count)
{
	size_t start = out->len;
	put_length(out, 0);
	put_int32(out, count > 0); /* dimensions: an empty array has none */
	put_int32(out, 0);         /* no nulls */
	put_int32(out, (int32_t)element);
	if (count > 0) {
		put_int32(out, count);
		put_int32(out, 1); /* lower bound */
	}
	return start;
}

static void array_end(struct buf *out, size_t start)
{
	int32_t len = (int32_t)(out->len - start - sizeof len);
	memcpy(out->at + start, &len, sizeof len);
}

void codec_write_array(struct buf *out, Oid element, const char *const *values, int count)
{
	size_t start = array_begin(out, element, count);
	uint32_t has_nulls = htobe32(1);
	for (int i = 0; i < count; i++) {
		int32_t len;
		memcpy(&len, values[i], sizeof len);
		put_int32(out, len);
		if (len >= 0)
			buf_add(out, values[i] + sizeof len, (size_t)len);
		else
			memcpy(out->at + start + 2 * sizeof(int32_t), &has_nulls, sizeof has_nulls);
	}
	array_end(out, start);
}

static void put_words(struct buf *out, const struct texts *list)
{
	size_t start = out->len;
	put_length(out, 0);
	buf_char(out, JSONB_VERSION);
	codec_words_write(out, list);
	array_end(out, start);
}

static void put_texts(struct buf *out, Oid oid, const struct texts *list)
{
	if (oid == OID_JSONB) {
		put_words(out, list);
		return;
	}
	size_t start = array_begin(out, oid == OID_VARCHARS ? OID_VARCHAR : OID_TEXT, list->count);
	for (int i = 0; i < list->count; i++) {
		size_t len = strlen(list->at[i]);
		put_int32(out, (int32_t)len);
		buf_add(out, list->at[i], len);
	}
	array_end(out, start);
}

static void put_uuids(struct buf *out, const struct uuids *list)
{
	size_t start = array_begin(out, OID_UUID, list->count);
	for (int i = 0; i < list->count; i++) {
		put_int32(out, sizeof list->at[i].b);
		buf_add(out, list->at[i].b, sizeof list->at[i].b);
	}
	array_end(out, start);
}

static void put_ints(struct buf *out, const struct ints *list)
{
	size_t start = array_begin(out, OID_INT8, list->count);
	for (int i = 0; i < list->count; i++) {
		put_int32(out, sizeof list->at[i]);
		put_int64(out, list->at[i]);
	}
	array_end(out, start);
}

static void put_text(struct buf *out, const char *s)
{
	if (s)
		put_bytes(out, s, strlen(s));
	else
		put_null(out);
}

static void put_uuid(struct buf *out, const struct uuid *id)
{
	if (uuid_is_nil(*id))
		put_null(out);
	else
		put_bytes(out, id->b, sizeof id->b);
}

static void put_blob(struct buf *out, const struct bytes *b)
{
	if (b->at)
		put_bytes(out, b->at, b->len);
	else
		put_null(out);
}

const char *codec_write(struct buf *out, enum type type, Oid oid, const void *member)
{
	switch (type) {
	case TYPE_BOOL: put_bytes(out, &(char){*(const bool *)member}, 1); break;
	case TYPE_INT: return put_int(out, oid, *(const int64_t *)member);
	case TYPE_REAL: put_real(out, oid, *(const double *)member); break;
	case TYPE_TEXT: put_text(out, *(const char *const *)member); break;
	case TYPE_UUID: put_uuid(out, member); break;
	case TYPE_TIME: put_time(out, *(const int64_t *)member); break;
	case TYPE_DATE: return put_date(out, *(const char *const *)member);
	case TYPE_TEXTS: put_texts(out, oid, member); break;
	case TYPE_UUIDS: put_uuids(out, member); break;
	case TYPE_INTS: put_ints(out, member); break;
	case TYPE_JSON: put_json(out, oid, *(const char *const *)member); break;
	case TYPE_BYTES: put_blob(out, member); break;
	case TYPE_MANY:
	case TYPE_ONE: return "is no column";
	}
	return NULL;
}
