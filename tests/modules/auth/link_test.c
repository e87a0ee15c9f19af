/* Links of letters: single use, in time, and only by their token. The letters themselves are in tests/api. */
#include "modules/auth/scene.h"

#include <sodium.h>

#define RESET  "/api/v1/auth/password/reset"
#define VERIFY "/api/v1/auth/email/verify"
#define TOKEN  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 32 bytes of zero */
#define NEXT   "another long passphrase"

static void token_hash(char *hex, size_t room)
{
	static const unsigned char zero[32];
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, zero, sizeof zero);
	sodium_bin2hex(hex, room, hash, sizeof hash);
}

/* As if the letter to the new address, which was asked for, had TOKEN. */
static void opened_by(const struct person *p)
{
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	token_hash(hex, sizeof hex);
	free(test_sql(scene_conninfo(),
		      "UPDATE auth.links SET token = '%s' WHERE user_id = '%s' AND kind = 'new_email'", hex,
		      p->id));
}

/* As if a letter with TOKEN had been sent to the person's address. */
static void link_given(const struct person *p, const char *kind, const char *life)
{
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	token_hash(hex, sizeof hex);
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

/* --- a new address --- */

#define ME "/api/v1/users/me"

static const char *wanted(const char *kind)
{
	return text("SELECT count(*) FROM auth.links WHERE kind = '%s' AND expires_at > now()", kind);
}

static struct answer ask_for(const struct person *p, const char *address)
{
	return api("PATCH", ME, p->access,
		   text("{\"email\":\"%s\",\"current_password\":\"" PASSWORD "\"}", address));
}

static struct person person_with_letters(void)
{
	auth_links_service()->letters_are_sent(true);
	return register_person("anna");
}

TEST(a_new_address_waits_until_its_letter_is_opened)
{
	struct person p = person_with_letters(), other = sign_in(&p);
	struct answer a = ask_for(&p, "New@example.net");

	expect_status(a, 200);
	expect_at(a, "email", "anna@example.org");
	expect_at(a, "new_email", "New@example.net");
	ck_assert(lets_in(other.access));
	ck_assert_int_eq(count_sql(wanted("new_email")), 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links WHERE kind = 'email_asked'"
				   " AND address = 'anna@example.org'"),
			 1);
	ck_assert_int_eq(sign_in_answer("new@example.net", PASSWORD).status, 400);

	free(test_sql(scene_conninfo(),
		      "INSERT INTO auth.links (id, user_id, kind, address, token, created_at, expires_at)"
		      " SELECT gen_random_uuid(), id, 'reset', email, 'x', now(), now() + '1 h'"
		      " FROM auth.users"));
	opened_by(&p);
	expect_status(verify(), 204);
	a = api("GET", ME, p.access, NULL); /* who asked stays signed in */
	expect_at(a, "email", "New@example.net");
	ck_assert_str_eq(at(&a, "new_email"), "null");
	ck_assert_ptr_nonnull(at(&a, "email_verified_at"));
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(sign_in_answer("new@example.net", PASSWORD).status, 200);
	ck_assert_int_eq(count_sql(wanted("reset")), 0); /* it went to the old address */
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links WHERE kind = 'email_changed'"
				   " AND address = 'anna@example.org'"),
			 1);
	expect_code(verify(), 422, "link_invalid");
}

TEST(a_new_address_is_asked_for_again_but_not_for_ever)
{
	struct person p = person_with_letters();

	expect_status(ask_for(&p, "one@example.net"), 200);
	expect_status(ask_for(&p, "one@example.net"), 200);
	expect_status(ask_for(&p, "two@example.net"), 200);
	ck_assert_int_eq(count_sql(wanted("new_email")), 1); /* the last one */
	struct answer a = ask_for(&p, "three@example.net");
	expect_code(a, 429, "too_many_requests");
	ck_assert_ptr_nonnull(header_of(&a, "Retry-After"));
	a = api("GET", ME, p.access, NULL);
	expect_at(a, "new_email", "two@example.net");
	expect_status(api("PATCH", ME, p.access, a.body), 200); /* read, sent back: nothing is asked for */
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links WHERE kind = 'new_email'"), 3);
}

TEST(an_address_that_others_have_is_refused_at_both_doors)
{
	struct person p = person_with_letters();

	register_person("boris");
	struct answer a = ask_for(&p, "BORIS@example.org");
	expect_code(a, 409, "email_taken");
	expect_at(a, "errors.0.pointer", "/email");
	expect_status(ask_for(&p, "carl@example.org"), 200);
	register_person("carl");
	opened_by(&p);
	expect_code(verify(), 409, "email_taken");
	a = api("GET", ME, p.access, NULL);
	expect_at(a, "email", "anna@example.org");
}

TEST(another_password_ends_what_was_asked_for)
{
	struct person p = person_with_letters();

	expect_status(ask_for(&p, "thief@example.net"), 200);
	opened_by(&p);
	expect_status(api("POST", "/api/v1/auth/password/change", p.access,
			  "{\"current_password\":\"" PASSWORD "\",\"new_password\":\"" NEXT "\"}"),
		      204);
	expect_code(verify(), 422, "link_invalid");
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE new_email IS NOT NULL"), 0);
	ck_assert_int_eq(count_sql(wanted("password_changed")), 1);
}

TEST(an_address_that_nobody_proves_is_forgotten)
{
	struct person p = person_with_letters();

	expect_status(ask_for(&p, "typo@example.net"), 200);
	ck_assert_ptr_null(scene_job("auth.links"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE new_email IS NOT NULL"), 1);
	free(test_sql(scene_conninfo(), "UPDATE auth.links SET expires_at = now()"));
	ck_assert_ptr_null(scene_job("auth.links"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE new_email IS NOT NULL"), 0);
}

static err mint_body(struct ctx *cx, void *arg)
{
	struct link_letter *out = arg;
	char *id = test_sql(scene_conninfo(), "SELECT id FROM auth.links");
	err e = auth_links_service()->mint(cx, uuid_from(id), out);

	free(id);
	if (!e && out->recipient) {
		out->recipient = text("%s", out->recipient);
		out->username = text("%s", out->username);
	}
	return e;
}

TEST(whoever_deletes_an_account_gets_a_last_letter_and_leaves_no_address)
{
	struct person p = person_with_letters();
	struct link_letter letter;

	expect_status(ask_for(&p, "new@example.net"), 200);
	expect_status(api("DELETE", ME, p.access, PROOF), 204);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links WHERE kind <> 'deleted'"), 0);
	ck_assert_ptr_null(scene_call(mint_body, &letter));
	ck_assert_str_eq(letter.recipient, "anna@example.org");
	ck_assert_str_eq(letter.username, "anna");
	ck_assert_ptr_null(letter.token);
}

TEST(who_was_imported_has_no_letters)
{
	struct person p = person_with_letters();

	free(test_sql(scene_conninfo(), "UPDATE auth.users SET email = 'import-x@import.invalid';"
					"DELETE FROM auth.links"));
	expect_status(api("DELETE", ME, p.access, PROOF), 204);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.links"), 0);
}
