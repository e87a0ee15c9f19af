/* How much a client may ask for, from where, and whose word is taken for its address. */
#include "http/scene.h"

/* --- limits --- */

SCENE(open_limited, serve_end);

TEST(guests_have_so_many_requests)
{
	for (int left = 4; left >= 0; left--) {
		struct got g = GET("/static", "");
		ck_assert_int_eq(g.status, 200);
		assert_header(&g, "RateLimit-Policy", "\"guest\";q=5;w=300");
		char expected[16];
		snprintf(expected, sizeof expected, "%d", left);
		assert_header(&g, "X-RateLimit-Remaining", expected);
		assert_header(&g, "X-RateLimit-Limit", "5");
	}
	struct got g = GET("/static", "");
	assert_problem(&g, 429, "too_many_requests");
	int wait = atoi(got_header(&g, "Retry-After"));
	ck_assert(wait > 50 && wait <= 60); /* 300 s / 5 */
	char expected[64];
	snprintf(expected, sizeof expected, "\"guest\";r=0;t=%d", wait);
	assert_header(&g, "RateLimit", expected);
	g = GET("/static", "Authorization: Bearer wrong\r\n"); /* guessing tokens is limited too */
	ck_assert_int_eq(g.status, 429);
	g = GET("/static", AS_USER); /* a user behind the same address has his own */
	ck_assert_int_eq(g.status, 200);
	g = request("GET", "/livez", "", NULL); /* health is not limited */
	ck_assert_int_eq(g.status, 200);
}

TEST(writes_and_logins_have_limits_of_their_own)
{
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(request("POST", "/api/v1/bare", AS_USER, NULL).status, 200);
	struct got g = request("POST", "/api/v1/bare", AS_USER, NULL);
	assert_problem(&g, 429, "too_many_requests");
	assert_header(&g, "RateLimit-Policy", "\"user\";q=8;w=300, \"writes\";q=3;w=60");
	ck_assert_int_eq(GET("/static", AS_USER).status, 200);
	ck_assert_int_eq(request("POST", "/api/v1/login", "", NULL).status, 200);
	ck_assert_int_eq(request("POST", "/api/v1/login", "", NULL).status, 200);
	g = request("POST", "/api/v1/login", "", NULL);
	ck_assert_int_eq(g.status, 429);
	ck_assert_ptr_nonnull(strstr(got_header(&g, "RateLimit"), "\"login\""));
}

/* --- other origins, proxies --- */

SCENE(open_server, serve_end);

TEST(any_origin_may_read)
{
	struct got g = GET("/static", "Origin: https://somewhere.example\r\n");
	assert_header(&g, "Access-Control-Allow-Origin", "*");
	assert_header(&g, "Access-Control-Allow-Credentials", NULL);
	ck_assert_ptr_nonnull(strstr(got_header(&g, "Access-Control-Expose-Headers"), "ETag"));
	g = GET("/static", "");
	assert_header(&g, "Access-Control-Allow-Origin", NULL);
	g = GET("/nothing", "Origin: https://somewhere.example\r\n");
	assert_header(&g, "Access-Control-Allow-Origin", "*");

	g = request("OPTIONS", "/api/v1/notes",
		    "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n", NULL);
	ck_assert_int_eq(g.status, 204);
	assert_header(&g, "Access-Control-Allow-Origin", "*");
	assert_header(&g, "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
	ck_assert_ptr_nonnull(strstr(got_header(&g, "Access-Control-Allow-Headers"), "Idempotency-Key"));
	assert_header(&g, "Access-Control-Max-Age", "600");
}

SCENE(open_behind_proxy, serve_end);

TEST(listed_origins_may_read)
{
	struct got g = GET("/static", "Origin: https://b.example\r\n");
	assert_header(&g, "Access-Control-Allow-Origin", "https://b.example");
	assert_header(&g, "Vary", "Accept-Encoding, Authorization, Origin");
	static const char *const others[] = {"https://c.example", "https://b.example.evil",
					     "https://a.example,https://b.example", "https://a", "null"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		char headers[128];
		snprintf(headers, sizeof headers, "Origin: %s\r\n", others[i]);
		g = GET("/static", headers);
		assert_header(&g, "Access-Control-Allow-Origin", NULL);
	}
}

TEST(proxy_is_believed)
{
	struct got g = GET("/echo", "X-Forwarded-For: 1.1.1.1, 203.0.113.7\r\nX-Forwarded-Proto: https\r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"address\":\"203.0.113.7\""));
	ck_assert_ptr_nonnull(strstr(g.body, "\"base\":\"https://b.example\""));
	assert_header(&g, "Strict-Transport-Security", "max-age=31536000");
	g = GET("/echo", "X-Forwarded-For: 2001:db8::1\r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"address\":\"2001:db8::1\""));
}

SCENE(open_server, serve_end);

TEST(stranger_is_not_believed)
{
	struct got g = GET("/echo", "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"address\":\"127.0.0.1\""));
	assert_header(&g, "Strict-Transport-Security", NULL);
}
