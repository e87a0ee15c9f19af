/* Requests over a real socket: routes, methods, bodies, errors, conditions, encodings, limits, repetition. */
#include "http/client.h"
#include "support/ids.h"
#include "support/test.h"
#include "vobe/buf.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define NOTE_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, text, IN | REQ, "Text", .min = 1, .max = 2000)                                  \
	F(T, INT, number, IN, "A number", .min = 1, .max = 9, .otherwise = "1")                    \
	F(T, INT, version, NO_JSON, "Version")
STRUCT(note, NOTE_FIELDS);
SCHEMA(note, NOTE_FIELDS, "A note");

#define NOTES_FIELDS(F, T)                                                                         \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, TEXT, sort, IN, "Order", .one_of = (const char *const[]){"id", "-id", NULL}, .otherwise = "id")
STRUCT(notes, NOTES_FIELDS);
SCHEMA(notes, NOTES_FIELDS, "Which notes");

#define GRANT_FIELDS(F, T)                                                                         \
	F(T, TEXT, grant_type, IN | REQ, "password or refresh_token", .min = 1, .max = 20)         \
	F(T, TEXT, username, IN | NULLABLE, "Name", .min = 1, .max = 50)
STRUCT(grant, GRANT_FIELDS);
SCHEMA(grant, GRANT_FIELDS, "A grant");

PROBLEM(NOTE_LOCKED, 409, "note_locked", "The note is locked", "Unlock it first.");
PROBLEM(INVALID_GRANT, 400, "invalid_grant", "Invalid grant", "Name or password is wrong.");

#define ID "0190f000-0000-7000-8000-000000000001"
static const int64_t current_version = 3;
static int handler_runs;

HANDLER(get_static, none, none, none);
static err get_static(struct req *rq)
{
	static const char json[] = "{\"hello\":\"world\"}";
	return reply_bytes(rq, "application/json", json, sizeof json - 1);
}

/* An id that ends in 2 gives an answer large enough to be compressed. */
HANDLER(take_note, none, note, none);
static err take_note(struct req *rq, struct note *body)
{
	(void)body;
	return get_static(rq);
}

HANDLER(get_note, by_id, none, note);
static err get_note(struct req *rq, const struct by_id *in, struct note_reply *re)
{
	char text[1601];
	(void)rq;
	memset(text, 'a', sizeof text - 1);
	text[in->id.b[15] == 2 ? 1600 : 5] = '\0';
	return reply(re, &(struct note){.id = in->id, .text = text, .number = 1, .version = current_version});
}

HANDLER(create_note, none, note, note);
static err create_note(struct req *rq, struct note *in, struct note_reply *re)
{
	handler_runs++;
	(void)rq;
	return reply_commit(
		re, NULL,
		&(struct note){.id = uuid_of("note", "1"), .text = in->text, .number = in->number, .version = 1});
}

HANDLER(change_note, by_id, note, note);
static err change_note(struct req *rq, const struct by_id *in, struct note *body, struct note_reply *re)
{
	struct note n = {.id = in->id, .text = "old", .number = 1, .version = current_version};
	TRY(require_match(rq, n.version));
	schema_merge(&note_schema, body, rq->present, &n);
	n.version++;
	return reply(re, &n);
}

HANDLER(delete_note, by_id, none, none);
static err delete_note(struct req *rq, const struct by_id *in)
{
	(void)in;
	TRY(require_match(rq, current_version));
	return reply_commit_empty(rq, NULL);
}

/* Numbers 1 to 50 in pages. */
HANDLER(list_notes, notes, none, note);
static err list_notes(struct req *rq, const struct notes *in, struct note_reply *re)
{
	struct page_key key = {0};
	struct note items[100];
	TRY(page_read(&rq->cx, in->cursor, in->sort, &key));
	int count = 0;
	for (int64_t n = key.number + 1; n <= 50 && count < in->limit; n++)
		items[count++] = (struct note){.text = "x", .number = n, .version = 1};
	key.number += count;
	const char *next = key.number < 50 ? page_write(&rq->cx, in->sort, &key) : NULL;
	reply_partial(rq, "author_username");
	reply_partial(rq, "artist_name");
	reply_partial(rq, "author_username");
	return reply_list(re, items, &(struct list){.count = count, .next_cursor = next, .total = 50});
}

