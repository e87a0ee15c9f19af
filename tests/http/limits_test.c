/* Rate limits: what each is counted by, so that nobody chooses whose bucket is asked; and that every answer
 * is counted. */
#include "http/doors.h"

static const struct http_rate few[] = {{"address", 20, 300}, {"guest", 5, 300},     {"user", 12, 300},
				       {"writes", 10, 60},   {"register", 2, 1800}, {0}};

static void with_limits(struct http_config *cfg)
{
	with_room(cfg);
	cfg->limits = true;
	cfg->rates = few;
}

static void open_limited_doors(void)
{
	handler_runs = tokens_read = 0;
	serve(door_routes, with_limits, &door_hooks);
}

SCENE(open_limited_doors, serve_end);

TEST(a_token_does_not_renew_a_limit_of_anonymous_cost)
{
	ck_assert_int_eq(post("/api/v1/register", "", "{\"text\":\"a\"}").status, 204);
	ck_assert_int_eq(post("/api/v1/register", AS("user1"), "{\"text\":\"a\"}").status, 204);
	ck_assert_int_eq(post("/api/v1/register", "", "{\"text\":\"a\"}").status, 429);
	ck_assert_int_eq(post("/api/v1/register", AS("user1"), "{\"text\":\"a\"}").status, 429);
	struct got g = post("/api/v1/register", AS("user2"), "{\"text\":\"a\"}");
	ck_assert_int_eq(g.status, 429);
	ck_assert_ptr_nonnull(strstr(got_header(&g, "RateLimit"), "\"register\""));
	/* By user beside it: one account has no more from many addresses. */
	ck_assert_int_eq(post("/api/v1/register", AS("user1") FROM("203.0.113.1"), "{\"text\":\"a\"}").status,
			 204);
	ck_assert_int_eq(post("/api/v1/register", AS("user1") FROM("203.0.113.2"), "{\"text\":\"a\"}").status,
			 429);
}

TEST(an_address_is_limited_however_many_accounts_it_has)
{
	int allowed = 0;
	for (int i = 0; i < 40; i++) {
		char headers[64];
		snprintf(headers, sizeof headers, AS("user%d"), i % 4);
		allowed += get("/api/v1/static", headers).status == 200;
	}
	ck_assert_int_eq(allowed, 20);
	int before = tokens_read; /* and no token is looked at for it any more */
	ck_assert_int_eq(get("/api/v1/static", AS("user9")).status, 429);
	ck_assert_int_eq(tokens_read, before);
	ck_assert_int_eq(get("/livez", "").status, 200);
}

TEST(networks_have_limits_beside_addresses)
{
	int allowed = 0, elsewhere = 0;
	for (int i = 0; i < 400; i++) { /* each from a /64 of its own, of one /56 */
		char headers[64];
		snprintf(headers, sizeof headers, FROM("2001:db8:1:1%02x::1"), i % 256);
		allowed += post("/api/v1/register", headers, "{\"text\":\"a\"}").status == 204;
	}
	ck_assert_int_eq(allowed, 2 * 4);
	for (int i = 0; i < 256; i++) { /* and each from a /56 of its own, of the same /48 */
		char headers[64];
		snprintf(headers, sizeof headers, FROM("2001:db8:1:%02x00::1"), i);
		allowed += post("/api/v1/register", headers, "{\"text\":\"a\"}").status == 204;
	}
	ck_assert_int_eq(allowed, 2 * 16);
	elsewhere = post("/api/v1/register", FROM("2001:db8:2::1"), "{\"text\":\"a\"}").status;
	ck_assert_int_eq(elsewhere, 204);
}

TEST(addresses_of_one_customer_share_a_limit)
{
	int allowed = 0;
	for (int i = 0; i < 20; i++) {
		char headers[64];
		snprintf(headers, sizeof headers, FROM("2001:db8::%x"), i + 1);
		allowed += get("/api/v1/static", headers).status == 200;
	}
	ck_assert_int_eq(allowed, 5);
}

TEST(what_has_no_route_is_limited_too)
{
	static const char *const lines[] = {"GET /api/v1/nothing",    "DELETE /api/v1/static",
					    "OPTIONS /api/v1/static", "OPTIONS *",
					    "GET /version",           "GET /%zz"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char raw[256];
		struct got g = {0};
		snprintf(raw, sizeof raw, "%s HTTP/1.1\r\n" H FROM("203.0.113.%zu") "\r\n", lines[i], i + 1);
		for (int n = 0; n < 5; n++) {
			g = ask(raw);
			ck_assert_msg(g.status != 429 && g.status > 0, "%s: %d", lines[i], g.status);
			ck_assert_ptr_nonnull(strstr(got_header(&g, "RateLimit"), "\"guest\""));
		}
		ck_assert_msg(ask(raw).status == 429, "%s", lines[i]);
	}
}

