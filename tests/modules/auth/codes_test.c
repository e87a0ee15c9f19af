/* What a refused bearer is told: a front-end refreshes after one code, and signs in again after the others.
 */
#include "modules/auth/scene.h"
#include "modules/auth/token.h"
#include "vobe/clock.h"

/* A good signature over an expired claim: as our own token of an hour ago. */
static const char *token_of_yesterday(const struct person *p)
{
	const int64_t now_s = clock_now() / SECOND_US;
	const struct claims claims = {.user_id = uuid_from(p->id),
				      .session_id = uuid_new(),
				      .role = ROLE_USER,
				      .issued_at = now_s - 7200,
				      .expires_at = now_s - 3600};
	return jwt_write(scene_arena(), &claims);
}

static void expect_refusal(const char *bearer, const char *code)
{
	struct answer a = api("GET", "/api/v1/users/me", bearer, NULL);
	const char *challenge = header_of(&a, "WWW-Authenticate");

	ck_assert_int_eq(a.status, 401);
	ck_assert_msg(!strcmp(at(&a, "code"), code), "%s, not %s", at(&a, "code"), code);
	ck_assert_ptr_nonnull(strstr(challenge, "Bearer realm=\"vobemusic\""));
	ck_assert_msg(!bearer == !strstr(challenge, "error=\"invalid_token\""), "%s", challenge);
	ck_assert_msg(!bearer == !strstr(challenge, code), "%s", challenge);
}

SCENE(open_scene, scene_stop);

TEST(each_refused_token_says_why)
{
	struct person p = register_person("anna"), foreign = p;
	char forged[2000];

	expect_refusal(NULL, "unauthenticated");
	expect_refusal(token_of_yesterday(&p), "token_expired");
	expect_refusal("nonsense", "token_invalid");
	expect_refusal(p.refresh, "token_invalid");
	snprintf(forged, sizeof forged, "%s", foreign.access);
	forged[strlen(forged) - 5] ^= 1;
	expect_refusal(forged, "token_invalid");
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, NULL), 204);
	expect_refusal(p.access, "session_ended");
}

TEST(other_schemes_are_no_token)
{
	struct answer a = api_with("GET", "/api/v1/users/me", NULL, "Authorization: Basic YTpi\r\n", NULL);
	ck_assert_str_eq(at(&a, "code"), "unauthenticated");
	a = api_with("GET", "/api/v1/users/me", NULL, "Authorization: Bearer \r\n", NULL);
	ck_assert_int_eq(a.status, 401);
}

TEST(browsers_may_read_why)
{
	struct answer a =
		api_with("GET", "/api/v1/users/me", "nonsense", "Origin: https://music.example\r\n", NULL);
	ck_assert_ptr_nonnull(strstr(header_of(&a, "Access-Control-Expose-Headers"), "WWW-Authenticate"));
}

TEST(each_code_has_its_page)
{
	static const char *const codes[] = {"unauthenticated", "token_expired", "token_invalid",
					    "session_ended"};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		ck_assert_msg(http_problem(codes[i])->status == 401, "%s", codes[i]);
}
