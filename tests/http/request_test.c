/* Requests over a real socket: routes, methods, parameters and bodies. */
#include "http/scene.h"

/* --- routes and methods --- */

SCENE(open_server, serve_end);

TEST(answer_has_every_header)
{
	struct got g = GET("/static", "");
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(g.body, "{\"hello\":\"world\"}");
	assert_header(&g, "Content-Type", "application/json");
	assert_header(&g, "Content-Length", "17");
	assert_header(&g, "X-Content-Type-Options", "nosniff");
	assert_header(&g, "X-Frame-Options", "DENY");
	assert_header(&g, "Referrer-Policy", "no-referrer");
	assert_header(&g, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
	assert_header(&g, "Cache-Control", "no-cache");
	assert_header(&g, "Connection", NULL);
	assert_header(&g, "Server", NULL);
	ck_assert_uint_eq(strlen(got_header(&g, "Date")), strlen("Sun, 06 Nov 1994 08:49:37 GMT"));
	g = GET("/static", AS_USER);
	assert_header(&g, "Cache-Control", "no-store");
}

TEST(path_and_method_are_told_apart)
{
	struct got g = GET("/nothing", "");
	assert_problem(&g, 404, "not_found");
	ck_assert_ptr_nonnull(strstr(g.body, "\"instance\":\"/api/v1/nothing\""));
	g = request("DELETE", "/api/v1/notes", "", NULL);
	assert_problem(&g, 405, "method_not_allowed");
	ck_assert_ptr_nonnull(strstr(g.body, "This path takes GET, HEAD, POST, OPTIONS."));
	assert_header(&g, "Allow", "GET, HEAD, POST, OPTIONS");
	g = request("TRACE", "/api/v1/static", "", NULL);
	assert_problem(&g, 405, "method_not_allowed");
	assert_header(&g, "Allow", "GET, HEAD, OPTIONS");
	g = request("get", "/api/v1/static", "", NULL);
	assert_problem(&g, 405, "method_not_allowed");
	g = request("GET", "/api/v1/../secret", "", NULL);
	assert_problem(&g, 400, "malformed_request");
}

TEST(head_is_get_without_its_body)
{
	struct got g = request("HEAD", "/api/v1/static", "", NULL);
	ck_assert_int_eq(g.status, 200);
	assert_header(&g, "Content-Length", "17");
	g = request("HEAD", "/api/v1/nothing", "", NULL);
	ck_assert_int_eq(g.status, 404);

	int fd = dial(); /* nothing of a body may stand before the next answer */
	send_text(fd, "HEAD /api/v1/static HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/nothing HTTP/1.1\r\nHost: "
		      "x\r\n\r\n");
	ck_assert_int_eq(hear_head(fd).status, 200);
	ck_assert_int_eq(hear(fd).status, 404);
}

TEST(options_tells_the_methods)
{
	struct got g = request("OPTIONS", "/api/v1/notes/" ID, "", NULL);
	ck_assert_int_eq(g.status, 204);
	assert_header(&g, "Allow", "GET, HEAD, PATCH, DELETE, OPTIONS");
	assert_header(&g, "Content-Length", NULL);
	assert_header(&g, "Access-Control-Allow-Methods", NULL);
	g = request("OPTIONS", "*", "", NULL);
	ck_assert_int_eq(g.status, 204);
	g = request("OPTIONS", "/api/v1/nothing", "", NULL);
	assert_problem(&g, 404, "not_found");
}

TEST(redirects_and_pages_have_their_headers)
{
	struct got g = GET("/moved", "");
	ck_assert_int_eq(g.status, 301);
	assert_header(&g, "Location", "/api/v1/static");
	assert_header(&g, "Content-Length", "0");
	g = GET("/page", "");
	assert_header(&g, "Content-Security-Policy", "default-src 'self'");
	assert_header(&g, "X-Evil", NULL);
	assert_header(&g, "X-Injected", NULL);
}

TEST(requests_have_ids_and_traces)
{
	struct got g = GET("/echo", "X-Request-Id: abc.DEF-1_2\r\n");
	assert_header(&g, "X-Request-Id", "abc.DEF-1_2");
	ck_assert_ptr_nonnull(strstr(g.body, "\"request_id\":\"abc.DEF-1_2\""));
	g = GET("/echo", "X-Request-Id: a b\r\n");
	ck_assert_uint_eq(strlen(got_header(&g, "X-Request-Id")), 16);
	char *first = copy_of(got_header(&g, "X-Request-Id"));
	g = GET("/echo", "");
	ck_assert_str_ne(got_header(&g, "X-Request-Id"), first);
	free(first);
	ck_assert_ptr_nonnull(strstr(g.body, "\"traceparent\":null"));

	g = GET("/echo", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-"));
	ck_assert_ptr_null(strstr(g.body, "b7ad6b7169203331"));
	ck_assert_ptr_nonnull(strstr(g.body, "-01\""));
	g = GET("/echo", "traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"traceparent\":null"));
	g = GET("/echo", "X-Name:  Jos\xc3\xa9 \r\n");
	ck_assert_ptr_nonnull(strstr(g.body, "\"name\":\"Jos\xc3\xa9\""));
	ck_assert_ptr_nonnull(strstr(g.body, "\"base\":\"\""));
	ck_assert_ptr_nonnull(strstr(g.body, "\"address\":\"127.0.0.1\""));
}

/* --- input --- */

TEST(parameters_are_strict)
{
	struct got g = GET("/static?a=1&b", "");
	assert_problem(&g, 400, "bad_request");
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"a\",\"code\":\"unknown_parameter\""));
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"b\",\"code\":\"unknown_parameter\""));
	g = GET("/notes?limit=0", "");
	assert_problem(&g, 400, "bad_request");
	g = GET("/notes?limit=1&limit=2", "");
	ck_assert_int_eq(g.status, 400);
	g = GET("/notes?wrong=1", "");
	ck_assert_ptr_nonnull(strstr(g.body, "unknown_parameter"));
	g = GET("/notes?sort=-id&&limit=3", "");
	ck_assert_int_eq(g.status, 200);
	g = GET("/notes?%73ort=i%64", "");
	ck_assert_int_eq(g.status, 200);
	g = GET("/notes?sort=%ff", "");
	ck_assert_int_eq(g.status, 400);
	g = GET("/notes?sort=%00", "");
	ck_assert_int_eq(g.status, 400);
	g = GET("/notes/1", "");
	ck_assert_int_eq(g.status, 400);
	g = GET("/notes/" ID "?id=" ID, "");
	assert_problem(&g, 400, "bad_request");
}

