/* Cursors of keyset paging: the key of the last row shown, sealed together with the list it belongs to. */
#include "http/answer/seal.h"
#include "vobe/clock.h"
#include "vobe/http.h"
#include "vobe/text.h"

#include <string.h>

/* The bytes behind base64url; text, if any, follows. Numbers have the machine's byte order: all instances do.
 */
struct cursor {
	uint64_t seal;
	int64_t number;
	struct uuid id;
	uint8_t has_text;
};

#define TIME_MOST  (INT64_C(253402300800) * SECOND_US - 1) /* the end of 9999 */

enum { FIXED = offsetof(struct cursor, has_text) + 1, SEAL = sizeof(uint64_t) };

/* Of the scope and of all bytes behind the seal. */
static uint64_t seal_of(struct ctx *cx, const char *scope, const char *bytes, size_t len)
{
	size_t scope_len = strlen(scope) + 1, rest = len - SEAL;
	char *all = arena_alloc(cx->arena, 1 + scope_len + rest);

	all[0] = 'c';
	memcpy(all + 1, scope, scope_len);
	memcpy(all + 1 + scope_len, bytes + SEAL, rest);
	return seal(all, 1 + scope_len + rest);
}

/* Numbers are counts and times from the year 1 to 9999: what timestamptz can hold, whatever the list. */
static bool is_number(int64_t n)
{
	return n == INT_NULL || (n >= TIME_START && n <= TIME_MOST);
}

static bool is_text(const char *s, size_t len)
{
	return utf8_valid(s, len) && !memchr(s, '\0', len);
}

/* The seal says that we made it; its content is judged all the same, as what comes from outside. */
static bool is_sound(struct ctx *cx, const char *scope, const char *bytes, size_t len, struct cursor *c)
{
	if (!bytes || len < FIXED)
		return false;
	memcpy(c, bytes, FIXED);
	if (c->seal != seal_of(cx, scope, bytes, len))
		return false;
	return is_number(c->number) && c->has_text <= 1 && (c->has_text || len == FIXED) &&
	       is_text(bytes + FIXED, len - FIXED);
}

int page_order(const char *const *sorts, const char *sort)
{
	int order = 0;
	while (strcmp(sorts[order], sort) != 0)
		order++;
	return order;
}

err page_read(struct ctx *cx, const char *cursor, const char *scope, struct page_key *key)
{
	struct cursor c;
	size_t len = 0;

	if (!cursor)
		return NULL;
	const char *bytes = base64url_decode(cx->arena, cursor, strlen(cursor), &len);
	if (!is_sound(cx, scope, bytes, len, &c))
		return INVALID_CURSOR;
	key->number = c.number;
	key->id = c.id;
	key->text = c.has_text ? arena_strn(cx->arena, bytes + FIXED, len - FIXED) : NULL;
	return NULL;
}

const char *page_write(struct ctx *cx, const char *scope, const struct page_key *key)
{
	size_t text = key->text ? strlen(key->text) : 0, len = FIXED + text;
	struct cursor c = {.number = key->number, .id = key->id, .has_text = key->text != NULL};
	char *bytes = arena_alloc(cx->arena, len);

	memcpy(bytes, &c, FIXED);
	if (text)
		memcpy(bytes + FIXED, key->text, text);
	c.seal = seal_of(cx, scope, bytes, len);
	memcpy(bytes, &c.seal, SEAL);
	return base64url_encode(cx->arena, bytes, len);
}
