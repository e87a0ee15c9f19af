/* Links of letters: single use, in time, and only by their token. The letters themselves are in tests/api. */
#include "modules/auth/scene.h"

#include <sodium.h>

#define RESET  "/api/v1/auth/password/reset"
#define VERIFY "/api/v1/auth/email/verify"
#define TOKEN  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 32 bytes of zero */
#define NEXT   "another long passphrase"

/* As if a letter with TOKEN had been sent to the person's address. */
static void link_given(const struct person *p, const char *kind, const char *life)
{
	static const unsigned char zero[32];
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof hash + 1];

	crypto_hash_sha256(hash, zero, sizeof zero);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	free(test_sql(scene_conninfo(),
		      "DELETE FROM auth.links;"
		      "INSERT INTO auth.links (id, user_id, kind, address, token, created_at, expires_at)"
		      " SELECT gen_random_uuid(), id, '%s', email, '%s', now(), now() + interval '%s'"
		      " FROM auth.users WHERE id = '%s'",
		      kind, hex, life, p->id));
}

static struct answer reset_with(const char *password)
{
	return api("POST", RESET, NULL, text("{\"token\":\"" TOKEN "\",\"new_password\":\"%s\"}", password));
}

static struct answer verify(void)
{
	return api("POST", VERIFY, NULL, "{\"token\":\"" TOKEN "\"}");
}

SCENE(open_scene, scene_stop);

TEST(a_link_sets_a_password_once_and_ends_all_sessions)
{
	struct person p = register_person("anna");
	link_given(&p, "reset", "1 hour");
	expect_status(reset_with(NEXT), 204);
	ck_assert(!lets_in(p.access));
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 400);
	ck_assert_int_eq(sign_in_answer("anna", NEXT).status, 200);
	expect_code(reset_with("a third long passphrase"), 422, "link_invalid");
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE email_verified_at IS NOT NULL"), 1);
}

TEST(a_link_that_has_ended_or_is_of_another_kind_opens_nothing)
{
	struct person p = register_person("anna");
	link_given(&p, "reset", "-1 second");
	expect_code(reset_with(NEXT), 422, "link_invalid");
	link_given(&p, "verify", "1 hour");
	expect_code(reset_with(NEXT), 422, "link_invalid");
	expect_status(verify(), 204);
	expect_code(verify(), 422, "link_invalid");
}

TEST(an_address_that_changed_since_is_not_proven)
{
	struct person p = register_person("anna");
	link_given(&p, "verify", "1 hour");
	free(test_sql(scene_conninfo(), "UPDATE auth.links SET address = 'old@example.org'"));
	expect_code(verify(), 422, "link_invalid");
}

TEST(who_comes_too_late_keeps_the_link)
{
	struct person p = register_person("anna");
	link_given(&p, "reset", "1 hour");
	scene_lose("UPDATE", "users");
	expect_code(reset_with(NEXT), 409, "edit_conflict");
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links WHERE used_at IS NULL"), 1);
	link_given(&p, "verify", "1 hour");
	expect_code(verify(), 409, "edit_conflict");
}

TEST(without_letters_nobody_is_asked_to_wait_for_one)
{
	struct person p = register_person("anna");
	expect_status(api("POST", "/api/v1/auth/password/forgot", NULL, "{\"email\":\"anna@example.org\"}"),
		      202);
	expect_status(api("POST", "/api/v1/auth/email/verification", p.access, NULL), 202);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links"), 0);
	ck_assert_int_eq(scene_told("user.link_wanted"), 0);
}