TEST(head_of_an_exhausted_guest_is_enough)
{
	for (int i = 0; i < 5; i++)
		get("/api/v1/static", "");
	int fd = begin_post("/api/v1/letters", "", MIB, 0);
	struct got g = hear(fd);
	ck_assert_int_eq(g.status, 429);
	ck_assert_ptr_nonnull(got_header(&g, "Retry-After"));
}

/* --- documents --- */

TEST(documents_are_compressed_once_and_kept_by_clients)
{
	struct got plain = get("/document", FROM("203.0.113.1")), packed;
	char etag[64], headers[256];
	ck_assert_int_eq(plain.status, 200);
	ck_assert_uint_eq(plain.body_len, DOCUMENT_LEN);
	snprintf(etag, sizeof etag, "%s", got_header(&plain, "ETag"));
	for (int i = 0; i < 2; i++) {
		packed = get("/document", FROM("203.0.113.1") "Accept-Encoding: gzip\r\n");
		ck_assert_str_eq(got_header(&packed, "Content-Encoding"), "gzip");
		ck_assert_uint_lt(packed.body_len, DOCUMENT_LEN / 4);
		ck_assert_int_eq(strncmp(got_header(&packed, "ETag"), etag, strlen(etag) - 1), 0);
	}
	snprintf(headers, sizeof headers,
		 FROM("203.0.113.2") "Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", etag);
	struct got again = get("/document", headers);
	ck_assert_int_eq(again.status, 304);
	ck_assert_uint_eq(again.body_len, 0);
	again = get("/document", FROM("203.0.113.2") "If-None-Match: \"other\"\r\n");
	ck_assert_int_eq(again.status, 200);
	struct got health = get("/health", ""); /* a reply of the platform has one too */
	ck_assert_ptr_nonnull(got_header(&health, "ETag"));
	ck_assert_ptr_null(got_header(&health, "Content-Encoding"));
}

/* --- who is asked about --- */

SCENE(open_doors, serve_end);

TEST(address_is_read_from_the_right_through_trusted_proxies)
{
	static const struct {
		const char *forwarded, *address; /* NULL: refused */
	} cases[] = {
		{"203.0.113.7:4711", "203.0.113.7"},
		{"[2001:db8::1]:443", "2001:db8::1"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"::ffff:203.0.113.7", "203.0.113.7"},
		{"1.1.1.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"},
		{"1.1.1.1,203.0.113.7\t,10.1.2.3, fd00::5", "203.0.113.7"},
		{"unknown, 203.0.113.7", "203.0.113.7"}, /* what the client sent itself is not looked at */
		{"10.1.2.3", "10.1.2.3"},
		{"1.1.1.1\r\nX-Forwarded-For: 203.0.113.7", "203.0.113.7"},
		{"203.0.113.7\r\nX-Forwarded-For: 10.1.2.3", "203.0.113.7"},
		{"nonsense", NULL},
		{"", NULL},
		{"203.0.113.7,", NULL},
		{"203.0.113.7, unknown", NULL},
		{"unknown, 10.1.2.3", NULL},
		{"203.0.113", NULL},
		{"203.0.113.7 1.1.1.1", NULL},
		{"[2001:db8::1", NULL},
		{"[2001:db8::1]x", NULL},
		{"203.0.113.300", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char headers[256];
		snprintf(headers, sizeof headers, "X-Forwarded-For: %s\r\n", cases[i].forwarded);
		struct got g = get("/api/v1/static", headers);
		ck_assert_msg(g.status == (cases[i].address ? 200 : 400), "%s: %d", cases[i].forwarded,
			      g.status);
		ck_assert_msg(!cases[i].address || strcmp(g.body, cases[i].address) == 0, "%s: %s",
			      cases[i].forwarded, g.body);
	}
	ck_assert_str_eq(get("/api/v1/static", "").body, "127.0.0.1"); /* the proxy itself */
}

static void few_connections(struct http_config *cfg)
{
	cfg->connections_per_address = 5;
}

static void open_small(void)
{
	serve(door_routes, few_connections, &door_hooks);
}

SCENE(open_small, serve_end);

TEST(whoever_is_turned_away_gets_a_whole_answer)
{
	int fds[6];
	for (int i = 0; i < 6; i++) {
		fds[i] = dial();
		pass_ms(1);
	}
	struct got g = hear(fds[5]);
	ck_assert_int_eq(g.status, 503);
	ck_assert_uint_eq(g.body_len, (size_t)atoi(got_header(&g, "Content-Length")));
	ck_assert_str_eq(got_header(&g, "X-Frame-Options"), "DENY");
	ck_assert_str_eq(got_header(&g, "X-Content-Type-Options"), "nosniff");
	ck_assert_str_eq(got_header(&g, "Referrer-Policy"), "no-referrer");
	ck_assert_ptr_nonnull(got_header(&g, "Content-Security-Policy"));
	ck_assert_ptr_nonnull(strstr(g.body, got_header(&g, "X-Request-Id")));
}
