/* What needs no database: names, passwords, tokens of our own and of others' making, the revocation set. */
#include "modules/auth/key.h"
#include "modules/auth/password.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"

#include "core/config/config.h"
#include "support/test.h"
#include "vobe/module.h"
#include "vobe/revoked.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module auth_module;

enum { NOW_S = 1800000000 };

static struct arena *a;

static void start(void)
{
	static const uint8_t seed[KEY_SEED] = "a seed that is no secret at all";
	static struct key key;

	a = arena_new();
	config_section("auth", auth_module.options);
	ck_assert(config_read(NULL, NULL, stderr));
	ck_assert_int_ge(sodium_init(), 0);
	key_make(&key, seed, TIME_NULL);
	keys_set(&key, 1);
	jwt_forget_all();
	revocation_open();
}

static void stop(void)
{
	revoked_close();
	config_forget();
	arena_free(a);
}

SCENE(start, stop);

static struct claims some_claims(void)
{
	return (struct claims){uuid_new(), uuid_new(), ROLE_MODERATOR, NOW_S, NOW_S + 900};
}

TEST(our_tokens_are_read_back)
{
	const struct claims c = some_claims();
	struct claims read = {0};
	const char *token = jwt_write(a, &c);

	for (int i = 0; i < 2; i++) { /* verified, then remembered */
		ck_assert_ptr_null(jwt_read(a, token, NOW_S + 1, &read));
		ck_assert(uuid_equal(read.user_id, c.user_id) && uuid_equal(read.session_id, c.session_id));
		ck_assert_int_eq(read.role, ROLE_MODERATOR);
		ck_assert_int_eq(read.expires_at, NOW_S + 900);
	}
	ck_assert_ptr_null(jwt_read(a, token, NOW_S + 899, &read));
	ck_assert_ptr_nonnull(jwt_read(a, token, NOW_S + 900, &read));
	jwt_forget_all();
	ck_assert_ptr_nonnull(jwt_read(a, token, NOW_S + 900, &read));
	ck_assert_ptr_nonnull(jwt_read(a, token, NOW_S - 60, &read));
}

/* Signed by our own key, whatever header and claims say. */
static const char *forge(const char *header, const char *claims)
{
	uint8_t signature[KEY_SIGNATURE];
	const char *text = arena_fmt(a, "%s.%s", base64url_encode(a, header, strlen(header)),
				     base64url_encode(a, claims, strlen(claims)));

	key_sign(key_signing(), text, strlen(text), signature);
	return arena_fmt(a, "%s.%s", text, base64url_encode(a, signature, sizeof signature));
}

static bool is_accepted(const char *token)
{
	struct claims read;
	return !jwt_read(a, token, NOW_S, &read);
}

#define HEADER "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}"
#define CLAIMS                                                                                           \
	"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-000000000001\"," \
	"\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":1800000000," \
	"\"exp\":1800000900}"

TEST(only_our_very_header_is_believed)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"eddsa\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"Ed25519\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"crit\":[\"exp\"]}",
		"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"jwk\":{\"kty\":\"OKP\"}}",
		"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"../%s\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\"}",
		"{}",
		"",
		" {\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
		NULL,
	};
	char header[300];

	snprintf(header, sizeof header, HEADER, key_signing()->kid);
	ck_assert(is_accepted(forge(header, CLAIMS)));
	for (const char *const *h = headers; *h; h++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(header, sizeof header, *h, key_signing()->kid);
#pragma GCC diagnostic pop
		ck_assert_msg(!is_accepted(forge(header, CLAIMS)), "%s", header);
	}
}

/* The classic: the public key as an HMAC secret. */
TEST(the_public_key_is_no_hmac_secret)
{
	const char *header =
		arena_fmt(a, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}", key_signing()->kid);
	const char *text = arena_fmt(a, "%s.%s", base64url_encode(a, header, strlen(header)),
				     base64url_encode(a, CLAIMS, strlen(CLAIMS)));
	uint8_t mac[crypto_auth_hmacsha256_BYTES];

	crypto_auth_hmacsha256(mac, (const uint8_t *)text, strlen(text), key_signing()->public_key);
	ck_assert(!is_accepted(arena_fmt(a, "%s.%s", text, base64url_encode(a, mac, sizeof mac))));
}

