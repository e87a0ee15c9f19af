/* Cursors of keyset paging: the key of the last row shown, with a checksum over it and the list it belongs
 * to. */
#include "vobe/http.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>

/* The bytes behind base64url; text, if any, follows. Numbers have the machine's byte order: all instances do.
 */
struct cursor {
	unsigned char sum[crypto_shorthash_BYTES];
	int64_t number;
	struct uuid id;
	uint8_t has_text;
};

enum { FIXED = offsetof(struct cursor, has_text) + 1 };

static void checksum(struct ctx *cx, const char *scope, const char *bytes, size_t len, unsigned char *sum)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES] =
		"vobe cursor v1"; /* no secret: against mix-ups */
	size_t scope_len = strlen(scope) + 1, rest = len - crypto_shorthash_BYTES;
	unsigned char *all = arena_alloc(cx->arena, scope_len + rest);
	memcpy(all, scope, scope_len);
	memcpy(all + scope_len, bytes + crypto_shorthash_BYTES, rest);
	crypto_shorthash(sum, all, scope_len + rest, key);
}

err page_read(struct ctx *cx, const char *cursor, const char *scope, struct page_key *key)
{
	unsigned char sum[crypto_shorthash_BYTES];
	struct cursor c;
	size_t len;

	if (!cursor)
		return NULL;
	const char *bytes = base64url_decode(cx->arena, cursor, strlen(cursor), &len);
	if (!bytes || len < FIXED)
		return INVALID_CURSOR;
	checksum(cx, scope, bytes, len, sum);
	memcpy(&c, bytes, FIXED);
	if (memcmp(sum, c.sum, sizeof sum) != 0 || (!c.has_text && len > FIXED))
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
	checksum(cx, scope, bytes, len, c.sum);
	memcpy(bytes, c.sum, sizeof c.sum);
	return base64url_encode(cx->arena, bytes, len);
}
