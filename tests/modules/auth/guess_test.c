/* Guesses at passwords: strangers slow down themselves and one another, never the owner. */
#include "modules/auth/scene.h"

static void open_guarded(void)
{
	static const char *const settings[] = {"auth.argon2_memory=8m", "auth.argon2_passes=1",
					       "http.trust_forwarded=true", NULL};
	scene_start(&auth_module, NULL, settings);
}

static struct answer sign_in_from(const char *address, const char *name, const char *password)
{
	return api_with("POST", "/api/v1/auth/token", NULL, text("X-Forwarded-For: %s\r\n", address),
			text("{\"grant_type\":\"password\",\"username\":\"%s\",\"password\":\"%s\"}", name,
			     password));
}

static int guess_from(const char *address, const char *name)
{
	return sign_in_from(address, name, "a wrong one").status;
}

/* Until it is slowed down; how many were heard. */
static int guesses_heard(const char *address, const char *name)
{
	int heard = 0;
	while (heard < 20 && guess_from(address, name) == 400)
		heard++;
	return heard;
}

SCENE(open_guarded, scene_stop);

TEST(strangers_do_not_lock_out_the_owner)
{
	register_person("anna"); /* from 127.0.0.1, where the test is */
	ck_assert_int_eq(guesses_heard("203.0.113.1", "anna"), 5);
	struct answer a = sign_in_from("203.0.113.1", "anna", PASSWORD);
	ck_assert_int_eq(a.status, 429);
	ck_assert_ptr_nonnull(header_of(&a, "Retry-After"));
	ck_assert_int_eq(sign_in_from("198.51.100.7", "anna", PASSWORD).status, 200);
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 200);
}

TEST(name_and_address_are_one_account)
{
	register_person("anna");
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(guess_from("203.0.113.1", i % 2 ? "anna" : "Anna@example.org"), 400);
	ck_assert_int_eq(guess_from("203.0.113.1", "ANNA"), 400);
	ck_assert_int_eq(guess_from("203.0.113.1", "anna@example.org"), 400);
	ck_assert_int_eq(guess_from("203.0.113.1", "anna"), 429);
	ck_assert_int_eq(guess_from("203.0.113.1", "anna@example.org"), 429);
}

TEST(names_of_nobody_are_slowed_down_alike)
{
	ck_assert_int_eq(guesses_heard("203.0.113.1", "nobody-here"), 5);
	ck_assert_int_eq(guess_from("203.0.113.2", "nobody-here"), 400);
}

/* 10, 50 and 100 failures from everywhere: fewer guesses for each new network, and longer waits behind them.
 */
TEST(an_account_that_many_guess_at_is_slow)
{
	static const struct {
		int failures, heard, wait_s;
	} paces[] = {{10, 2, 30}, {50, 2, 300}, {100, 2, 1800}};
	int failures = 0, wait_s = 0;

	register_person("anna");
	for (size_t i = 0; i < sizeof paces / sizeof *paces; i++) {
		while (failures < paces[i].failures)
			failures += guess_from(text("203.0.113.%d", failures), "anna") == 400;
		const char *fresh = text("198.51.100.%zu", i);
		ck_assert_int_eq(guesses_heard(fresh, "anna"), paces[i].heard);
		failures += paces[i].heard;
		struct answer a = sign_in_from(fresh, "anna", PASSWORD);
		ck_assert_int_eq(a.status, 429);
		ck_assert_int_ge(atoi(header_of(&a, "Retry-After")), paces[i].wait_s);
		ck_assert_int_gt(atoi(header_of(&a, "Retry-After")), wait_s);
		wait_s = atoi(header_of(&a, "Retry-After"));
	}
	/* A new network still gets in at its first guess, and one that signed in before has all of them. */
	ck_assert_int_eq(sign_in_from("192.0.2.9", "anna", PASSWORD).status, 200);
	ck_assert_int_eq(guesses_heard("192.0.2.9", "anna"), 5);
	ck_assert_int_eq(guesses_heard("127.0.0.1", "anna"), 5);
	ck_assert_ptr_null(scene_job("auth.guesses"));
	ck_assert_int_eq(
		count_sql("SELECT count(*) FROM auth.audit_log WHERE action = 'user.password_guessed'"), 3);
	ck_assert_int_eq(count_sql("SELECT max((details->>'failures')::int) FROM auth.audit_log"), 100);
}

TEST(a_right_password_forgives_where_it_came_from)
{
	register_person("anna");
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(guess_from("203.0.113.1", "anna"), 400);
	ck_assert_int_eq(sign_in_from("203.0.113.1", "anna", PASSWORD).status, 200);
	ck_assert_int_eq(guesses_heard("203.0.113.1", "anna"), 5);
}

TEST(a_network_of_ipv6_is_no_thousand_networks)
{
	int heard = 0;
	register_person("anna");
	for (int i = 0; i < 30; i++)
		heard += guess_from(text("2001:db8:1:%x::1", i), "anna") == 400;
	ck_assert_int_le(heard, 20);
	ck_assert_int_eq(guesses_heard("2001:db8:2::1", "anna"), 2);
	ck_assert_int_eq(guess_from("2001:db8:2::ffff", "anna"), 429); /* the same /64 */
}

TEST(the_password_is_guessed_at_other_doors_no_oftener)
{
	struct person p = register_person("anna");
	int heard = 0;
	for (int i = 0; i < 8; i++)
		heard += api_with("DELETE", "/api/v1/users/me", p.access, "X-Forwarded-For: 203.0.113.1\r\n",
				  "{\"current_password\":\"a wrong one\"}")
				 .status == 422;
	ck_assert_int_eq(heard, 5);
	ck_assert_int_eq(guess_from("203.0.113.1", "anna"), 429);
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 200);
}

static struct answer edit_from(const struct person *p, const char *address, const char *body)
{
	return api_with("PATCH", "/api/v1/users/me", p->access, text("X-Forwarded-For: %s\r\n", address),
			body);
}

/* Whatever else is found beside it; and none is made while the schema finds anything. */
TEST(a_refused_request_is_one_guess_at_most)
{
	struct person p = register_person("anna");
	register_person("boris");
	const char *wrong = "{\"email\":\"new@example.org\",\"username\":\"boris\","
			    "\"current_password\":\"a wrong one\"%s}";
	int heard = 0;

	for (int i = 0; i < 20; i++) {
		struct answer a = edit_from(&p, "203.0.113.1", text(wrong, ",\"nonsense\":1"));
		ck_assert_int_eq(a.status, 422);
		ck_assert_ptr_null(strstr(a.body, "wrong_password"));
	}
	for (int i = 0; i < 8; i++) {
		struct answer a = edit_from(&p, "203.0.113.1", text(wrong, ""));
		if (a.status != 422)
			continue;
		heard++;
		ck_assert_ptr_nonnull(strstr(a.body, "wrong_password"));
		ck_assert_ptr_nonnull(strstr(a.body, "username_taken"));
	}
	ck_assert_int_eq(heard, 5);
}