HANDLER(show_locked, none, none, none);
static err show_locked(struct req *rq)
{
	return problem_members(&rq->cx, NOTE_LOCKED, "\"allowed\":[\"unlock\"]");
}

HANDLER(forget_to_reply, none, none, none);
static err forget_to_reply(struct req *rq)
{
	(void)rq;
	return NULL;
}

HANDLER(give_token, none, grant, none);
static err give_token(struct req *rq, struct grant *in)
{
	return strcmp(in->grant_type, "password") == 0 ? reply_empty(rq) : INVALID_GRANT;
}

HANDLER(reply_twice, none, none, none);
static err reply_twice(struct req *rq)
{
	TRY(reply_bytes(rq, "text/plain", "first", 5));
	return reply_bytes(rq, "text/plain", "second", 6);
}

HANDLER(redirect, none, none, none);
static err redirect(struct req *rq)
{
	return reply_redirect(rq, 301, "/api/v1/static");
}

HANDLER(show_page, none, none, none);
static err show_page(struct req *rq)
{
	reply_header(rq, "Content-Security-Policy", "default-src 'self'");
	reply_header(rq, "X-Evil", "a\r\nX-Injected: b");
	return reply_bytes(rq, "text/html; charset=utf-8", "<p>", 3);
}

/* What the request says of itself, as JSON. */
HANDLER(echo, none, none, none);
static err echo(struct req *rq)
{
	const char *name = req_header(rq, "x-name");
	struct buf b = {.arena = rq->cx.arena};
	buf_str(&b, "{\"address\":");
	json_str(&b, req_address(rq));
	buf_str(&b, ",\"base\":");
	json_str(&b, req_base_url(rq));
	buf_str(&b, ",\"name\":");
	json_str(&b, name);
	buf_str(&b, ",\"request_id\":");
	json_str(&b, rq->cx.request_id);
	buf_str(&b, ",\"traceparent\":");
	json_str(&b, rq->cx.traceparent);
	buf_char(&b, '}');
	return reply_bytes(rq, "application/json", b.at, b.len);
}

static const struct route routes[] = {
	ROUTE(GET, "/static", ANYONE, 200, get_static, "Get what never changes", .produces = "application/json"),
	ROUTE(GET, "/notes", ANYONE, 200, list_notes, "List notes",
	      .list = true),
	ROUTE(POST, "/notes", USER, 201, create_note, "Write a note"),
	ROUTE(POST, "/leaflets", ANYONE, 201, create_note, "Leave a note"),
	ROUTE(GET, "/notes/{id}", ANYONE, 200, get_note, "Get a note"),
	ROUTE(PATCH, "/notes/{id}", ANYONE, 200, change_note, "Change a note"),
	ROUTE(DELETE, "/notes/{id}", ANYONE, 204, delete_note, "Delete a note"),
	ROUTE(POST, "/small", ANYONE, 200, take_note, "Take little", .body_max = 64,
	      .produces = "application/json"),
	ROUTE(POST, "/long", USER, 201, create_note, "Write a note with room", .body_max = 1024 * 1024),
	ROUTE(POST, "/bare", ANYONE, 200, get_static, "Take nothing", .produces = "application/json"),
	ROUTE(GET, "/locked", ANYONE, 200, show_locked, "Fail", .produces = "application/json"),
	ROUTE(GET, "/forgetful", ANYONE, 200, forget_to_reply, "Forget", .produces = "application/json"),
	ROUTE(GET, "/moderators", MODERATOR, 200, get_static, "For moderators", .produces = "application/json"),
	ROUTE(POST, "/token", ANYONE, 204, give_token, "Give a token", .form = true,
	      .oauth = true),
	ROUTE(POST, "/login", ANYONE, 200, get_static, "Sign in", .bucket = "login", .produces = "application/json"),
	ROUTE(GET, "/twice", ANYONE, 200, reply_twice, "Answer twice", .produces = "text/plain"),
	ROUTE(GET, "/moved", ANYONE, 200, redirect, "Has moved", .produces = "application/json"),
	ROUTE(GET, "/page", ANYONE, 200, show_page, "A page", .produces = "text/html"),
	ROUTE(GET, "/echo", ANYONE, 200, echo, "Echo", .produces = "application/json"),
	ROUTE(GET, "//livez", ANYONE, 200, get_static, "Live", .unlimited = true, .produces = "application/json"),
	{0},
};

