/*
 * Routes and handlers as a module declares them. Authorisation, decoding, validation, idempotency, rate
 * limits and OpenAPI come from a route's row; a handler runs only for a request that passed all of them.
 */
#ifndef VOBE_ROUTE_H
#define VOBE_ROUTE_H

#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/seam.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE };

/* Who may call. Whose rows they see is the loaders' business. */
enum who { WHO_UNSET, WHO_ANYONE, WHO_USER, WHO_MODERATOR, WHO_SUPERUSER };

struct req;
struct finder;   /* vobe/finder.h */
struct exchange; /* src/http: the connection's side of a request */

/* A handler with what it takes and answers, made by HANDLER. */
struct handler {
	err (*run)(struct req *rq);
	const char *name; /* OpenAPI operationId, metrics label */
	const char *file;
	int line;
	const struct schema *params; /* path and query parameters, by name */
	const struct schema *body;   /* NULL: no body allowed */
	const struct schema *reply;  /* NULL: no content, or the route `produces` */
};

/* One of the forms of a body whose field `by` says which: the handler judges it, OpenAPI tells. */
struct variant {
	const char *name;         /* snake_case, of the OpenAPI component */
	const char *by, *is;      /* {"grant_type": "password"} ... */
	const char *const *needs; /* ... goes with these fields; NULL-terminated */
};

struct route {
	enum method method;
	const char *
		path; /* below /api/v1 unless it begins with "//": "/posts/{id}", "//.well-known/jwks.json" */
	enum who who;
	int status; /* of success */
	const struct handler *handler;
	const char *doc;             /* one sentence, imperative */
	const struct finder *finder; /* FINDS(...); NULL: only the schema finds faults of its fields */

	unsigned view;     /* the views the reply shows by itself: VIEW_DETAIL for a single resource */
	unsigned may_view; /* those the handler adds when asked to, beside VIEW_OWN and VIEW_STAFF */
	bool list;         /* the answer is {"items":[...],"next_cursor":...} of the handler's reply */
	const struct schema *beside;    /* what such an answer's `members` may be */
	bool page;                      /* browsers are given a small page */
	bool redirects;                 /* it may also answer 301 with Location */
	const err *problems;            /* besides those every route may answer; NULL-terminated */
	const char *produces;           /* media type when it is not application/json */
	const char *or_produces;        /* another one that a parameter asks for */
	bool form;                      /* the body may also be application/x-www-form-urlencoded */
	const struct variant *variants; /* the body is one of these; ends with an empty one */
	bool oauth;                     /* errors in RFC 6749 section 5.2's shape */
	int body_max;                   /* bytes; 0: 64 KiB, or 1 MiB when the body's fields may hold more */
	int patience_s;                 /* that its handler may take; 0: http.request_timeout */
	bool streams;       /* who accepts text/event-stream is answered 200 with one, whatever `status` is */
	const char *bucket; /* extra rate limit by that name ("register"), beside the common ones */
	const char
		*refusals; /* the limit that pays for what is refused with 4xx; `bucket` is then given back */
	bool spends_itself;   /* who pays is in the body: the handler calls spend_... before it works */
	bool unlimited;       /* no rate limit: health must be readable at any rate */
	bool no_idempotency;  /* a creating POST whose answer must not be stored: tokens */
	bool own_idempotency; /* the same, and its handler tells by Idempotency-Key what it has done before */
	bool tells_conflicts; /* the loser of two changes learns of it (409) and is not made again */
	bool creates;         /* a creating POST though its status is not 201: takes an Idempotency-Key */
};

