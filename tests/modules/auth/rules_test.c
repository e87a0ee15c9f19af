/* What needs no database: names, passwords, tokens of our own and of others' making, the revocation set. */
#include "modules/auth/key.h"
#include "modules/auth/password.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"

#include "core/config/config.h"
#include "support/test.h"
#include "vobe/module.h"
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
	revocation_close();
	config_forget();
	arena_free(a);
}

static const char *name_fault(const char *name)
{
	return username_rule(a, &name);
}

SCENE(start, stop);

TEST(names_of_one_script_are_welcome)
{
	static const char *const fine[] = {
		"anna",
		"Анна",
		"anna_k",
		"anna.k-2",
		"Zoë",
		"Łukasz",
		"ёлка",
		"Їжак",
		"DJ_2000",
		"a-1",
		"007",
		"Ŵyn",
		"Абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
		"supporter",
		"rooted",
		"adminka",
		"mod_wheel",
		NULL,
	};

	for (const char *const *name = fine; *name; name++)
		ck_assert_msg(!name_fault(*name), "%s: %s", *name, name_fault(*name));
}

TEST(other_names_are_refused)
{
	static const char *const bad[] = {
		"an na",
		"anna!",
		"a@b.org",
		"анnа",
		"Aлиса",
		"αννα",
		"アンナ",
		"anna\u200b",
		"anna\u0301\u0301",
		"...",
		"---",
		"_-_",
		"no\nline",
		"tab\t",
		"<b>",
		"an/na",
		"\u202eanna",
		"anna😀",
		"ａａ anna",
		"１２３",
		"٣٣٣",
		"é\u0301e",
		"ᴀᴅᴍɪɴ",
		"ꜱᴜᴘᴘᴏʀᴛ",
		"ｍｏｄｅｒａｔｏｒ",
		"ｗide",
		"ªbcd",
		"ſtop",
		NULL,
	};

	for (const char *const *name = bad; *name; name++)
		ck_assert_msg(name_fault(*name), "%s", *name);
}

TEST(names_of_the_house_are_reserved)
{
	static const char *const reserved[] = {"admin",
					       "ADMIN",
					       "ADMlN",
					       "Root",
					       "me",
					       "api",
					       "арі",
					       "Модератор",
					       "vobemusic",
					       "rооt",
					       "аdmin",
					       "adm1n",
					       "vobernusic",
					       "АДМИН",
					       "ádmin",
					       "admin.",
					       "_admin_",
					       "ad.min",
					       "admin1",
					       "vobemusic-support",
					       "admin-1",
					       "the.root",
					       "St.aff_2024",
					       "ROOT007",
					       "модератор.5",
					       "Поддержка_вобе",
					       "séc_urity",
					       "user99",
					       "deleted-01890000-0000-7000-8000-000000000001",
					       NULL};

	for (const char *const *name = reserved; *name; name++)
		ck_assert_msg(username_is_reserved(a, *name), "%s", *name);
	ck_assert(!username_is_reserved(a, "adminka"));
	ck_assert(!username_is_reserved(a, "deleted-scenes"));
}

TEST(names_that_look_alike_have_one_skeleton)
{
	static const char *const pairs[][2] = {
		{"cop", "сор"}, {"Ivan", "lvan"}, {"РАУ", "PAY"}, {"user10", "userl0"}, {"modern", "modem"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct user one = user_new(a, uuid_new(), "a@b.org", pairs[i][0], ROLE_USER);
		struct user two = user_new(a, uuid_new(), "a@b.org", pairs[i][1], ROLE_USER);
		ck_assert_msg(!strcmp(one.username_skeleton, two.username_skeleton), "%s %s", pairs[i][0],
			      pairs[i][1]);
	}
}

TEST(a_deleted_user_has_names_nobody_can_take)
{
	struct user u = user_new(a, uuid_new(), "anna@example.org", "anna", ROLE_SUPERUSER);

	user_anonymise(a, &u);
	ck_assert_ptr_null(strstr(u.email, "anna"));
	ck_assert_ptr_null(strstr(u.username, "anna"));
	ck_assert(!u.is_active && !u.is_superuser && strcmp(u.hashed_password, NO_PASSWORD) == 0);
	ck_assert_ptr_nonnull(name_fault(u.username_fold));
	ck_assert(!text_is_email(u.email_fold));
	ck_assert_uint_le(strlen(u.username), 50);
}

static const char *password_fault(const char *password)
{
	return password_rule(a, &password);
}

TEST(common_and_short_passwords_are_refused)
{
	static const char *const bad[] = {"",
					  "short",
					  "1234567",
					  "password",
					  "PASSWORD",
					  "Password123",
					  "iloveyou2024",
					  "P@ssw0rd2024",
					  "123456789012",
					  "changeme12",
					  "summer2025",
					  "vobemusic2026",
					  "aaaaaaaaa1",
					  "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b",
					  "P@$$w0rd!!",
					  "Princess#1",
					  "2024password",
					  "abcabcabc",
					  "hunter2hunter2",
					  "привет2024",
					  "Sunshine_99!",
					  "zyxwvuts9",
					  "qwertyuiop",
					  "йцукенгш",
					  "ПАРОЛЬ123",
					  "12345678",
					  "iloveyou",
					  "e\u0301e\u0301e\u0301e\u0301",
					  NULL};
	static const char *const fine[] = {"correct horse battery", "пароль от пианино", "eight ch",
					   "trumpet kiln 9 oboe",   "🎸🥁🎷🎻🎹🎺🪕🎶",  NULL};
	char text[200] = {0};

	for (const char *const *p = bad; *p; p++)
		ck_assert_msg(password_fault(*p), "%s", *p);
	for (const char *const *p = fine; *p; p++)
		ck_assert_msg(!password_fault(*p), "%s: %s", *p, password_fault(*p));
	for (int i = 0; i < 128; i++)
		text[i] = "correct horse battery "[i * i % 22];
	ck_assert_ptr_null(password_fault(text));
	text[128] = 'x';
	ck_assert_ptr_nonnull(password_fault(text));
}

TEST(a_password_is_not_the_name_or_address)
{
	struct ctx cx = {.arena = a};
	struct user u = user_new(a, uuid_new(), "Anna.Karenina@example.org", "KareninaAnna", ROLE_USER);

	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "kareninaanna", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "anna.karenina@EXAMPLE.org", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "ANNA.karenina", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "KareninaAnna1", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "!kareninaanna2024", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "Anna.Karenina99", &u));
	ck_assert_ptr_null(password_must_fit(&cx, "/password", "anna.of.karenina", &u));
	err e = password_must_fit(&cx, "/new_password", "12345678", &u);
	ck_assert_int_eq(e->status, 422);
	ck_assert_str_eq(e->faults[0].pointer, "/new_password");
}

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