/* --- what app wires --- */

static err authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	TRY(wait_ms(cx, 1)); /* as one that asks the database */
	viewer->role = strcmp(token, "user") == 0        ? ROLE_USER
		       : strcmp(token, "moderator") == 0 ? ROLE_MODERATOR
							 : ROLE_GUEST;
	viewer->user_id = uuid_of("user", token);
	return viewer->role == ROLE_GUEST ? problem_detail(cx, UNAUTHENTICATED, "The token has expired.") : NULL;
}

/* One remembered answer. */
static struct {
	char key[256];
	uint8_t hash[32];
	int status;
	uint8_t bytes[4096];
	size_t len;
} stored;

PROBLEM(MISMATCH, 422, "idempotency_mismatch", "Mismatch", "Another body.");

static err find_stored(struct ctx *cx, const char *module, const char *key, const void *hash, int *status,
		       struct bytes *replay)
{
	(void)cx;
	ck_assert_str_eq(module, "test");
	if (strcmp(stored.key, key) != 0)
		return NULL;
	if (memcmp(stored.hash, hash, sizeof stored.hash) != 0)
		return MISMATCH;
	*status = stored.status;
	*replay = (struct bytes){stored.bytes, stored.len};
	return NULL;
}

static void store(struct change *ch, const char *module, const char *key, const void *hash, int status,
		  const void *bytes, size_t len)
{
	(void)ch, (void)module;
	snprintf(stored.key, sizeof stored.key, "%s", key);
	memcpy(stored.hash, hash, sizeof stored.hash);
	stored.status = status;
	memcpy(stored.bytes, bytes, len);
	stored.len = len;
}

/* The database's side of reply_commit, which these tests are without. */
err change_commit(struct ctx *cx, struct change *ch)
{
	(void)ch;
	return wait_ms(cx, 1);
}

static const struct http_hooks hooks = {
	.authenticate = authenticate, .idempotency_find = find_stored, .idempotency_store = store};

static void open_server(void)
{
	serve(routes, NULL, &hooks);
}

static const struct http_rate few[] = {
	{"guest", 5, 300}, {"user", 8, 300}, {"writes", 3, 60}, {"login", 2, 20}, {0}};

static void with_limits(struct http_config *cfg)
{
	cfg->limits = true;
	cfg->rates = few;
}

static void open_limited(void)
{
	serve(routes, with_limits, &hooks);
}

static void with_origins(struct http_config *cfg)
{
	cfg->cors_origins = "https://a.example, https://b.example";
	cfg->trusted_proxies = "127.0.0.1, 10.0.0.0/8, fd00::/8";
}

static void open_behind_proxy(void)
{
	serve(routes, with_origins, &hooks);
}

/* --- asking --- */

static struct got request(const char *method, const char *path, const char *headers, const char *body)
{
	char raw[16384];
	int n = snprintf(raw, sizeof raw, "%s %s HTTP/1.1\r\nHost: music.example\r\n%s", method, path, headers);
	if (body)
		n += snprintf(raw + n, sizeof raw - (size_t)n, "Content-Length: %zu\r\n", strlen(body));
	snprintf(raw + n, sizeof raw - (size_t)n, "\r\n%s", body ? body : "");
	return ask(raw);
}

#define GET(path, headers) request("GET", "/api/v1" path, headers, NULL)
#define JSON "Content-Type: application/json\r\n"
#define AS_USER "Authorization: Bearer user\r\n"

static void assert_header(const struct got *g, const char *name, const char *value)
{
	const char *is = got_header(g, name);
	if (!value)
		ck_assert_msg(is == NULL, "%s: %s", name, is);
	else
		ck_assert_msg(is && strcmp(is, value) == 0, "%s is %s, not %s", name, is ? is : "absent", value);
}

