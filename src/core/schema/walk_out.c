/* Structs to JSON, straight into the buffer. */
#include "core/json/json.h"
#include "core/schema/walk.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shortest of 15 to 17 digits that reads back as the same double. JSON has no NaN or infinity: null. */
static void write_real(struct buf *out, double d)
{
	char text[40];
	int len = 0;

	if (!isfinite(d)) {
		buf_str(out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		len = snprintf(text, sizeof text, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	buf_add(out, text, (size_t)len);
}

static void write_int(struct buf *out, int64_t n)
{
	if (n == INT_NULL)
		buf_str(out, "null");
	else
		buf_int(out, n);
}

static void write_bytes(struct buf *out, const struct bytes *bytes)
{
	enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	size_t room = sodium_base64_ENCODED_LEN(bytes->len, VARIANT);

	if (!bytes->at) {
		buf_str(out, "null");
		return;
	}
	buf_char(out, '"');
	sodium_bin2base64(buf_reserve(out, room), room, bytes->at, bytes->len, VARIANT);
	out->len += room - 1;
	buf_char(out, '"');
}

/* Elements are written as `,element`; the first comma then becomes the bracket. */
static void list_end(struct buf *out, size_t start)
{
	if (out->len == start)
		buf_char(out, '[');
	else
		out->at[start] = '[';
	buf_char(out, ']');
}

static void write_texts(struct buf *out, const struct texts *list)
{
	size_t start = out->len;

	for (int i = 0; i < list->count; i++) {
		buf_char(out, ',');
		json_str(out, list->at[i]);
	}
	list_end(out, start);
}

static void write_uuids(struct buf *out, const struct uuids *list)
{
	size_t start = out->len;

	for (int i = 0; i < list->count; i++) {
		buf_char(out, ',');
		json_uuid(out, list->at[i]);
	}
	list_end(out, start);
}

static void write_ints(struct buf *out, const struct ints *list)
{
	size_t start = out->len;

	for (int i = 0; i < list->count; i++) {
		buf_char(out, ',');
		write_int(out, list->at[i]);
	}
	list_end(out, start);
}

static void write_many(struct buf *out, const struct schema *of, const struct many *list, unsigned view)
{
	size_t start = out->len;

	for (size_t i = 0; i < (size_t)list->count; i++) {
		buf_char(out, ',');
		schema_write(out, of, (const char *)list->at + i * of->size, view);
	}
	list_end(out, start);
}

static void write_one(struct buf *out, const struct schema *of, const void *value, unsigned view)
{
	if (value)
		schema_write(out, of, value, view);
	else
		buf_str(out, "null");
}

static void write_member(struct buf *out, const struct field *f, const void *at, unsigned view)
{
	const char *text;

	switch (f->type) {
	case TYPE_BOOL: buf_str(out, *(const bool *)at ? "true" : "false"); break;
	case TYPE_INT: write_int(out, *(const int64_t *)at); break;
	case TYPE_REAL: write_real(out, *(const double *)at); break;
	case TYPE_TEXT:
	case TYPE_DATE: json_str(out, *(const char *const *)at); break;
	case TYPE_JSON:
		text = *(const char *const *)at;
		json_add(out, text ? text : "null");
		break;
	case TYPE_UUID: json_uuid(out, *(const struct uuid *)at); break;
	case TYPE_TIME: json_time(out, *(const int64_t *)at); break;
	case TYPE_TEXTS: write_texts(out, at); break;
	case TYPE_UUIDS: write_uuids(out, at); break;
	case TYPE_INTS: write_ints(out, at); break;
	case TYPE_BYTES: write_bytes(out, at); break;
	case TYPE_MANY: write_many(out, f->of, at, view); break;
	case TYPE_ONE: write_one(out, f->of, *(const void *const *)at, view); break;
	}
}

void schema_write(struct buf *out, const struct schema *s, const void *value, unsigned view)
{
	size_t start = out->len;

	for (const struct field *f = s->fields; f < s->fields + s->count; f++) {
		if (f->flags & (NO_JSON | NO_OUT) || (f->view && !(f->view & view)))
			continue;
		buf_add(out, f->key, f->key_len);
		write_member(out, f, (const char *)value + f->offset, view);
	}
	if (out->len == start)
		buf_char(out, '{');
	else
		out->at[start] = '{'; /* the comma of the first key */
	buf_char(out, '}');
}