TEST(wrong_claims_are_refused)
{
	static const char *const claims[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"iss\":\"vobemusic\"}",
		"{\"iss\":\"evil\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-000000000001\","
		"\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":1800000000,"
		"\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"other\",\"sub\":\"01890000-0000-7000-8000-000000000001\","
		"\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":1800000000,"
		"\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":[\"vobemusic\"],\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"1800000000,\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"me\",\"sid\":\"01890000-0000-7000-"
		"8000-000000000002\",\"role\":\"user\",\"iat\":1800000000,"
		"\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"00000000-0000-0000-0000-"
		"000000000000\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"1800000000,\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"role\":\"user\",\"iat\":1800000000,"
		"\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"god\",\"iat\":"
		"1800000000,\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"\"1800000000\",\"exp\":1800000900}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"1800000000}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"1800000000,\"exp\":1799999999}",
		"{\"iss\":\"vobemusic\",\"aud\":\"vobemusic\",\"sub\":\"01890000-0000-7000-8000-"
		"000000000001\",\"sid\":\"01890000-0000-7000-8000-000000000002\",\"role\":\"user\",\"iat\":"
		"1800000060,\"exp\":1800000900}",
		NULL,
	};
	const char *header = arena_fmt(a, HEADER, key_signing()->kid);

	for (const char *const *c = claims; *c; c++)
		ck_assert_msg(!is_accepted(forge(header, *c)), "%s", *c);
}

TEST(damaged_tokens_are_refused)
{
	const struct claims c = some_claims();
	const char *token = jwt_write(a, &c);
	const size_t len = strlen(token);
	char *copy = arena_alloc(a, 4096);

	ck_assert(is_accepted(token));
	for (size_t i = 0; i < len; i++) {
		memcpy(copy, token, len + 1);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		ck_assert_msg(!is_accepted(copy), "letter %zu changed", i);
		memcpy(copy, token, i);
		copy[i] = '\0';
		ck_assert_msg(!is_accepted(copy), "cut to %zu", i);
	}
	ck_assert(!is_accepted(arena_fmt(a, "%s=", token)));
	ck_assert(!is_accepted(arena_fmt(a, "%s.x", token)));
	ck_assert(!is_accepted(arena_fmt(a, " %s", token)));
	ck_assert(!is_accepted("..") && !is_accepted(".") && !is_accepted(""));
	memset(copy, 'A', 4095);
	ck_assert(!is_accepted(copy));
}

/* The last letter of 64 bytes in base64url has 4 bits that mean nothing: RFC 4648 section 3.5 lets a decoder
 * refuse them. */
TEST(a_signature_has_one_spelling)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const struct claims c = some_claims();
	char *token = arena_str(a, jwt_write(a, &c));
	char *last = token + strlen(token) - 1;
	const char right = *last;
	int accepted = 0;

	for (const char *letter = alphabet; *letter; letter++) {
		*last = *letter;
		if (*letter != right)
			accepted += is_accepted(token);
	}
	ck_assert_int_eq(accepted, 0);
}

TEST(a_refresh_token_has_one_successor)
{
	struct refresh_token first = refresh_new(a), again, one, two;

	ck_assert_int_eq(strlen(first.text), 43);
	ck_assert(refresh_read(a, first.text, &again, &one));
	ck_assert(!strcmp(first.stored, again.stored));
	ck_assert(refresh_read(a, first.text, &again, &two));
	ck_assert_str_eq(one.text, two.text);
	ck_assert_str_ne(one.text, first.text);
	ck_assert(!refresh_read(a, "", &again, &one));
	ck_assert(!refresh_read(a, "abc", &again, &one));
	ck_assert(!refresh_read(a, arena_fmt(a, "%s=", first.text), &again, &one));
	ck_assert(!refresh_read(a, arena_fmt(a, "%sAAAA", first.text), &again, &one));
}

