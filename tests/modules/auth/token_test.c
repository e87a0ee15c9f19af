/* The token endpoint over HTTP: registration, sign-in, refresh, races, theft, revocation, keys. */
#include "modules/auth/accounts.h"

#include "core/loop.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

START_TEST(registration_signs_in)
{
	struct answer a = api("POST", "/api/v1/auth/register", NULL,
			      "{\"email\":\"Anna@Example.org\",\"username\":\"anna\",\"password\":\"" PASSWORD "\"}");
	ck_assert_msg(a.status == 201, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "user.username"), "anna");
	ck_assert_str_eq(at(&a, "user.email"), "Anna@Example.org");
	ck_assert_str_eq(at(&a, "user.is_superuser"), "false");
	ck_assert_str_eq(at(&a, "token_type"), "Bearer");
	ck_assert_str_eq(at(&a, "expires_in"), "900");
	ck_assert_str_eq(header_of(&a, "Cache-Control"), "no-store");
	ck_assert_ptr_nonnull(strstr(header_of(&a, "Location"), at(&a, "user.id")));
	ck_assert_ptr_null(strstr(a.body, "hashed_password"));
	ck_assert_ptr_null(strstr(a.body, "$argon2"));
	ck_assert(lets_in(at(&a, "access_token")));
	ck_assert_int_eq(harness_told("user.registered"), 1);
	ck_assert_int_eq(harness_told("session.created"), 1);
	ck_assert_ptr_null(strstr(harness_told_payload("user.registered", 0), "xample"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("auth tokens");
	TCase *tc = tcase_create("tokens");

	tcase_add_checked_fixture(tc, auth_start, harness_stop);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, registration_signs_in);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
