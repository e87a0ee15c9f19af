/* Routes that take bodies of all sizes, a proxy before them, and clients who begin and stop. */
#include "http/doors.h"

#include "support/ids.h"

#include <stdio.h>

int tokens_read;

#define NOTE_FIELDS(F, T) F(T, TEXT, text, IN | REQ, "Text", .min = 1, .max = 100)
STRUCT(note, NOTE_FIELDS);
SCHEMA(note, NOTE_FIELDS, "A note");

#define ESSAY_FIELDS(F, T) F(T, TEXT, text, IN | REQ, "Text", .min = 1, .max = 200000)
STRUCT(essay, ESSAY_FIELDS);
SCHEMA(essay, ESSAY_FIELDS, "An essay");

HANDLER(get_static, none, none, none);
static err get_static(struct req *rq)
{
	return reply_bytes(rq, "text/plain", req_address(rq), strlen(req_address(rq)));
}

HANDLER(get_document, none, none, none);
static err get_document(struct req *rq)
{
	static char text[DOCUMENT_LEN];
	memset(text, 'x', sizeof text);
	return http_reply_constant(rq, "application/json", text, sizeof text);
}

HANDLER(get_health, none, none, note);
static err get_health(struct req *rq, struct note_reply *re)
{
	(void)rq;
	return reply(re, &(struct note){"ok"});
}

HANDLER(write_note, none, note, none);
static err write_note(struct req *rq, struct note *body)
{
	(void)body;
	handler_runs++;
	return reply_empty(rq);
}

/* Holds its body for a while. */
HANDLER(write_essay, none, essay, none);
static err write_essay(struct req *rq, struct essay *body)
{
	(void)body;
	handler_runs++;
	TRY(wait_ms(&rq->cx, 20));
	return reply_empty(rq);
}

const struct route door_routes[] = {
	ROUTE(GET, "/static", ANYONE, 200, get_static, "Get", .produces = "text/plain"),
	ROUTE(POST, "/notes", USER, 204, write_note, "Write a note"),
	ROUTE(POST, "/essays", USER, 204, write_essay, "Write an essay"),
	ROUTE(POST, "/letters", ANYONE, 204, write_essay, "Leave a letter"),
	ROUTE(POST, "/moderators", MODERATOR, 204, write_essay, "For moderators"),
	ROUTE(POST, "/register", ANYONE, 204, write_note, "Register", .bucket = "register"),
	ROUTE(GET, "//livez", ANYONE, 200, get_static, "Live", .unlimited = true, .produces = "text/plain"),
	ROUTE(GET, "//document", ANYONE, 200, get_document, "Document", .produces = "application/json"),
	ROUTE(GET, "//health", ANYONE, 200, get_health, "Health", .unlimited = true),
	ROUTE(GET, "//version", ANYONE, 200, get_static, "Version", .produces = "text/plain"),
	{0},
};

/* "user1" and the like are users. */
static err authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	tokens_read++;
	TRY(wait_ms(cx, 1)); /* as one that asks the database */
	if (strncmp(token, "user", 4) != 0)
		return problem_detail(cx, TOKEN_EXPIRED, "The token has expired.");
	*viewer = (struct viewer){.user_id = uuid_of("user", token), .role = ROLE_USER};
	return NULL;
}

const struct http_hooks door_hooks = {.authenticate = authenticate};

void with_room(struct http_config *cfg)
{
	cfg->bodies_max = 32 * MIB; /* two for each */
	cfg->trusted_proxies = "127.0.0.0/8, ::1, 10.0.0.0/8, fd00::/8";
	cfg->body_ms = 300;
}

void open_doors(void)
{
	handler_runs = tokens_read = 0;
	serve(door_routes, with_room, &door_hooks);
}

struct got post(const char *path, const char *headers, const char *body)
{
	char raw[8192];
	snprintf(raw, sizeof raw, "POST %s HTTP/1.1\r\n" H JSON "%sContent-Length: %zu\r\n\r\n%s", path,
		 headers, strlen(body), body);
	return ask(raw);
}

struct got get(const char *path, const char *headers)
{
	char raw[2048];
	snprintf(raw, sizeof raw, "GET %s HTTP/1.1\r\n" H "%s\r\n", path, headers);
	return ask(raw);
}

int begin_post(const char *path, const char *headers, size_t length, size_t sent)
{
	char head[1024], *body = malloc(sent + 1);
	snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" H JSON "%sContent-Length: %zu\r\n\r\n", path,
		 headers, length);
	memset(body, ' ', sent + 1);
	int fd = dial();
	send_text(fd, head);
	pass_ms(2);
	send_bytes(fd, body, sent);
	free(body);
	return fd;
}
