/*
 * Routes, requests and replies as a module sees them. Authorisation, decoding, validation, idempotency, rate limits
 * and OpenAPI come from the route's row; a handler runs only for a request that passed all of them.
 */
#ifndef VOBE_HTTP_H
#define VOBE_HTTP_H

#include "vobe/ctx.h"
#include "vobe/db.h"
#include "vobe/schema.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE };

/* Who may call. Whose rows they see is the loaders' business. */
enum who { WHO_UNSET, WHO_ANYONE, WHO_USER, WHO_MODERATOR, WHO_SUPERUSER };

struct req;
struct exchange; /* src/http: the connection's side of a request */

typedef err (*handler)(struct req *rq);

struct route {
	enum method method;
	const char *path; /* below /api/v1 unless it begins with "//": "/posts/{id}", "//.well-known/jwks.json" */
	enum who who;
	int status; /* of success */
	handler handler;
	const char *name; /* the handler's name: OpenAPI operationId, metrics label */
	const char *file;
	int line;
	const char *doc; /* one sentence, imperative */

	const struct schema *params; /* path and query parameters, by name */
	const struct schema *body;   /* NULL: no body allowed */
	const struct schema *reply;  /* NULL: no content, or `produces` */
	unsigned view;               /* the views the reply may show by itself: VIEW_DETAIL for a single resource */
	bool list;                   /* the reply is {"items":[...],"next_cursor":...} of `reply` */
	const err *problems;         /* besides those every route may answer; NULL-terminated */
	const char *produces;        /* media type when it is not application/json */
	bool form;                   /* the body may also be application/x-www-form-urlencoded */
	bool oauth;                  /* errors in RFC 6749 section 5.2's shape */
	int body_max;                /* bytes; 0: 1 MiB */
	const char *bucket;          /* extra rate limit by that name ("login"), beside the common ones */
	bool no_idempotency;         /* a creating POST whose answer must not be stored: tokens */
	bool creates;                /* a creating POST though its status is not 201: it takes an Idempotency-Key too */
};

/* Defines a handler and remembers where it stands: HANDLER(create_post) { ... rq ... } */
#define HANDLER(NAME)                                                                              \
	static err NAME(struct req *rq);                                                           \
	enum { NAME##_line = __LINE__ };                                                           \
	static err NAME(struct req *rq)

/* A row of a route table: ROUTE(POST, "/posts", USER, 201, create_post, "Write a post", .body = &post_schema). */
#define ROUTE(method_, path_, who_, status_, handler_, doc_, ...)                                  \
	{.method = METHOD_##method_, .path = path_, .who = WHO_##who_, .status = status_,          \
	 .handler = handler_, .name = #handler_, .file = __FILE__, .line = handler_##_line, .doc = doc_, ##__VA_ARGS__}
#define ROUTES_END {.path = 0}

struct req {
	struct ctx cx; /* cx.viewer says who asks */
	const struct route *route;
	const void *params; /* of route->params: defaults filled in, all valid */
	void *body;         /* of route->body: valid; the handler may change it */
	uint64_t present;   /* which fields the client sent: HAS(rq->present, post_title_field) */
	unsigned view;      /* starts as route->view; a handler may add VIEW_OWN or VIEW_STAFF */
	struct exchange *exchange;
};

/*
 * Answers, in the route's schema, view and status. Each may be called once. A single resource whose schema has a field
 * `version` gets the ETag "v<version>-<hash of the bytes>", and If-None-Match is answered with 304.
 */
err reply(struct req *rq, const void *value);
err reply_empty(struct req *rq); /* 204, or the route's status without content */
err reply_bytes(struct req *rq, const char *media_type, const void *bytes, size_t len); /* copied */
err reply_redirect(struct req *rq, int status, const char *location);

/*
 * Commits the change and answers. With an Idempotency-Key the answer's bytes are written in the same transaction, so that
 * a repeated request gets the very same answer. The one way to answer a creating POST.
 */
err reply_commit(struct req *rq, struct change *ch, const void *value);

/* As reply_commit, for what has no content. */
err reply_commit_empty(struct req *rq, struct change *ch);

/* {"items":[...],"next_cursor":...} and Link: rel="next". `items` is an array of route->reply structs. */
struct list {
	const void *items;
	int count;
	const char *next_cursor; /* NULL: the last page */
	int64_t total;           /* -1: not asked for */
	bool total_is_lower_bound;
	const char *members;     /* additional members, JSON text without braces, or NULL */
};
err reply_list(struct req *rq, const struct list *list);

/* A header of the answer; both strings are copied, CR and LF are refused. Call before replying. */
void reply_header(struct req *rq, const char *name, const char *value);

/* Part of the answer could not be had ("author_username"): null there, and X-Partial names it. */
void reply_partial(struct req *rq, const char *field);

/* PRECONDITION_FAILED if If-Match was sent and names another version. */
err require_match(struct req *rq, int64_t version);

/* Request facts. */
const char *req_header(const struct req *rq, const char *name); /* NULL: absent. Any letter case */
const char *req_address(const struct req *rq);                  /* the client's, behind a trusted proxy too */
const char *req_base_url(const struct req *rq);                 /* "http://host:port", no slash at the end */

/*
 * Keyset paging. The cursor is opaque and bound to `scope` (sort and filters): one made for another list is INVALID_CURSOR.
 * A list asks for limit + 1 rows; with more than limit of them the last shown row makes the next cursor.
 */
struct page_key {
	int64_t number;   /* INT and TIME sorts */
	const char *text; /* TEXT sorts; NULL otherwise */
	struct uuid id;   /* breaks ties */
};

#define PAGE_FIELDS(F, T)                                                                          \
	F(T, INT, limit, IN, "Items on a page", .min = 1, .max = 100, .otherwise = "20")           \
	F(T, TEXT, cursor, IN | NULLABLE, "Where the page before ended: its `next_cursor`", .min = 1, .max = 1000)

/* *key is untouched (the caller's start of the list) when cursor is NULL. */
err page_read(struct ctx *cx, const char *cursor, const char *scope, struct page_key *key);
const char *page_write(struct ctx *cx, const char *scope, const struct page_key *key);

/*
 * Server-sent events. The stream outlives the handler: it is owned by the module that asked for it, until `closed`.
 * A client that does not read is closed when its output passes the cap; nothing here suspends.
 */
struct stream;
struct stream *stream_open(struct req *rq, void (*closed)(void *arg), void *arg);
void stream_send(struct stream *s, const char *event, const char *id, const char *data);
void stream_close(struct stream *s); /* `closed` is not called */

#endif
