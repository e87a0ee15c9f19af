/* Answers over a real socket: errors, rights, conditions, encodings, lists, repetition. */
#include "http/scene.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <stdio.h>
#include <zlib.h>

SCENE(open_server, serve_end);

/* --- errors --- */

TEST(problems_are_whole)
{
	struct got g = GET("/locked", "");
	assert_problem(&g, 409, "note_locked");
	ck_assert_ptr_nonnull(strstr(g.body, "\"allowed\":[\"unlock\"]"));
	g = GET("/forgetful", "");
	assert_problem(&g, 500, "internal");
	int fd = dial(); /* only the first of two answers is sent */
	send_text(fd, "GET /api/v1/twice HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/nothing HTTP/1.1\r\nHost: "
		      "x\r\n\r\n");
	g = hear(fd);
	ck_assert_str_eq(g.body, "first");
	g = hear(fd);
	assert_problem(&g, 404, "not_found");
	g = ask("GET / HTTP/1.1\r\n\r\n");
	assert_problem(&g, 400, "malformed_request");
	assert_header(&g, "Connection", "close");
	assert_header(&g, "X-Frame-Options", "DENY");
}

TEST(oauth_has_its_own_errors)
{
	static const char form[] = "Content-Type: application/x-www-form-urlencoded\r\n";
	struct got g = request("POST", "/api/v1/token", form, "grant_type=password&username=a+b%21");
	ck_assert_int_eq(g.status, 204);
	g = request("POST", "/api/v1/token", JSON, "{\"grant_type\":\"password\"}");
	ck_assert_int_eq(g.status, 204);
	g = request("POST", "/api/v1/token", form, "grant_type=x");
	ck_assert_int_eq(g.status, 400);
	assert_header(&g, "Content-Type", "application/json");
	assert_header(&g, "Cache-Control", "no-store");
	ck_assert_str_eq(
		g.body, "{\"error\":\"invalid_grant\",\"error_description\":\"Name or password is wrong.\"}");
	g = request("POST", "/api/v1/token", form, "username=x");
	ck_assert_int_eq(g.status, 400);
	ck_assert_ptr_nonnull(strstr(g.body, "{\"error\":\"invalid_request\""));
	g = request("POST", "/api/v1/token", "Authorization: Basic eA==\r\nContent-Type: text/plain\r\n",
		    "x");
	ck_assert_int_eq(g.status, 415);
	ck_assert_ptr_nonnull(strstr(g.body, "{\"error\":\"invalid_request\""));
}

TEST(rights_are_kept)
{
	struct got g = request("POST", "/api/v1/notes", JSON, "{\"text\":");
	assert_problem(&g, 401, "unauthenticated"); /* before its body is judged */
	assert_header(&g, "WWW-Authenticate", "Bearer realm=\"vobemusic\"");
	g = GET("/static", "Authorization: Bearer old\r\n");
	assert_problem(&g, 401, "token_expired");
	assert_header(
		&g, "WWW-Authenticate",
		"Bearer realm=\"vobemusic\", error=\"invalid_token\", error_description=\"token_expired\"");
	ck_assert_ptr_nonnull(strstr(g.body, "expired"));
	g = GET("/static", "Authorization: Basic eA==\r\n");
	ck_assert_int_eq(g.status, 401);
	g = GET("/moderators", AS_USER);
	assert_problem(&g, 403, "forbidden");
	ck_assert_ptr_nonnull(strstr(g.body, "This needs the role `moderator`; yours is `user`."));
	g = GET("/moderators", "authorization: bearer moderator\r\n");
	ck_assert_int_eq(g.status, 200);
	g = GET("/moderators", "");
	ck_assert_int_eq(g.status, 401);
}

/* --- conditions and encodings --- */

TEST(client_keeps_what_it_has)
{
	struct got g = GET("/notes/" ID, "");
	char headers[256], *etag = copy_of(got_header(&g, "ETag"));
	ck_assert_int_eq(strncmp(etag, "\"v3-", 4), 0);
	static const char *const forms[] = {"%s", "W/%s", "\"x\", %s", "\"a,b\" ,W/\"y\",%s", "*"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char value[128];
		snprintf(value, sizeof value, forms[i], etag);
		snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", value);
		g = GET("/notes/" ID, headers);
		ck_assert_int_eq(g.status, 304);
		ck_assert_uint_eq(g.body_len, 0);
		assert_header(&g, "ETag", etag);
		assert_header(&g, "Content-Length", NULL);
	}
	snprintf(headers, sizeof headers, "If-None-Match: \"x\"\r\nIf-None-Match: %s\r\n", etag);
	g = GET("/notes/" ID, headers);
	ck_assert_int_eq(g.status, 304);
	g = GET("/notes/" ID, "If-None-Match: \"v3-x\"\r\n");
	ck_assert_int_eq(g.status, 200);
	free(etag);
}

