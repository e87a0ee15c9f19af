/* The Ed25519 keys (RFC 8032) that sign access tokens, and the secret that derives refresh tokens. */
#ifndef AUTH_KEY_H
#define AUTH_KEY_H

#include "contracts/operator/keys.h"
#include "modules/auth/auth.h"
#include "vobe/db.h"

enum { KEY_SEED = 32, KEY_SEALED = 72, KEY_SIGNATURE = 64, KEYS_MOST = 8, REFRESH_SECRET = 32 };

struct key {
	char kid[44];     /* RFC 7638 thumbprint */
	char x[44];       /* the public key as a JWK has it (RFC 8037) */
	char header[128]; /* the JOSE header of every token it signs, base64url */
	uint8_t public_key[32], secret_key[64];
	int64_t replaced_at; /* TIME_NULL: it signs. Otherwise it only verifies, while tokens of it live */
};

/* key_ring.c: the keys in force, in memory. */
void key_make(struct key *k, const uint8_t seed[KEY_SEED], int64_t replaced_at);
void keys_set(const struct key *keys, int count); /* at most KEYS_MOST; copied */
unsigned keys_changes(void); /* so often have they changed: a key that is gone verifies nothing any more */
int keys_all(const struct key **keys);
const struct key *key_signing(void); /* NULL: none yet */

/* The key whose tokens have just this header; NULL: none. No header of another's making is ever parsed. */
const struct key *key_of_header(const char *header, size_t len);
void key_sign(const struct key *k, const void *text, size_t len, uint8_t signature[KEY_SIGNATURE]);
bool key_verify(const struct key *k, const void *text, size_t len, const void *signature,
		size_t signature_len);

/* key_seal.c: what of them stands in the database, sealed with auth.seal_key; without one as it is. */
err sealing_open(void);
bool sealing_is_on(void);
struct bytes auth_seal(const uint8_t secret[KEY_SEED], uint8_t room[KEY_SEALED]); /* in `room` */

/* Opens what is sealed, copies what is plain. Sealed, and no key or another: says what to do. */
err auth_unseal(struct bytes kept, uint8_t secret[KEY_SEED]);

/* key_store.c: from the settings, or from the table that all instances share. */
err keys_open(struct ctx *cx);

/* Reads the table again, at most once a second: another instance may have made a key. Suspends. */
err keys_reload(struct ctx *cx);

/* The job that replaces a key older than `key_life` and forgets those nobody needs. */
err keys_rotate(struct ctx *cx);
extern const struct auth_keys key_powers;
const uint8_t *refresh_secret(void); /* REFRESH_SECRET bytes */

#endif