TEST(bodies_are_decoded)
{
	struct got g = request("POST", "/api/v1/notes", AS_USER JSON, "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	ck_assert_ptr_nonnull(strstr(g.body, "\"text\":\"abc\",\"number\":1}"));
	ck_assert_int_eq(strncmp(got_header(&g, "Location"), "/api/v1/notes/", 14), 0);
	ck_assert_int_eq(strncmp(got_header(&g, "ETag"), "\"v1-", 4), 0);

	g = request("POST", "/api/v1/notes", AS_USER "Content-Type: Application/JSON; charset=UTF-8\r\n",
		    "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	g = request("POST", "/api/v1/notes", AS_USER JSON, "{\"tex\":\"abc\",\"number\":10}");
	assert_problem(&g, 422, "validation_failed");
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"/tex\",\"code\":\"unknown_field\""));
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"/text\",\"code\":\"required\""));
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"/number\",\"code\":\"too_large\""));
	g = request("POST", "/api/v1/notes", AS_USER JSON, "{\"text\":\"abc\"");
	assert_problem(&g, 400, "malformed_json");
	g = request("POST", "/api/v1/notes", AS_USER, NULL);
	assert_problem(&g, 422, "validation_failed");
	g = request("PATCH", "/api/v1/notes/" ID, "Content-Type: application/merge-patch+json\r\n",
		    "{\"number\":7}");
	ck_assert_int_eq(g.status, 200);
	ck_assert_ptr_nonnull(strstr(g.body, "\"text\":\"old\",\"number\":7}"));
	g = request("POST", "/api/v1/bare", "", "whatever");
	assert_problem(&g, 415, "unsupported_media_type");
	g = request("POST", "/api/v1/bare", JSON, "{\"a\":1,\"b\":2}");
	assert_problem(&g, 422, "validation_failed");
	ck_assert_ptr_nonnull(strstr(g.body, "{\"pointer\":\"/b\",\"code\":\"unknown_field\""));
	g = request("POST", "/api/v1/bare", JSON, "{}");
	ck_assert_int_eq(g.status, 200);
}