/* `match` with every E replaced by what stands in the quotes of the ETag. */
static const char *match_line(const char *match, const char *etag)
{
	static char line[512];
	char *to = line + sprintf(line, "If-Match: ");
	for (; *match; match++)
		to += *match == 'E' ? sprintf(to, "%.*s", (int)strlen(etag) - 2, etag + 1)
				    : sprintf(to, "%c", *match);
	strcpy(to, "\r\n");
	return line;
}

TEST(changes_need_the_version_they_name)
{
	static const struct {
		const char *match;
		int status;
	} cases[] = {
		{"\"E\"", 200},
		{"*", 200},
		{"\"v2-00\", \"E-gzip\"", 200},
		{"\"v2-0011223344556677\"", 412},
		{"\"v3-anything\"", 412},
		{"\"v3-0011223344556677\"", 412},
		{"\"v3-001122334455667700112233\"", 412},
		{"\"E0\"", 412},
		{"\"xE\"", 412},
		{"W/\"E\"", 412},
		{"E", 412},
		{"\"v33-00\"", 412},
	};
	struct got g = GET("/notes/" ID, "");
	char headers[1024], *etag = copy_of(got_header(&g, "ETag"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(headers, sizeof headers, JSON "%s", match_line(cases[i].match, etag));
		g = request("PATCH", "/api/v1/notes/" ID, headers, "{}");
		ck_assert_msg(g.status == cases[i].status, "%s: %d", cases[i].match, g.status);
		g = request("DELETE", "/api/v1/notes/" ID, match_line(cases[i].match, etag), NULL);
		ck_assert_int_eq(g.status, cases[i].status == 200 ? 204 : 412);
	}
	ck_assert_int_eq(request("DELETE", "/api/v1/notes/" ID, "", NULL).status, 204);
	free(etag);
}

/* A proxy that compresses weakens tags (nginx): the refusal says so, for nobody else would. */
TEST(a_weakened_tag_is_refused_with_the_reason)
{
	struct got g = GET("/notes/" ID, "");
	char *etag = copy_of(got_header(&g, "ETag"));
	g = request("DELETE", "/api/v1/notes/" ID, match_line("W/\"E\"", etag), NULL);
	assert_problem(&g, 412, "precondition_failed");
	ck_assert_ptr_nonnull(strstr(g.body, "proxy"));
	free(etag);
}

/* One that was given out for another resource with the same version is none for this. */
TEST(a_tag_is_of_one_resource)
{
	struct got g = GET("/notes/0190f000-0000-7000-8000-000000000009", "");
	char *etag = copy_of(got_header(&g, "ETag"));
	ck_assert_int_eq(request("DELETE", "/api/v1/notes/" ID, match_line("\"E\"", etag), NULL).status, 412);
	free(etag);
}

TEST(gzip_comes_back_whole)
{
	static const char large[] = "/notes/0190f000-0000-7000-8000-000000000002";
	char path[128], plain[4096], out[4096];
	snprintf(path, sizeof path, "/api/v1%s", large);
	struct got g = request("GET", path, "", NULL);
	assert_header(&g, "Content-Encoding", NULL);
	size_t len = g.body_len;
	memcpy(plain, g.body, len);
	char *etag = copy_of(got_header(&g, "ETag"));

	g = request("GET", path, "Accept-Encoding: br, gzip;q=0.5\r\n", NULL);
	assert_header(&g, "Content-Encoding", "gzip");
	ck_assert_uint_lt(g.body_len, len);
	z_stream z = {.next_in = (Bytef *)g.body,
		      .avail_in = (uInt)g.body_len,
		      .next_out = (Bytef *)out,
		      .avail_out = sizeof out};
	ck_assert_int_eq(inflateInit2(&z, 15 + 16), Z_OK);
	ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
	ck_assert_uint_eq(z.total_out, len);
	ck_assert_int_eq(memcmp(out, plain, len), 0);
	inflateEnd(&z);

	char expected[128], headers[256]; /* a tag of its own, which counts as the same */
	snprintf(expected, sizeof expected, "%.*s-gzip\"", (int)strlen(etag) - 1, etag);
	assert_header(&g, "ETag", expected);
	snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", expected);
	ck_assert_int_eq(request("GET", path, headers, NULL).status, 304);
	free(etag);

	static const char *const none[] = {"gzip;q=0", "identity",      "*;q=0",
					   "br",       "gzip; q=0.000", "gzip;q=0, *"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(headers, sizeof headers, "Accept-Encoding: %s\r\n", none[i]);
		g = request("GET", path, headers, NULL);
		assert_header(&g, "Content-Encoding", NULL);
	}
	g = GET("/notes/" ID, "Accept-Encoding: gzip\r\n"); /* too small */
	assert_header(&g, "Content-Encoding", NULL);
}

/* --- lists --- */

TEST(pages_follow_one_another)
{
	char path[2048] = "/api/v1/notes?limit=20&sort=-id";
	int pages = 0, items = 0;
	for (bool more = true; more; pages++) {
		struct got g = request("GET", path, "", NULL);
		ck_assert_int_eq(g.status, 200);
		assert_header(&g, "X-Partial", "author_username, artist_name");
		cJSON *doc = cJSON_Parse(g.body);
		items += cJSON_GetArraySize(cJSON_GetObjectItem(doc, "items"));
		ck_assert_int_eq(cJSON_GetObjectItem(doc, "total")->valueint, 50);
		ck_assert(cJSON_IsFalse(cJSON_GetObjectItem(doc, "total_is_lower_bound")));
		const char *cursor = cJSON_GetStringValue(cJSON_GetObjectItem(doc, "next_cursor"));
		const char *link = got_header(&g, "Link");
		more = cursor != NULL;
		ck_assert(more == (link != NULL));
		if (more) {
			char expected[2048];
			snprintf(expected, sizeof expected,
				 "</api/v1/notes?limit=20&sort=-id&cursor=%s>; rel=\"next\"", cursor);
			ck_assert_str_eq(link, expected);
			snprintf(path, sizeof path, "%.*s", (int)(strchr(link, '>') - link - 1), link + 1);
		}
		cJSON_Delete(doc);
	}
	ck_assert_int_eq(pages, 3);
	ck_assert_int_eq(items, 50);
}

enum { LONG_CURSOR = 3000 };

TEST(foreign_cursors_are_refused)
{
	struct got g = GET("/notes?limit=20&sort=-id", "");
	cJSON *doc = cJSON_Parse(g.body);
	const char *cursor = cJSON_GetStringValue(cJSON_GetObjectItem(doc, "next_cursor"));
	char path[1024];
	snprintf(path, sizeof path, "/api/v1/notes?sort=id&cursor=%s", cursor);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	snprintf(path, sizeof path, "/api/v1/notes?sort=-id&cursor=%.*s%c%s", 12, cursor,
		 cursor[12] == 'B' ? 'C' : 'B', cursor + 13);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	snprintf(path, sizeof path, "/api/v1/notes?sort=-id&cursor=%.*s", (int)strlen(cursor) - 4, cursor);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	static const char *const garbage[] = {"garbage!", "", "A", "null", "%F0%9F%8E%B8", "A%0A", NULL};
	for (const char *const *text = garbage; *text; text++) {
		snprintf(path, sizeof path, "/api/v1/notes?cursor=%s", *text);
		g = request("GET", path, "", NULL);
		assert_problem(&g, 400, "invalid_cursor");
	}
	char *long_path = malloc(LONG_CURSOR + 32);
	sprintf(long_path, "/api/v1/notes?cursor=%0*d", LONG_CURSOR, 0);
	g = request("GET", long_path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	free(long_path);
	cJSON_Delete(doc);
}

static err pages_round(struct ctx *cx, void *arg)
{
	static const struct page_key keys[] = {
		{.number = 0},
		{.number = INT64_C(253402300799999999), .id = {{1, 2, 3}}},
		{.number = -1, .text = ""},
		{.text = "Тина Канделаки \" \\"},
	};
	(void)arg;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct page_key key = {.number = 9, .text = "9"};
		ck_assert_ptr_null(page_read(cx, page_write(cx, "s", &keys[i]), "s", &key));
		ck_assert_int_eq(key.number, keys[i].number);
		ck_assert(uuid_equal(key.id, keys[i].id));
		ck_assert(key.text && keys[i].text ? strcmp(key.text, keys[i].text) == 0
						   : key.text == keys[i].text);
	}
	struct page_key key = {.number = 9};
	ck_assert_ptr_null(page_read(cx, NULL, "s", &key));
	ck_assert_int_eq(key.number, 9);
	return NULL;
}

TEST(cursors_keep_their_key)
{
	struct arena *a = arena_new();
	pages_round(&(struct ctx){.arena = a, .request_id = "test"}, NULL);
	arena_free(a);
}

/* Sealed by ourselves, so that only what is in them can be at fault. */
static err unsound_pages(struct ctx *cx, void *arg)
{
	static const struct page_key keys[] = {
		{.number = -(INT64_C(1) << 62)},
		{.number = INT64_MAX},
		{.text = "\xff\xfe"},
		{.text = "caf\xc3"},
	};
	(void)arg;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct page_key key = {.number = 9};
		ck_assert(
			problem_is(page_read(cx, page_write(cx, "s", &keys[i]), "s", &key), INVALID_CURSOR));
		ck_assert_int_eq(key.number, 9);
	}
	return NULL;
}

