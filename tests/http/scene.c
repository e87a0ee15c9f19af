/* The service of notes: its routes, what app would wire, and the asking. */
#include "http/scene.h"

#include "support/ids.h"
#include "vobe/buf.h"

#include <cjson/cJSON.h>
#include <stdio.h>

enum { CURRENT_VERSION = 3 };

int handler_runs;
struct stored stored;

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
	return reply(re, &(struct note){.id = in->id, .text = text, .number = 1, .version = CURRENT_VERSION});
}

HANDLER(create_note, none, note, note);
static err create_note(struct req *rq, struct note *in, struct note_reply *re)
{
	handler_runs++;
	(void)rq;
	return reply_commit(
		re, NULL,
		&(struct note){
			.id = uuid_of("note", "1"), .text = in->text, .number = in->number, .version = 1});
}

HANDLER(change_note, by_id, note, note);
static err change_note(struct req *rq, const struct by_id *in, struct note *body, struct note_reply *re)
{
	struct note n = {.id = in->id, .text = "old", .number = 1, .version = CURRENT_VERSION};
	TRY(require_match(rq, n.version));
	TRY(merge_body(rq, body, &n));
	n.version++;
	return reply(re, &n);
}

HANDLER(delete_note, by_id, none, none);
static err delete_note(struct req *rq, const struct by_id *in)
{
	(void)in;
	TRY(require_match(rq, CURRENT_VERSION));
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
	json_str(&b, req_public_url(rq));
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
	ROUTE(GET, "/static", ANYONE, 200, get_static, "Get what never changes",
	      .produces = "application/json"),
	ROUTE(GET, "/notes", ANYONE, 200, list_notes, "List notes", .list = true),
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
	ROUTE(GET, "/moderators", MODERATOR, 200, get_static, "For moderators",
	      .produces = "application/json"),
	ROUTE(POST, "/token", ANYONE, 204, give_token, "Give a token", .form = true, .oauth = true),
	ROUTE(POST, "/login", ANYONE, 200, get_static, "Sign in", .bucket = "login",
	      .produces = "application/json"),
	ROUTE(GET, "/twice", ANYONE, 200, reply_twice, "Answer twice", .produces = "text/plain"),
	ROUTE(GET, "/moved", ANYONE, 200, redirect, "Has moved", .produces = "application/json"),
	ROUTE(GET, "/page", ANYONE, 200, show_page, "A page", .produces = "text/html"),
	ROUTE(GET, "/echo", ANYONE, 200, echo, "Echo", .produces = "application/json"),
	ROUTE(GET, "//livez", ANYONE, 200, get_static, "Live", .unlimited = true,
	      .produces = "application/json"),
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
	return viewer->role == ROLE_GUEST ? problem_detail(cx, TOKEN_EXPIRED, "The token has expired.")
					  : NULL;
}

PROBLEM(MISMATCH, 422, "idempotency_mismatch", "Mismatch", "Another body.");

static err find_stored(struct ctx *cx, const char *module, const char *key, const void *hash,
		       struct kept_answer *kept)
{
	(void)cx;
	ck_assert_str_eq(module, "test");
	if (strcmp(stored.key, key) != 0)
		return NULL;
	if (memcmp(stored.hash, hash, sizeof stored.hash) != 0)
		return MISMATCH;
	*kept = (struct kept_answer){stored.status, {stored.bytes, stored.len}, stored.etag, stored.headers};
	return NULL;
}

static void store(struct change *ch, const char *module, const char *key, const void *hash,
		  const struct kept_answer *answer)
{
	(void)ch, (void)module;
	snprintf(stored.key, sizeof stored.key, "%s", key);
	memcpy(stored.hash, hash, sizeof stored.hash);
	snprintf(stored.etag, sizeof stored.etag, "%s", answer->etag);
	snprintf(stored.headers, sizeof stored.headers, "%s", answer->headers);
	stored.status = answer->status;
	memcpy(stored.bytes, answer->body.at, answer->body.len);
	stored.len = answer->body.len;
}

/* The database's side of reply_commit, which these tests are without. */
err change_commit(struct ctx *cx, struct change *ch)
{
	(void)ch;
	return wait_ms(cx, 1);
}

static const struct http_hooks hooks = {
	.authenticate = authenticate, .idempotency_find = find_stored, .idempotency_store = store};

void open_with(void (*change)(struct http_config *cfg))
{
	serve(routes, change, &hooks);
}

void open_server(void)
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

void open_limited(void)
{
	serve(routes, with_limits, &hooks);
}

static void with_origins(struct http_config *cfg)
{
	cfg->cors_origins = "https://a.example, https://b.example";
	cfg->public_url = "https://b.example";
	cfg->trusted_proxies = "127.0.0.1, 10.0.0.0/8, fd00::/8";
}

void open_behind_proxy(void)
{
	serve(routes, with_origins, &hooks);
}

struct got request(const char *method, const char *path, const char *headers, const char *body)
{
	char raw[16384];
	int n = snprintf(raw, sizeof raw, "%s %s HTTP/1.1\r\nHost: music.example\r\n%s", method, path,
			 headers);
	if (body)
		n += snprintf(raw + n, sizeof raw - (size_t)n, "Content-Length: %zu\r\n", strlen(body));
	snprintf(raw + n, sizeof raw - (size_t)n, "\r\n%s", body ? body : "");
	return ask(raw);
}

void assert_header(const struct got *g, const char *name, const char *value)
{
	const char *is = got_header(g, name);
	if (!value)
		ck_assert_msg(is == NULL, "%s: %s", name, is);
	else
		ck_assert_msg(is && strcmp(is, value) == 0, "%s is %s, not %s", name, is ? is : "absent",
			      value);
}

void assert_problem(const struct got *g, int status, const char *code)
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

char *copy_of(const char *s)
{
	char *copy = s ? strdup(s) : NULL;
	ck_assert_ptr_nonnull(copy);
	return copy;
}
