/* Refresh tokens: 256 random bits for a session's first, then an HMAC-SHA256 of the one before. */
#include "modules/auth/key.h"
#include "modules/auth/token.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>

enum { TOKEN_BYTES = 32 };

static struct refresh_token refresh_of(struct arena *a, const uint8_t bits[TOKEN_BYTES])
{
	enum { ROOM = 2 * crypto_hash_sha256_BYTES + 1 };
	uint8_t hash[crypto_hash_sha256_BYTES];
	char *stored = arena_alloc(a, ROOM);
	crypto_hash_sha256(hash, bits, TOKEN_BYTES);
	sodium_bin2hex(stored, ROOM, hash, sizeof hash);
	return (struct refresh_token){.text = base64url_encode(a, bits, TOKEN_BYTES), .stored = stored};
}

struct refresh_token refresh_new(struct arena *a)
{
	uint8_t bits[TOKEN_BYTES];
	randombytes_buf(bits, sizeof bits);
	return refresh_of(a, bits);
}

bool refresh_read(struct arena *a, const char *text, struct refresh_token *token,
		  struct refresh_token *successor)
{
	uint8_t next[crypto_auth_hmacsha256_BYTES];
	size_t len = 0;
	const uint8_t *bits = base64url_decode(a, text, strlen(text), &len);

	if (!bits || len != TOKEN_BYTES)
		return false;
	crypto_auth_hmacsha256(next, bits, len, refresh_secret());
	*token = refresh_of(a, bits);
	*successor = refresh_of(a, next);
	return true;
}