TEST(what_a_cursor_holds_is_judged_too)
{
	struct arena *a = arena_new();
	unsound_pages(&(struct ctx){.arena = a, .request_id = "test"}, NULL);
	arena_free(a);
}

/* Sealed with the key that once stood in the source, and by another installation. */
TEST(cursors_are_sealed_with_a_secret)
{
	static const unsigned char once[crypto_shorthash_KEYBYTES] = "vobe cursor v1";
	unsigned char bytes[8 + 8 + 16 + 1] = {0}, scope[2 + sizeof bytes - 8] = "s";
	struct arena *a = arena_new();
	struct ctx *cx = &(struct ctx){.arena = a, .request_id = "test"};
	struct page_key key = {0};
	const char *ours = page_write(cx, "s", &key);

	memcpy(scope + 2, bytes + 8, sizeof bytes - 8);
	crypto_shorthash(bytes, scope, sizeof scope, once);
	ck_assert(problem_is(page_read(cx, base64url_encode(a, bytes, sizeof bytes), "s", &key),
			     INVALID_CURSOR));
	http_seal_with("another", 7);
	ck_assert(problem_is(page_read(cx, ours, "s", &key), INVALID_CURSOR));
	ours = page_write(cx, "s", &key);
	http_seal_with("another", 7);
	ck_assert_ptr_null(page_read(cx, ours, "s", &key));
	arena_free(a);
}

