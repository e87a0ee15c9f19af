/*
 * Access tokens: JWTs (RFC 7519) of the profile RFC 9068, in the compact form of RFC 7515, signed with
 * Ed25519 (RFC 8037). The header must be, letter by letter, the one we write for a key of ours; the claims
 * are read only when the signature is good, so they are always of our own making.
 */
#include "modules/auth/key.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/buf.h"
#include "vobe/json.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <string.h>

/* clang-format off */
enum {
	TOKEN_MOST = 2048, /* bytes; ours have about 500 */
	LEEWAY_S = 5,      /* between the clocks of several machines */
	PLACES = 16384,    /* for verified tokens, about 1.5 MB: one for each hash, the newer takes it */
};
/* clang-format on */

const char JWT_UNKNOWN_KEY[] = "The access token was not made by this server.";
static const char malformed[] = "The access token is malformed.";
static const char forged[] = "The signature of the access token is wrong.";
static const char elsewhere[] = "The access token is meant for another service.";
static const char premature[] = "The access token comes from the future.";
const char JWT_EXPIRED[] = "The access token has expired: use the refresh token.";

static struct verified {
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct claims claims; /* expires_at 0: free */
} verified[PLACES];
static unsigned verified_with; /* keys_changes() then */

int64_t jwt_memory_us(void)
{
	return (option_int("auth", "access_life") + 60) * SECOND_US;
}

void jwt_forget_all(void)
{
	memset(verified, 0, sizeof verified);
	verified_with = keys_changes();
}

const char *jwt_write(struct arena *a, const struct claims *c)
{
	const struct key *k = key_signing();
	uint8_t signature[KEY_SIGNATURE];
	struct buf claims = {.arena = a};

	buf_str(&claims, "{\"iss\":");
	json_str(&claims, option_text("auth", "issuer"));
	buf_str(&claims, ",\"aud\":");
	json_str(&claims, option_text("auth", "audience"));
	buf_str(&claims, ",\"sub\":");
	json_uuid(&claims, c->user_id);
	buf_str(&claims, ",\"sid\":");
	json_uuid(&claims, c->session_id);
	buf_fmt(&claims, ",\"role\":\"%s\",\"iat\":%lld,\"exp\":%lld}", role_name(c->role),
		(long long)c->issued_at, (long long)c->expires_at);
	const char *text = arena_fmt(a, "%s.%s", k->header, base64url_encode(a, claims.at, claims.len));
	key_sign(k, text, strlen(text), signature);
	return arena_fmt(a, "%s.%s", text, base64url_encode(a, signature, sizeof signature));
}

static const char *claim_text(const cJSON *claims, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, name));
	return text ? text : "";
}

static int64_t claim_time(const cJSON *claims, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(claims, name);
	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : INT_NULL;
}

static bool claim_uuid(const cJSON *claims, const char *name, struct uuid *out)
{
	const char *text = claim_text(claims, name);
	return uuid_read(text, strlen(text), out) && !uuid_is_nil(*out);
}

static const char *claims_fault(const cJSON *doc, int64_t now_s, struct claims *c)
{
	if (strcmp(claim_text(doc, "iss"), option_text("auth", "issuer")) ||
	    strcmp(claim_text(doc, "aud"), option_text("auth", "audience")))
		return elsewhere;
	c->issued_at = claim_time(doc, "iat");
	c->expires_at = claim_time(doc, "exp");
	if (!claim_uuid(doc, "sub", &c->user_id) || !claim_uuid(doc, "sid", &c->session_id) ||
	    !role_read(claim_text(doc, "role"), &c->role) || c->issued_at == INT_NULL ||
	    c->expires_at == INT_NULL)
		return malformed;
	if (c->issued_at > now_s + LEEWAY_S)
		return premature;
	return c->expires_at <= now_s ? JWT_EXPIRED : NULL;
}

static const char *claims_read(struct arena *a, const char *part, size_t len, int64_t now_s,
			       struct claims *out)
{
	size_t json_len = 0;
	const char *json = base64url_decode(a, part, len, &json_len);
	const bool sound = json && !json_fault(a, json, json_len);
	cJSON *doc = sound ? cJSON_ParseWithLength(json, json_len) : NULL;
	const char *fault = doc ? claims_fault(doc, now_s, out) : malformed;
	cJSON_Delete(doc);
	return fault;
}

static const char *verify(struct arena *a, const char *token, int64_t now_s, struct claims *out)
{
	const size_t len = strnlen(token, TOKEN_MOST);
	const char *claims = memchr(token, '.', len);
	const char *signature = claims ? memchr(claims + 1, '.', len - (size_t)(claims + 1 - token)) : NULL;
	size_t signature_len = 0;

	if (len == TOKEN_MOST || !signature)
		return malformed;
	const struct key *k = key_of_header(token, (size_t)(claims - token));
	if (!k)
		return JWT_UNKNOWN_KEY;
	const uint8_t *bytes =
		base64url_decode(a, signature + 1, len - (size_t)(signature + 1 - token), &signature_len);
	if (!bytes || !key_verify(k, token, (size_t)(signature - token), bytes, signature_len))
		return forged;
	return claims_read(a, claims + 1, (size_t)(signature - claims - 1), now_s, out);
}

const char *jwt_read(struct arena *a, const char *token, int64_t now_s, struct claims *out)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct claims claims;
	uint32_t index;

	if (verified_with != keys_changes())
		jwt_forget_all();
	crypto_hash_sha256(hash, (const uint8_t *)token, strlen(token));
	memcpy(&index, hash, sizeof index);
	struct verified *v = &verified[index % PLACES];
	if (v->claims.expires_at <= now_s || memcmp(v->hash, hash, sizeof hash)) {
		const char *fault = verify(a, token, now_s, &claims);
		if (fault)
			return fault;
		memcpy(v->hash, hash, sizeof hash);
		v->claims = claims;
	}
	*out = v->claims;
	return NULL;
}