TEST(chunked_body_is_a_body)
{
	struct got g = ask("POST /api/v1/notes HTTP/1.1\r\nHost: x\r\n" AS_USER JSON
			   "Transfer-Encoding: chunked\r\n\r\n"
			   "5\r\n{\"tex\r\n9\r\nt\":\"abc\"}\r\n0\r\n\r\n");
	ck_assert_int_eq(g.status, 201);
	ck_assert_ptr_nonnull(strstr(g.body, "\"text\":\"abc\""));
}

TEST(media_types_are_refused)
{
	static const char *const types[] = {
		"", "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=latin1\r\n",
		"Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: application/jsonp\r\n"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		char headers[256];
		snprintf(headers, sizeof headers, AS_USER "%s", types[i]);
		struct got g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abc\"}");
		assert_problem(&g, 415, "unsupported_media_type");
	}
}

TEST(large_bodies_are_refused)
{
	char body[100];
	memset(body, ' ', sizeof body - 1);
	body[sizeof body - 1] = '\0';
	struct got g = request("POST", "/api/v1/small", JSON, body);
	assert_problem(&g, 413, "payload_too_large");
	g = ask("POST /api/v1/small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
		"40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n1\r\n0\r\n0\r\n\r"
		"\n");
	assert_problem(&g, 413, "payload_too_large");

	int fd = dial(); /* the answer must survive that the client goes on sending */
	send_text(fd, "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\n" AS_USER "Content-Length: 3000000\r\n\r\n");
	char *much = calloc(1, 3000000);
	send_bytes(fd, much, 3000000);
	free(much);
	g = hear(fd);
	assert_problem(&g, 413, "payload_too_large");
	assert_header(&g, "Connection", "close");
}

TEST(body_of_a_mebibyte_arrives)
{
	enum { SIZE = 1024 * 1024 };
	char *body = malloc(SIZE + 1);
	memset(body, ' ', SIZE);
	memcpy(body, "{\"text\":\"abc\"", 13);
	body[SIZE - 1] = '}';
	int fd = dial();
	send_text(fd,
		  "POST /api/v1/long HTTP/1.1\r\nHost: x\r\n" AS_USER JSON "Content-Length: 1048576\r\n\r\n");
	send_bytes(fd, body, SIZE);
	ck_assert_int_eq(hear(fd).status, 201);
	free(body);
	send_text(fd, "GET /api/v1/static HTTP/1.1\r\nHost: x\r\n\r\n");
	ck_assert_int_eq(hear(fd).status, 200);
}

TEST(client_is_told_to_go_on)
{
	int fd = dial();
	send_text(fd, "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\n" AS_USER JSON
		      "Content-Length: 14\r\nExpect: 100-continue\r\n\r\n");
	ck_assert_str_eq(hear_all(fd, 50), "HTTP/1.1 100 Continue\r\n\r\n");
	send_text(fd, "{\"text\":\"abc\"}");
	ck_assert_int_eq(hear(fd).status, 201);

	fd = dial(); /* refused instead */
	send_text(fd, "POST /api/v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\nExpect: "
		      "100-continue\r\n\r\n");
	ck_assert_ptr_nonnull(strstr(hear_all(fd, 500), "HTTP/1.1 404"));
	struct got g = GET("/static", "Expect: the moon\r\n");
	assert_problem(&g, 417, "expectation_failed");
}