/* --- repetition --- */

TEST(repeated_creation_gets_the_first_answer)
{
	static const char headers[] = AS_USER JSON "Idempotency-Key: key-1\r\n";
	handler_runs = 0;
	struct got g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	assert_header(&g, "Idempotency-Replayed", NULL);
	char *first = copy_of(g.body), *location = copy_of(got_header(&g, "Location"));
	char *etag = copy_of(got_header(&g, "ETag"));

	g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	assert_header(&g, "Idempotency-Replayed", "true");
	assert_header(&g, "Location", location);
	assert_header(&g, "ETag", etag);
	ck_assert_str_eq(g.body, first);
	ck_assert_int_eq(handler_runs, 1);
	free(first);
	free(location);
	free(etag);

	g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abd\"}");
	assert_problem(&g, 422, "idempotency_mismatch");
	g = request("POST", "/api/v1/notes", AS_USER JSON "Idempotency-Key: a b\r\n", "{\"text\":\"abc\"}");
	assert_problem(&g, 400, "invalid_idempotency_key");
	ck_assert_int_eq(handler_runs, 1);
	/* What creates nothing has no use for a key. */
	g = request("POST", "/api/v1/bare", "Idempotency-Key: key-2\r\n", NULL);
	ck_assert_int_eq(g.status, 200);
	ck_assert_str_eq(stored.key, "key-1");
}

TEST(guests_with_the_same_key_get_their_own_answers)
{
	static const char guest[] = JSON "Idempotency-Key: shared\r\n";
	handler_runs = 0;
	for (int i = 1; i <= 2; i++) {
		struct got g = request("POST", "/api/v1/leaflets", guest, "{\"text\":\"abc\"}");
		ck_assert_int_eq(g.status, 201);
		assert_header(&g, "Idempotency-Replayed", NULL);
		ck_assert_int_eq(handler_runs, i);
	}
	ck_assert_str_eq(stored.key, "");
	for (int i = 0; i < 2; i++) /* of a user the same key counts, there too */
		request("POST", "/api/v1/leaflets", AS_USER JSON "Idempotency-Key: shared\r\n",
			"{\"text\":\"abc\"}");
	ck_assert_int_eq(handler_runs, 3);
}