/* A whole problem document: its members agree with the answer. */
static void assert_problem(const struct got *g, int status, const char *code)
{
	ck_assert_msg(g->status == status, "%d instead of %d: %s", g->status, status, g->body);
	assert_header(g, "Content-Type", "application/problem+json");
	assert_header(g, "Cache-Control", "no-store");
	cJSON *doc = cJSON_Parse(g->body);
	ck_assert_ptr_nonnull(doc);
	char type[128];
	snprintf(type, sizeof type, "/problems/%s", code);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(doc, "type")), type);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(doc, "code")), code);
	ck_assert_int_eq(cJSON_GetObjectItem(doc, "status")->valueint, status);
	ck_assert_ptr_nonnull(cJSON_GetStringValue(cJSON_GetObjectItem(doc, "title")));
	ck_assert_ptr_nonnull(cJSON_GetStringValue(cJSON_GetObjectItem(doc, "detail")));
	assert_header(g, "X-Request-Id", cJSON_GetStringValue(cJSON_GetObjectItem(doc, "request_id")));
	cJSON_Delete(doc);
}

static char *copy_of(const char *s)
{
	char *copy = s ? strdup(s) : NULL;
	ck_assert_ptr_nonnull(copy);
	return copy;
}

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
	send_text(fd, "HEAD /api/v1/static HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
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
	ck_assert_ptr_nonnull(strstr(g.body, "\"base\":\"http://music.example\""));
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
	g = request("PATCH", "/api/v1/notes/" ID, "Content-Type: application/merge-patch+json\r\n", "{\"number\":7}");
	ck_assert_int_eq(g.status, 200);
	ck_assert_ptr_nonnull(strstr(g.body, "\"text\":\"old\",\"number\":7}"));
	g = request("POST", "/api/v1/bare", "", "whatever");
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
		"40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n1\r\n0\r\n0\r\n\r\n");
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
	send_text(fd, "POST /api/v1/long HTTP/1.1\r\nHost: x\r\n" AS_USER JSON "Content-Length: 1048576\r\n\r\n");
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
	send_text(fd, "POST /api/v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n");
	ck_assert_ptr_nonnull(strstr(hear_all(fd, 500), "HTTP/1.1 404"));
	struct got g = GET("/static", "Expect: the moon\r\n");
	assert_problem(&g, 417, "expectation_failed");
}

/* --- errors --- */

TEST(problems_are_whole)
{
	struct got g = GET("/locked", "");
	assert_problem(&g, 409, "note_locked");
	ck_assert_ptr_nonnull(strstr(g.body, "\"allowed\":[\"unlock\"]"));
	g = GET("/forgetful", "");
	assert_problem(&g, 500, "internal");
	int fd = dial(); /* only the first of two answers is sent */
	send_text(fd, "GET /api/v1/twice HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
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
	ck_assert_str_eq(g.body, "{\"error\":\"invalid_grant\",\"error_description\":\"Name or password is wrong.\"}");
	g = request("POST", "/api/v1/token", form, "username=x");
	ck_assert_int_eq(g.status, 400);
	ck_assert_ptr_nonnull(strstr(g.body, "{\"error\":\"invalid_request\""));
	g = request("POST", "/api/v1/token", "Authorization: Basic eA==\r\nContent-Type: text/plain\r\n", "x");
	ck_assert_int_eq(g.status, 415);
	ck_assert_ptr_nonnull(strstr(g.body, "{\"error\":\"invalid_request\""));
}

TEST(rights_are_kept)
{
	struct got g = request("POST", "/api/v1/notes", JSON, "{\"text\":");
	assert_problem(&g, 401, "unauthenticated"); /* before its body is judged */
	assert_header(&g, "WWW-Authenticate", "Bearer realm=\"vobemusic\"");
	g = GET("/static", "Authorization: Bearer old\r\n");
	assert_problem(&g, 401, "unauthenticated");
	assert_header(&g, "WWW-Authenticate", "Bearer realm=\"vobemusic\", error=\"invalid_token\"");
	ck_assert_ptr_nonnull(strstr(g.body, "expired"));
	g = GET("/static", "Authorization: Basic eA==\r\n");
	ck_assert_int_eq(g.status, 401);
	g = GET("/moderators", AS_USER);
	assert_problem(&g, 403, "forbidden");
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

TEST(changes_need_the_version_they_name)
{
	static const struct {
		const char *match;
		int status;
	} cases[] = {
		{"If-Match: \"v3-0011223344556677\"\r\n", 200},
		{"If-Match: *\r\n", 200},
		{"If-Match: \"v2-00\", \"v3-00-gzip\"\r\n", 200},
		{"If-Match: \"v2-0011223344556677\"\r\n", 412},
		{"If-Match: W/\"v3-00\"\r\n", 412},
		{"If-Match: v3-00\r\n", 412},
		{"If-Match: \"v33-00\"\r\n", 412},
		{"", 200},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char headers[256];
		snprintf(headers, sizeof headers, JSON "%s", cases[i].match);
		struct got g = request("PATCH", "/api/v1/notes/" ID, headers, "{}");
		ck_assert_msg(g.status == cases[i].status, "%s: %d", cases[i].match, g.status);
		g = request("DELETE", "/api/v1/notes/" ID, cases[i].match, NULL);
		ck_assert_int_eq(g.status, cases[i].status == 200 ? 204 : 412);
	}
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

	static const char *const none[] = {"gzip;q=0", "identity", "*;q=0", "br", "gzip; q=0.000", "gzip;q=0, *"};
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
			snprintf(expected, sizeof expected, "</api/v1/notes?limit=20&sort=-id&cursor=%s>; rel=\"next\"",
				 cursor);
			ck_assert_str_eq(link, expected);
			snprintf(path, sizeof path, "%.*s", (int)(strchr(link, '>') - link - 1), link + 1);
		}
		cJSON_Delete(doc);
	}
	ck_assert_int_eq(pages, 3);
	ck_assert_int_eq(items, 50);
}