TEST(the_revocation_set_remembers_and_forgets)
{
	enum { MANY = 20000 };
	static const struct uuid nobody;
	static struct uuid ids[MANY];
	const int64_t now = clock_now();

	for (int i = 0; i < MANY; i++) {
		ids[i] = uuid_new();
		session_was_ended(ids[i], i % 2 ? now : now - jwt_memory_us() - 1);
	}
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(session_is_live(nobody, ids[i]), i % 2 == 0);
	ck_assert(session_is_live(nobody, uuid_new()));
	for (int i = 0; i < MANY; i += 2) /* forgotten ones may come back */
		session_was_ended(ids[i], now);
	for (int i = 0; i < MANY; i++)
		ck_assert(!session_is_live(nobody, ids[i]));
}

TEST(the_newest_role_wins)
{
	const struct uuid id = uuid_new();
	const int64_t now = clock_now();

	ck_assert_int_eq(role_now(id, ROLE_USER), ROLE_USER);
	role_was_changed(id, ROLE_SUPERUSER, 5, now);
	role_was_changed(id, ROLE_MODERATOR, 4, now);
	ck_assert_int_eq(role_now(id, ROLE_USER), ROLE_SUPERUSER);
	role_was_changed(id, ROLE_USER, 6, now);
	ck_assert_int_eq(role_now(id, ROLE_SUPERUSER), ROLE_USER);
	role_was_changed(id, ROLE_MODERATOR, 7, now - jwt_memory_us() - 1);
	ck_assert_int_eq(role_now(id, ROLE_SUPERUSER), ROLE_SUPERUSER);
}

/* A Wycheproof file (Apache-2.0), or NULL with a line that says so. */
static cJSON *corpus(const char *name)
{
	const char *shared = getenv("VOBE_SHARED") ?: "../shared";
	char *text = NULL;
	size_t len = 0;
	FILE *f = fopen(arena_fmt(a, "%s/corpora/wycheproof_%s_test.json", shared, name), "r");

	if (!f || getdelim(&text, &len, '\0', f) < 0)
		printf("skipped: the corpus wycheproof_%s is not in VOBE_SHARED/corpora\n", name);
	if (f)
		fclose(f);
	cJSON *doc = text ? cJSON_Parse(text) : NULL;
	free(text);
	return doc;
}

static const char *member(const cJSON *v, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(v, name));
}

static struct bytes unhex(const char *hex)
{
	uint8_t *bytes = arena_alloc(a, strlen(hex) / 2 + 1);
	struct bytes out = {bytes, 0};

	ck_assert(!sodium_hex2bin(bytes, strlen(hex) / 2 + 1, hex, strlen(hex), NULL, &out.len, NULL));
	return out;
}

TEST(wycheproof_ed25519)
{
	cJSON *doc = corpus("ed25519"), *group, *test;
	int valid = 0, invalid = 0;

	cJSON_ArrayForEach(group, cJSON_GetObjectItem(doc, "testGroups"))
	{
		struct bytes pk = unhex(member(cJSON_GetObjectItem(group, "publicKey"), "pk"));
		struct key k = {0};
		ck_assert_uint_eq(pk.len, sizeof k.public_key);
		memcpy(k.public_key, pk.at, pk.len);
		cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		{
			struct bytes msg = unhex(member(test, "msg")), sig = unhex(member(test, "sig"));
			bool want = !strcmp(member(test, "result"), "valid");
			ck_assert_msg(key_verify(&k, msg.at, msg.len, sig.at, sig.len) == want, "tcId %d",
				      cJSON_GetObjectItem(test, "tcId")->valueint);
			*(want ? &valid : &invalid) += 1;
		}
	}
	ck_assert(!doc || (valid > 50 && invalid > 50));
	cJSON_Delete(doc);
}

/* None of these is signed by us with EdDSA, so none may pass, whatever their own verifiers should say. */
TEST(wycheproof_json_web_signatures)
{
	static const char *const files[] = {"json_web_signature", "json_web_key", NULL};

	for (const char *const *file = files; *file; file++) {
		cJSON *doc = corpus(*file), *group, *test;
		int seen = 0;
		cJSON_ArrayForEach(group, cJSON_GetObjectItem(doc, "testGroups"))
			cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		{
			ck_assert_msg(!is_accepted(member(test, "jws")), "%s tcId %d", *file,
				      cJSON_GetObjectItem(test, "tcId")->valueint);
			seen++;
		}
		ck_assert(!doc || seen > 20);
		cJSON_Delete(doc);
	}
}
