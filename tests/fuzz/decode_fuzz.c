/*
 * Decoding of bodies, stored JSON and parameters by a schema with every type. What is accepted keeps its own
 * rules, is written as valid JSON, and read back is equal. The first byte chooses.
 */
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const states[] = {"draft", "published", NULL};

#define PART_FIELDS(F, T)                                                                          \
	F(T, TEXT, name, IN | REQ, "Name", .min = 1, .max = 5)                                     \
	F(T, INT, size, IN, "Size", .min = 1, .max = 9, .otherwise = "3")
STRUCT(part, PART_FIELDS);
SCHEMA(part, PART_FIELDS, "A part");

#define THING_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "Read-only")                                                             \
	F(T, TEXT, t, IN | REQ, "Text", .min = 2, .max = 10)                                       \
	F(T, TEXT, s, IN, "State", .one_of = states, .otherwise = "draft")                         \
	F(T, TEXT, url, IN | NULLABLE, "URL", .format = FORMAT_URL)                                \
	F(T, TEXT, mail, IN | NULLABLE, "Address", .format = FORMAT_EMAIL)                         \
	F(T, TEXT, slug, IN | NULLABLE, "Slug", .format = FORMAT_SLUG)                             \
	F(T, TEXT, line, IN | NULLABLE, "Line", .format = FORMAT_LINE)                             \
	F(T, BOOL, b, IN, "Boolean", .otherwise = "true")                                          \
	F(T, INT, i, IN | NULLABLE, "Integer", .min = -5, .max = 100)                              \
	F(T, INT, j, IN | NULLABLE, "Any integer")                                                 \
	F(T, REAL, r, IN | NULLABLE, "Real")                                                       \
	F(T, UUID, u, IN | NULLABLE, "UUID")                                                       \
	F(T, TIME, at, IN | NULLABLE, "Time")                                                      \
	F(T, DATE, d, IN | NULLABLE, "Date")                                                       \
	F(T, TEXTS, ts, IN, "Texts", .max = 3, .each_max = 4)                                      \
	F(T, UUIDS, us, IN, "UUIDs", .max = 2)                                                     \
	F(T, INTS, is, IN, "Integers")                                                             \
	F(T, JSON, x, IN | NULLABLE, "Object", .max = 2)                                           \
	F(T, BYTES, y, IN | NULLABLE, "Bytes")                                                     \
	F(T, MANY, m, IN, "Parts", .max = 3, .of = &part_schema)                                   \
	F(T, ONE, o, IN | NULLABLE, "Part", .of = &part_schema)
STRUCT(thing, THING_FIELDS);
SCHEMA(thing, THING_FIELDS, "Every type");

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void demand_faults(err e)
{
	demand(e->status >= 400 && e->fault_count > 0 && e->fault_count <= 100);
	for (int i = 0; i < e->fault_count; i++) {
		const struct fault *f = &e->faults[i];
		demand(f->pointer && *f->code && *f->detail);
		demand(utf8_valid(f->pointer, strlen(f->pointer)) &&
		       utf8_valid(f->detail, strlen(f->detail)));
	}
}

/* Times are shown in milliseconds: what has more is cut before it is compared. */
static void demand_same_when_read_back(struct arena *a, struct thing *value)
{
	struct buf b = {.arena = a};
	const struct json *doc;
	struct thing back;
	uint64_t present;

	schema_write(&b, &thing_schema, value, 0);
	demand(!json_parse(a, b.at, b.len, &doc));
	demand(!schema_decode(a, &thing_schema, doc, DECODE_STORED, &back, &present));
	if (value->at != TIME_NULL)
		value->at = back.at;
	demand(schema_equal(&thing_schema, value, &back));
}

static void decode_body(struct arena *a, const char *text, size_t len, enum decode_mode mode)
{
	const struct json *doc;
	struct thing value;
	uint64_t present;

	if (json_parse(a, text, len, &doc))
		return;
	err e = schema_decode(a, &thing_schema, doc, mode, &value, &present);
	if (e) {
		demand_faults(e);
		return;
	}
	demand(mode != DECODE_CREATE || !schema_validate(a, &thing_schema, &value));
	demand_same_when_read_back(a, &value);
}

/* name=value&name=value, without percent-encoding. */
static void decode_parameters(struct arena *a, const char *bytes, size_t len)
{
	enum { PAIRS_MOST = 64 };
	struct pair pairs[PAIRS_MOST];
	int count = 0;
	struct thing value;
	uint64_t present;

	if (!utf8_valid(bytes, len) || memchr(bytes, '\0', len))
		return;
	char *rest = arena_strn(a, bytes, len), *part;
	while ((part = strsep(&rest, "&")) && count < PAIRS_MOST) {
		char *equals = strchr(part, '=');
		if (equals)
			*equals = '\0';
		pairs[count++] = (struct pair){part, equals ? equals + 1 : ""};
	}
	err e = schema_decode_pairs(a, &thing_schema, pairs, count, BAD_REQUEST, &value, &present);
	if (e)
		demand_faults(e);
	else
		demand(!schema_validate(a, &thing_schema, &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = (const char *)data + 1;

	if (size > 0) {
		switch (*data % 4) {
		case 0: decode_body(a, text, size - 1, DECODE_CREATE); break;
		case 1: decode_body(a, text, size - 1, DECODE_PATCH); break;
		case 2: decode_body(a, text, size - 1, DECODE_STORED); break;
		case 3: decode_parameters(a, text, size - 1); break;
		}
	}
	arena_free(a);
	return 0;
}
