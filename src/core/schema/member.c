/* See member.h. */
#include "core/schema/member.h"

#include "core/text/text_scan.h"
#include "vobe/date.h"
#include "vobe/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool member_is_null(const struct field *f, const void *member)
{
	switch (f->type) {
	case TYPE_INT: return *(const int64_t *)member == INT_NULL;
	case TYPE_TIME: return *(const int64_t *)member == TIME_NULL;
	case TYPE_REAL: return isnan(*(const double *)member);
	case TYPE_UUID: return uuid_is_nil(*(const struct uuid *)member);
	case TYPE_TEXT:
	case TYPE_DATE:
	case TYPE_JSON: return *(const char *const *)member == NULL;
	case TYPE_ONE: return *(const void *const *)member == NULL;
	case TYPE_BYTES: return ((const struct bytes *)member)->at == NULL;
	case TYPE_BOOL:
	case TYPE_TEXTS:
	case TYPE_UUIDS:
	case TYPE_INTS:
	case TYPE_MANY: return false;
	}
	return false;
}

const char *const true_or_false[] = {"true", "false", NULL};

/* --- from text --- */

static const char wrong_type[] = "wrong_type", invalid_format[] = "invalid_format";

static const char *read_bool(const char *text, bool *out)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{"true", true},
		{"false", false},
		{"1", true},
		{"0", false},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].text) == 0) {
			*out = words[i].value;
			return NULL;
		}
	return wrong_type;
}

/* Digits with at most a minus before them: no blanks, no plus, no hexadecimal. */
static const char *read_int(const char *text, size_t len, int64_t *out)
{
	size_t sign = len > 0 && text[0] == '-';
	char digits[24];
	long long n;

	if (len == sign || len >= sizeof digits || strspn(text + sign, "0123456789") < len - sign)
		return wrong_type;
	memcpy(digits, text, len);
	digits[len] = '\0';
	errno = 0;
	n = strtoll(digits, NULL, 10);
	if (errno || n == INT_NULL)
		return wrong_type;
	*out = n;
	return NULL;
}

static const char *read_real(const char *text, double *out)
{
	char *end;
	double d;

	if (!*text || text[strspn(text, "0123456789+-.eE")])
		return wrong_type;
	d = strtod(text, &end);
	if (*end || !isfinite(d))
		return wrong_type;
	*out = d;
	return NULL;
}

/* One element of a comma list; false at the end. An empty text is an empty list. */
static bool next_element(const char **rest, const char **element, size_t *len)
{
	if (!*rest || !**rest)
		return false;
	*element = *rest;
	*len = strcspn(*rest, ",");
	*rest = (*rest)[*len] ? *rest + *len + 1 : NULL;
	return true;
}

static size_t most_elements(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == ',';
	return n;
}

static const char *read_texts(struct arena *a, const char *text, struct texts *out)
{
	const char **at = ARENA_ARRAY(a, const char *, most_elements(text)), *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		at[count++] = arena_strn(a, element, len);
	*out = (struct texts){at, count};
	return NULL;
}

static const char *read_uuids(struct arena *a, const char *text, struct uuids *out)
{
	struct uuid *at = ARENA_ARRAY(a, struct uuid, most_elements(text));
	const char *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		if (!uuid_read(element, len, &at[count++]))
			return invalid_format;
	*out = (struct uuids){at, count};
	return NULL;
}

static const char *read_ints(struct arena *a, const char *text, struct ints *out)
{
	int64_t *at = ARENA_ARRAY(a, int64_t, most_elements(text));
	const char *element;
	int count = 0;
	size_t len;

	while (next_element(&text, &element, &len))
		if (read_int(element, len, &at[count++]))
			return wrong_type;
	*out = (struct ints){at, count};
	return NULL;
}

static const char *read_bytes(struct arena *a, const char *text, struct bytes *out)
{
	size_t len;
	const void *at = base64url_decode(a, text, strlen(text), &len);

	if (!at)
		return invalid_format;
	*out = (struct bytes){at, len};
	return NULL;
}

static const char *read_text(struct arena *a, const struct field *f, const char *text, const char **out)
{
	if (f->one_of == true_or_false && (strcmp(text, "1") == 0 || strcmp(text, "0") == 0))
		text = true_or_false[*text == '0'];
	*out = arena_str(a, text);
	return NULL;
}

static const char *read_date(struct arena *a, const struct field *f, const char *text, const char **out)
{
	struct date d;

	if (!date_read(text, &d) || (d.precision != DATE_DAY && f->format != FORMAT_PARTIAL))
		return invalid_format;
	return read_text(a, f, text, out);
}

const char *member_read(struct arena *a, const struct field *f, const char *text, void *member)
{
	switch (f->type) {
	case TYPE_BOOL: return read_bool(text, member);
	case TYPE_INT: return read_int(text, strlen(text), member);
	case TYPE_REAL: return read_real(text, member);
	case TYPE_TEXT:
	case TYPE_JSON: return read_text(a, f, text, member);
	case TYPE_DATE: return read_date(a, f, text, member);
	case TYPE_UUID: return uuid_read(text, strlen(text), member) ? NULL : invalid_format;
	case TYPE_TIME: return time_read(text, strlen(text), member) ? NULL : invalid_format;
	case TYPE_TEXTS: return read_texts(a, text, member);
	case TYPE_UUIDS: return read_uuids(a, text, member);
	case TYPE_INTS: return read_ints(a, text, member);
	case TYPE_BYTES: return read_bytes(a, text, member);
	case TYPE_MANY:
	case TYPE_ONE: return wrong_type;
	}
	return wrong_type;
}

/* --- tidy --- */

static const char *tidy_text(struct arena *a, const struct field *f, const char *text)
{
	if (text_is_blank(text)) /* a required one is left as it is, to be refused */
		return f->flags & NULLABLE && !(f->flags & REQ) ? NULL : text;
	return f->format == FORMAT_LINE ? text_trim(a, text) : text;
}

static void tidy_lines(struct arena *a, struct texts *list)
{
	const char **at = ARENA_ARRAY(a, const char *, (size_t)list->count + 1);

	for (int i = 0; i < list->count; i++)
		at[i] = text_is_blank(list->at[i]) ? list->at[i] : text_trim(a, list->at[i]);
	list->at = at;
}

void member_tidy(struct arena *a, const struct field *f, void *member)
{
	const char **text = member;

	if (f->type == TYPE_TEXT && *text)
		*text = tidy_text(a, f, *text);
	else if (f->type == TYPE_TEXTS && f->format == FORMAT_LINE)
		tidy_lines(a, member);
}
