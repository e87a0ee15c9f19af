/* What only the owner may do with an account, and what stays of its names. */
#include "modules/auth/scene.h"

#define ME "/api/v1/users/me"

static struct answer register_named(const char *username)
{
	static int n;
	return api("POST", "/api/v1/auth/register", NULL,
		   text("{\"email\":\"guard%d@example.org\",\"username\":\"%s\",\"password\":\"" PASSWORD
			"\"}",
			++n, username));
}

static void expect_fault(const struct answer *a, const char *pointer)
{
	ck_assert_msg(a->status == 422, "%d %s", a->status, a->body);
	ck_assert_str_eq(at(a, "errors.0.pointer"), pointer);
}

static struct answer rename_to(const char *access, const char *name)
{
	return api("PATCH", ME, access, text("{\"username\":\"%s\"}", name));
}

SCENE(open_scene, scene_stop);

TEST(another_address_needs_the_password)
{
	struct person p = register_person("anna"), other = sign_in(&p);
	struct answer a = api("PATCH", ME, p.access, "{\"email\":\"thief@example.net\"}");

	expect_fault(&a, "/current_password");
	a = api("PATCH", ME, p.access,
		"{\"email\":\"thief@example.net\",\"current_password\":\"guessed it\"}");
	expect_fault(&a, "/current_password");
	ck_assert_str_eq(at(&a, "errors.0.code"), "wrong_password");
	ck_assert_int_eq(sign_in_answer("thief@example.net", PASSWORD).status, 400);
	ck_assert(lets_in(other.access));
	a = api("PATCH", ME, p.access,
		"{\"email\":\"new@example.net\",\"current_password\":\"" PASSWORD "\"}");
	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_ptr_null(strstr(a.body, "password"));
	ck_assert(lets_in(p.access));
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(sign_in_answer("new@example.net", PASSWORD).status, 200);
	ck_assert_int_eq(count_sql(text("SELECT count(*) FROM auth.audit_log WHERE action = "
					"'user.email_changed' AND target_id = '%s'",
					p.id)),
			 1);
	ck_assert_int_eq(api("PATCH", ME, p.access, "{\"email\":\"new@example.net\"}").status, 200);
}

TEST(deletion_needs_the_password)
{
	struct person p = register_person("anna");
	struct answer a = api("DELETE", ME, p.access, NULL);

	expect_fault(&a, "/current_password");
	a = api("DELETE", ME, p.access, "{\"current_password\":\"not it at all\"}");
	expect_fault(&a, "/current_password");
	ck_assert(lets_in(p.access));
	ck_assert_int_eq(api("DELETE", ME, p.access, PROOF).status, 204);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions WHERE ip IS NOT NULL OR user_agent IS "
				   "NOT NULL"),
			 0);
}

TEST(the_next_password_is_another_one)
{
	struct person p = register_person("anna");
	struct answer a = api("POST", "/api/v1/auth/password/change", p.access,
			      "{\"current_password\":\"" PASSWORD "\",\"new_password\":\"" PASSWORD "\"}");
	expect_fault(&a, "/new_password");
	ck_assert_str_eq(at(&a, "errors.0.code"), "unchanged");
}

TEST(an_account_has_a_number_of_sessions_at_most)
{
	struct person p = register_person("anna"), last = p, second = sign_in(&p);

	for (int i = 2; i < 20; i++)
		last = sign_in(&p);
	ck_assert(lets_in(p.access));
	ck_assert_int_eq(refresh_answer(p.refresh).status, 200); /* used: not the next to go */
	last = sign_in(&p);
	ck_assert(lets_in(p.access));
	ck_assert(!lets_in(second.access));
	ck_assert(lets_in(last.access));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions WHERE ended_at IS NULL"), 20);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions WHERE end_reason = 'too_many'"), 1);
}

TEST(an_old_name_is_its_former_owners)
{
	struct person p = register_person("walrus");

	ck_assert_int_eq(rename_to(p.access, "otter").status, 200);
	struct answer a = register_named("walrus");
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "username_taken");
	ck_assert_int_eq(register_named("waIrus").status, 409); /* looks like it */
	struct person q = register_person("boris");
	a = rename_to(q.access, "Walrus");
	ck_assert_str_eq(at(&a, "code"), "username_taken");
	a = api("GET", "/api/v1/users/username/Walrus", NULL, NULL);
	ck_assert_int_eq(a.status, 301);
	ck_assert_str_eq(header_of(&a, "Location"), "/api/v1/users/username/otter");
	ck_assert_int_eq(rename_to(p.access, "walrus").status, 200); /* he may take it back */
	a = api("GET", "/api/v1/users/username/walrus", NULL, NULL);
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(register_named("otter").status, 409);
	test_sql(scene_conninfo(), "UPDATE auth.retired_names SET retired_at = now() - interval '91 days'");
	ck_assert_int_eq(register_named("otter").status, 201);
}

TEST(old_names_redirect_to_names_of_any_letters)
{
	struct person p = register_person("walrus");
	ck_assert_int_eq(rename_to(p.access, "Морж").status, 200);
	struct answer a = api("GET", "/api/v1/users/username/walrus", NULL, NULL);
	ck_assert_str_eq(header_of(&a, "Location"), "/api/v1/users/username/%D0%9C%D0%BE%D1%80%D0%B6");
	ck_assert_int_eq(api("GET", header_of(&a, "Location"), NULL, NULL).status, 200);
}

TEST(the_name_of_a_deleted_account_waits)
{
	struct person p = register_person("walrus");
	ck_assert_int_eq(rename_to(p.access, "otter").status, 200);
	ck_assert_int_eq(api("DELETE", ME, p.access, PROOF).status, 204);
	ck_assert_int_eq(register_named("walrus").status, 409);
	ck_assert_int_eq(register_named("otter").status, 409);
	ck_assert_int_eq(api("GET", "/api/v1/users/username/walrus", NULL, NULL).status, 404);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.retired_names WHERE user_id IS NOT NULL"), 0);
	test_sql(scene_conninfo(), "UPDATE auth.retired_names SET retired_at = now() - interval '91 days'");
	ck_assert_ptr_null(scene_job("auth.names"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.retired_names"), 0);
	ck_assert_int_eq(register_named("walrus").status, 201);
}

TEST(names_by_other_doors_obey_the_same_rule)
{
	struct person p = register_person("anna");
	static const char *const bad[] = {"ａdmin", "admin.", "ᴀᴅᴍɪɴ", "vobemusic-support"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct answer a = rename_to(p.access, bad[i]);
		expect_fault(&a, "/username");
	}
}

TEST(addresses_of_any_script_are_one_however_they_are_written)
{
	struct answer a =
		api("POST", "/api/v1/auth/register", NULL,
		    "{\"email\":\"иван@пример.рф\",\"username\":\"иван\",\"password\":\"" PASSWORD "\"}");
	ck_assert_msg(a.status == 201, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "user.email"), "иван@xn--e1afmkfd.xn--p1ai");
	ck_assert_int_eq(sign_in_answer("Иван@Пример.РФ", PASSWORD).status, 200);
	ck_assert_int_eq(sign_in_answer("иван@xn--e1afmkfd.xn--p1ai", PASSWORD).status, 200);
	a = api("POST", "/api/v1/auth/register", NULL,
		"{\"email\":\"ИВАН@xn--e1afmkfd.xn--p1ai\",\"username\":\"other\",\"password\":\"" PASSWORD
		"\"}");
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "email_taken");
}
