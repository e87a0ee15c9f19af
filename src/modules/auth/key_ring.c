/* The keys in force. Which one a token needs, comparing its header with ours tells (RFC 8725, 3.1). */
#include "modules/auth/key.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static struct key ring[KEYS_MOST];
static int ring_count;
static unsigned changes;

static void encode(char *out, size_t room, const void *bytes, size_t len)
{
	sodium_bin2base64(out, room, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void key_make(struct key *k, const uint8_t seed[KEY_SEED], int64_t replaced_at)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	char text[96];
	*k = (struct key){.replaced_at = replaced_at};
	crypto_sign_seed_keypair(k->public_key, k->secret_key, seed);
	encode(k->x, sizeof k->x, k->public_key, sizeof k->public_key);
	snprintf(text, sizeof text, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", k->x);
	crypto_hash_sha256(digest, (const uint8_t *)text, strlen(text));
	encode(k->kid, sizeof k->kid, digest, sizeof digest);
	snprintf(text, sizeof text, "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}", k->kid);
	encode(k->header, sizeof k->header, text, strlen(text));
}

void keys_set(const struct key *keys, int count)
{
	changes += count != ring_count || memcmp(ring, keys, (size_t)count * sizeof *keys) != 0;
	ring_count = count;
	memcpy(ring, keys, (size_t)count * sizeof *keys);
}

unsigned keys_changes(void)
{
	return changes;
}

int keys_all(const struct key **keys)
{
	*keys = ring;
	return ring_count;
}

const struct key *key_signing(void)
{
	for (int i = 0; i < ring_count; i++)
		if (ring[i].replaced_at == TIME_NULL)
			return &ring[i];
	return NULL;
}

const struct key *key_of_header(const char *header, size_t len)
{
	for (int i = 0; i < ring_count; i++)
		if (strlen(ring[i].header) == len && !memcmp(ring[i].header, header, len))
			return &ring[i];
	return NULL;
}

void key_sign(const struct key *k, const void *text, size_t len, uint8_t signature[KEY_SIGNATURE])
{
	crypto_sign_detached(signature, NULL, text, len, k->secret_key);
}

bool key_verify(const struct key *k, const void *text, size_t len, const void *signature,
		size_t signature_len)
{
	return signature_len == KEY_SIGNATURE &&
	       !crypto_sign_verify_detached(signature, text, len, k->public_key);
}
