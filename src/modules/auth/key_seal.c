/*
 * What of the keys stands in the database, sealed: XSalsa20-Poly1305 (libsodium's secretbox), with a key that
 * is not there. A dump or a replica without that key signs nothing. Sealed and plain are told apart by
 * length.
 */
#include "modules/auth/key.h"
#include "vobe/log.h"
#include "vobe/option.h"

#include <sodium.h>
#include <string.h>

PROBLEM(SEAL_MALFORMED, 500, "seal_malformed", "Seal key malformed",
	"auth.seal_key is 64 hexadecimal digits. Make a file of them, `openssl rand -hex 32 "
	">/etc/vobemusic/seal_key`, chmod 600 it, and name it as auth.seal_key_file.");
PROBLEM(SEAL_MISSING, 500, "seal_missing", "Seal key missing",
	"The signing keys in the database are sealed, and there is no key to open them: set "
	"auth.seal_key_file to the file that they were sealed with. If it is lost, see `Signing keys` in "
	"docs/operations.md.");
PROBLEM(SEAL_WRONG, 500, "seal_wrong", "Seal key wrong",
	"The signing keys in the database were sealed with another key than auth.seal_key: set "
	"auth.seal_key_file to the file that they were sealed with. If it is lost, see `Signing keys` in "
	"docs/operations.md.");

_Static_assert(KEY_SEALED == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + KEY_SEED, "");
_Static_assert(REFRESH_SECRET == KEY_SEED, "both are sealed by the same functions");

static uint8_t seal_key[crypto_secretbox_KEYBYTES];
static bool is_on;

err sealing_open(void)
{
	const char *hex = option_text("auth", "seal_key");
	size_t len = 0;

	is_on = *hex != '\0';
	if (is_on && (sodium_hex2bin(seal_key, sizeof seal_key, hex, strlen(hex), NULL, &len, NULL) ||
		      len != sizeof seal_key))
		return SEAL_MALFORMED;
	if (!is_on)
		log_warn("keys_unsealed", "the signing keys stand in the database as they are, and in every "
					  "dump of it; set auth.seal_key_file (docs/operations.md)");
	return NULL;
}

bool sealing_is_on(void)
{
	return is_on;
}

struct bytes auth_seal(const uint8_t secret[KEY_SEED], uint8_t room[KEY_SEALED])
{
	if (!is_on) {
		memcpy(room, secret, KEY_SEED);
		return (struct bytes){room, KEY_SEED};
	}
	randombytes_buf(room, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(room + crypto_secretbox_NONCEBYTES, secret, KEY_SEED, room, seal_key);
	return (struct bytes){room, KEY_SEALED};
}

err auth_unseal(struct bytes kept, uint8_t secret[KEY_SEED])
{
	const uint8_t *nonce = kept.at;

	if (kept.len == KEY_SEED) {
		memcpy(secret, kept.at, KEY_SEED);
		return NULL;
	}
	if (!is_on)
		return SEAL_MISSING;
	if (kept.len != KEY_SEALED ||
	    crypto_secretbox_open_easy(secret, nonce + crypto_secretbox_NONCEBYTES,
				       KEY_SEALED - crypto_secretbox_NONCEBYTES, nonce, seal_key))
		return SEAL_WRONG;
	return NULL;
}
