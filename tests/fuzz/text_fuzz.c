/* Text: what is valid UTF-8 goes through every function, and the results keep their promises. */
#include "core/value/utf8.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static const char *valid(const char *s)
{
	demand(s && utf8_valid(s, strlen(s)));
	return s;
}

static void demand_slug(struct arena *a, const char *s)
{
	const char *slug = text_slug(a, s);

	demand(strlen(slug) <= 80 && strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(slug));
	demand(strcmp(text_slug(a, slug), slug) == 0);
	demand(text_latin(a, s)[strspn(text_latin(a, s), "abcdefghijklmnopqrstuvwxyz0123456789 ")] == '\0');
}

static void demand_decoding(const char *s)
{
	char again[4];
	size_t count = 0, length = utf8_length(s);

	for (const char *at = s; *at; count++) {
		const char *from = at;
		size_t len = utf8_put(again, utf8_next(&at));
		demand(len == (size_t)(at - from) && memcmp(again, from, len) == 0);
	}
	demand(count == length);
}

static void demand_base64(struct arena *a, const uint8_t *data, size_t size)
{
	size_t len;
	const char *coded = base64url_encode(a, data, size);
	const void *plain = base64url_decode(a, coded, strlen(coded), &len);

	demand(plain && len == size && memcmp(plain, data, size) == 0);
	plain = base64url_decode(a, (const char *)data, size, &len);
	demand(!plain || strncmp(base64url_encode(a, plain, len), (const char *)data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"title", "cover_image_url", "id", "жук", NULL};
	struct arena *a = arena_new();
	size_t whole = utf8_whole((const char *)data, size);
	const char *s = arena_strn(a, (const char *)data, whole);

	demand(whole <= size && utf8_valid((const char *)data, whole) &&
	       (whole == size) == utf8_valid((const char *)data, size));
	demand_base64(a, data, size);
	demand_decoding(s);
	const char *nfc = valid(text_nfc(a, s));
	demand(strcmp(text_nfc(a, nfc), nfc) == 0);
	const char *fold = valid(text_fold(a, s));
	demand(strcmp(text_fold(a, fold), fold) == 0);
	const char *trimmed = valid(text_trim(a, s));
	demand(strcmp(text_trim(a, trimmed), trimmed) == 0);
	valid(text_skeleton(a, s));
	for (size_t max = 0; max < 20; max++)
		demand(utf8_length(valid(text_cut(a, s, max))) <= max);
	demand_slug(a, s);
	text_single_script(s);
	text_nearest(s, names);
	demand(text_distance(s, s, 3) == 0 && text_distance(s, nfc, 3) == text_distance(nfc, s, 3));
	demand(!text_is_url(s) || !text_is_email(s));
	arena_free(a);
	return 0;
}