/*
 * Stands above a handler and is its prototype: which field lists it takes as parameters and body and which it
 * answers with, each a tag or `none`. A handler is given the request, then what it has of these three:
 *
 *	HANDLER(create_comment, post_param, comment, comment);
 *	static err create_comment(struct req *rq, const struct post_param *in, struct comment *body,
 *				  struct comment_reply *re)
 *
 * *in and *body are valid: defaults filled in, all rules obeyed; the handler may change *body. A creating
 * POST makes of *body what it adds: what a client sent of its read-only fields must agree with that (422).
 * A handler that ends with EDIT_CONFLICT is run again, unless it is a POST's with a body: it reads anew what
 * it changes.
 * `re` is what reply() and its kin take. Another struct in one of these places does not compile.
 */
#define HANDLER(NAME, PARAMS, BODY, REPLY)                                                         \
	static err NAME(struct req *rq SEAM_PARAMS(PARAMS) SEAM_BODY(BODY) SEAM_REPLY(REPLY));     \
	static err NAME##_run(struct req *rq)                                                      \
	{                                                                                          \
		SEAM_REPLY_MADE(REPLY)                                                             \
		return NAME(rq SEAM_PARAMS_OF(PARAMS) SEAM_BODY_OF(BODY) SEAM_REPLY_OF(REPLY));    \
	}                                                                                          \
	static const struct handler NAME##_handler = {                                             \
		.run = NAME##_run, .name = #NAME, .file = __FILE__, .line = __LINE__,              \
		.params = SEAM_SCHEMA(PARAMS), .body = SEAM_SCHEMA(BODY), .reply = SEAM_SCHEMA(REPLY)}

/* A row of a table: ROUTE(POST, "/posts", USER, 201, create_post, "Write a post", .view = VIEW_DETAIL). */
#define ROUTE(method_, path_, who_, status_, handler_, doc_, ...)                                  \
	{.method = METHOD_##method_, .path = path_, .who = WHO_##who_, .status = status_,          \
	 .handler = &handler_##_handler, .doc = doc_, ##__VA_ARGS__}

struct req {
	struct ctx cx; /* cx.viewer says who asks */
	const struct route *route;
	const void *params_; /* what HANDLER gives the handler */
	void *body_;
	uint64_t given;   /* which parameters the client sent: HAS(rq->given, post_query_ids_field) */
	uint64_t present; /* which fields of the body: HAS(rq->present, post_title_field) */
	unsigned view;    /* starts as route->view; a handler may add VIEW_OWN or VIEW_STAFF */
	struct exchange *exchange;
};

#define SEAM_PARAMS(tag)      SEAM_UNLESS_NONE(tag, SEAM_PARAMS_A, SEAM_NOTHING)(tag)
#define SEAM_PARAMS_A(tag)    , const struct tag *in
#define SEAM_PARAMS_OF(tag)   SEAM_UNLESS_NONE(tag, SEAM_PARAMS_GET, SEAM_NOTHING)(tag)
#define SEAM_PARAMS_GET(tag)  , rq->params_
#define SEAM_BODY(tag)        SEAM_UNLESS_NONE(tag, SEAM_BODY_A, SEAM_NOTHING)(tag)
#define SEAM_BODY_A(tag)      , struct tag *body
#define SEAM_BODY_OF(tag)     SEAM_UNLESS_NONE(tag, SEAM_BODY_GET, SEAM_NOTHING)(tag)
#define SEAM_BODY_GET(tag)    , rq->body_
#define SEAM_REPLY(tag)       SEAM_UNLESS_NONE(tag, SEAM_REPLY_A, SEAM_NOTHING)(tag)
#define SEAM_REPLY_A(tag)     , struct tag##_reply *re
#define SEAM_REPLY_OF(tag)    SEAM_UNLESS_NONE(tag, SEAM_REPLY_PASS, SEAM_NOTHING)(tag)
#define SEAM_REPLY_PASS(tag)  , &re
#define SEAM_REPLY_MADE(tag)  SEAM_UNLESS_NONE(tag, SEAM_REPLY_MAKE, SEAM_NOTHING)(tag)
#define SEAM_REPLY_MAKE(tag)  struct tag##_reply re = {.rq = rq};

#endif