TEST(foreign_cursors_are_refused)
{
	struct got g = GET("/notes?limit=20&sort=-id", "");
	cJSON *doc = cJSON_Parse(g.body);
	const char *cursor = cJSON_GetStringValue(cJSON_GetObjectItem(doc, "next_cursor"));
	char path[1024];
	snprintf(path, sizeof path, "/api/v1/notes?sort=id&cursor=%s", cursor);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	snprintf(path, sizeof path, "/api/v1/notes?sort=-id&cursor=%.*s%c%s", 12, cursor, cursor[12] == 'B' ? 'C' : 'B',
		 cursor + 13);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	snprintf(path, sizeof path, "/api/v1/notes?sort=-id&cursor=%.*s", (int)strlen(cursor) - 4, cursor);
	g = request("GET", path, "", NULL);
	assert_problem(&g, 400, "invalid_cursor");
	g = GET("/notes?cursor=garbage!", "");
	assert_problem(&g, 400, "invalid_cursor");
	cJSON_Delete(doc);
}

static err pages_round(struct ctx *cx, void *arg)
{
	static const struct page_key keys[] = {
		{.number = 0},
		{.number = INT64_MAX, .id = {{1, 2, 3}}},
		{.number = -1, .text = ""},
		{.text = "Тина Канделаки \" \\"},
	};
	(void)arg;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct page_key key = {.number = 9, .text = "9"};
		ck_assert_ptr_null(page_read(cx, page_write(cx, "s", &keys[i]), "s", &key));
		ck_assert_int_eq(key.number, keys[i].number);
		ck_assert(uuid_equal(key.id, keys[i].id));
		ck_assert(key.text && keys[i].text ? strcmp(key.text, keys[i].text) == 0 : key.text == keys[i].text);
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

/* --- repetition --- */

TEST(repeated_creation_gets_the_first_answer)
{
	static const char headers[] = AS_USER JSON "Idempotency-Key: key-1\r\n";
	handler_runs = 0;
	struct got g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	assert_header(&g, "Idempotency-Replayed", NULL);
	char *first = copy_of(g.body), *location = copy_of(got_header(&g, "Location"));

	g = request("POST", "/api/v1/notes", headers, "{\"text\":\"abc\"}");
	ck_assert_int_eq(g.status, 201);
	assert_header(&g, "Idempotency-Replayed", "true");
	assert_header(&g, "Location", location);
	ck_assert_str_eq(g.body, first);
	ck_assert_int_eq(handler_runs, 1);
	free(first);
	free(location);

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
		request("POST", "/api/v1/leaflets", AS_USER JSON "Idempotency-Key: shared\r\n", "{\"text\":\"abc\"}");
	ck_assert_int_eq(handler_runs, 3);
}

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

	g = request("OPTIONS", "/api/v1/notes", "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n",
		    NULL);
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
	ck_assert_ptr_nonnull(strstr(g.body, "\"base\":\"https://music.example\""));
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
