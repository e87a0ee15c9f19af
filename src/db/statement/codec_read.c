/* Columns from binary: PostgreSQL 15, src/backend/utils/adt (int8.c, timestamp.c, date.c, uuid.c, jsonb.c,
 * arrayfuncs.c). */
#include "db/statement/codec.h"

#include "db/statement/codec_oids.h"
#include "db/statement/codec_words.h"

#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* PostgreSQL counts from 2000-01-01. */
#define EPOCH_DAYS 10957
#define EPOCH_US (INT64_C(86400) * EPOCH_DAYS * SECOND_US)

/* --- Numbers in network order --- */

static int16_t get_int16(const char *bytes)
{
	uint16_t be;
	memcpy(&be, bytes, sizeof be);
	return (int16_t)be16toh(be);
}

static int32_t get_int32(const char *bytes)
{
	uint32_t be;
	memcpy(&be, bytes, sizeof be);
	return (int32_t)be32toh(be);
}

static int64_t get_int64(const char *bytes)
{
	uint64_t be;
	memcpy(&be, bytes, sizeof be);
	return (int64_t)be64toh(be);
}

/* --- Columns --- */

static int64_t get_int(Oid oid, const char *bytes)
{
	return oid == OID_INT8 ? get_int64(bytes) : oid == OID_INT4 ? get_int32(bytes) : get_int16(bytes);
}

static double get_real(Oid oid, const char *bytes)
{
	if (oid == OID_FLOAT4) {
		int32_t bits = get_int32(bytes);
		float narrow;
		memcpy(&narrow, &bits, sizeof narrow);
		return narrow;
	}
	int64_t bits = get_int64(bytes);
	double n;
	memcpy(&n, &bits, sizeof n);
	return n;
}

/* '-infinity' has no counterpart of its own: the earliest time that is not null. */
static int64_t get_time(const char *bytes)
{
	int64_t t = get_int64(bytes);
	return t == INT64_MAX ? TIME_END : t == INT64_MIN ? TIME_NULL + 1 : t + EPOCH_US;
}

/* The inverse of days_of. */
static const char *get_date(struct arena *a, const char *bytes)
{
	int32_t since_2000 = get_int32(bytes);
	if (since_2000 == INT32_MAX || since_2000 == INT32_MIN)
		return since_2000 > 0 ? "infinity" : "-infinity";
	int64_t days = (int64_t)since_2000 + EPOCH_DAYS + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153;
	int day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	return arena_fmt(a, "%04" PRId64 "-%02d-%02d", year_of_era + era * 400 + (month <= 2), month, day);
}

/*
 * Steps through an array's elements in storage order, whatever its dimensions; nulls are left out.
 * `at` NULL once the last has been passed.
 */
struct elements {
	const char *at, *end;
	int len;
};

static int array_open(const char *bytes, int len, struct elements *e)
{
	int dimensions = get_int32(bytes);
	int count = dimensions > 0;
	const char *at = bytes + 12;
	for (int i = 0; i < dimensions; i++, at += 8)
		count *= get_int32(at);
	*e = (struct elements){.at = at, .end = bytes + len};
	return count;
}

/* The next element that is not null, its length in e->len; NULL after the last. */
static const char *array_next(struct elements *e)
{
	while (e->at + 4 <= e->end) {
		e->len = get_int32(e->at);
		const char *bytes = e->at + 4;
		e->at = bytes + (e->len > 0 ? e->len : 0);
		if (e->len >= 0)
			return bytes;
	}
	return NULL;
}

static struct texts get_texts(struct arena *a, Oid oid, const char *bytes, int len)
{
	if (oid == OID_JSONB)
		return codec_words_read(a, bytes + 1, (size_t)len - 1); /* behind the version */
	struct elements e;
	const char **list = ARENA_ARRAY(a, const char *, (size_t)array_open(bytes, len, &e));
	int count = 0;
	for (const char *at; (at = array_next(&e));)
		list[count++] = arena_strn(a, at, (size_t)e.len);
	return (struct texts){.at = list, .count = count};
}

static struct uuids get_uuids(struct arena *a, const char *bytes, int len)
{
	struct elements e;
	struct uuid *list = ARENA_ARRAY(a, struct uuid, (size_t)array_open(bytes, len, &e));
	int count = 0;
	for (const char *at; (at = array_next(&e));)
		memcpy(list[count++].b, at, sizeof list->b);
	return (struct uuids){.at = list, .count = count};
}

static struct ints get_ints(struct arena *a, const char *bytes, int len)
{
	struct elements e;
	int64_t *list = ARENA_ARRAY(a, int64_t, (size_t)array_open(bytes, len, &e));
	int count = 0;
	for (const char *at; (at = array_next(&e));)
		list[count++] = get_int64(at);
	return (struct ints){.at = list, .count = count};
}

static const char *get_json(struct arena *a, Oid oid, const char *bytes, size_t size)
{
	size_t version = oid == OID_JSONB;
	return arena_strn(a, bytes + version, size - version);
}

void codec_read(struct arena *a, enum type type, Oid oid, const char *bytes, int len, void *member)
{
	size_t size = (size_t)len;
	switch (type) {
	case TYPE_BOOL: *(bool *)member = bytes[0] != 0; break;
	case TYPE_INT: *(int64_t *)member = get_int(oid, bytes); break;
	case TYPE_REAL: *(double *)member = get_real(oid, bytes); break;
	case TYPE_TEXT: *(const char **)member = arena_strn(a, bytes, size); break;
	case TYPE_UUID: memcpy(member, bytes, sizeof(struct uuid)); break;
	case TYPE_TIME: *(int64_t *)member = get_time(bytes); break;
	case TYPE_DATE: *(const char **)member = get_date(a, bytes); break;
	case TYPE_TEXTS: *(struct texts *)member = get_texts(a, oid, bytes, len); break;
	case TYPE_UUIDS: *(struct uuids *)member = get_uuids(a, bytes, len); break;
	case TYPE_INTS: *(struct ints *)member = get_ints(a, bytes, len); break;
	case TYPE_JSON: *(const char **)member = get_json(a, oid, bytes, size); break;
	case TYPE_BYTES:
		*(struct bytes *)member = (struct bytes){.at = arena_copy(a, bytes, size), .len = size};
		break;
	case TYPE_MANY:
	case TYPE_ONE: break;
	}
}
