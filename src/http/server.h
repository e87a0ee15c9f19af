/*
 * The HTTP/1.1 server (RFC 9110, RFC 9112) on libevent's events. Explicit state machines inside; a handler
 * runs on a task. It knows no module: routes come as tables, and who asks, idempotency and readiness through
 * hooks that app wires.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "vobe/http.h"
#include "vobe/module.h"

#include <stdio.h>

/*
 * A token bucket of `count` requests, refilled evenly over `per_s` seconds; count 0 means no limit. Known
 * names: address, guest, user, writes, and what the routes' `bucket` names (register, login).
 */
struct http_rate {
	const char *name; /* NULL ends the table */
	int count, per_s;
};

/* Which answers the access log has. */
enum access_log { ACCESS_OFF, ACCESS_ERRORS, ACCESS_ALL };

struct http_config {
	const char *address; /* "127.0.0.1" */
	int port;
	int inherited_fd; /* -1, or a listening socket (socket activation) */
	bool reuse_port;
	int connections_max, connections_per_address;
	int head_ms, body_ms, idle_ms, stall_ms, request_ms; /* deadlines; body grows by 1 s per 64 KiB */
	const char *trusted_proxies; /* networks whose X-Forwarded-For and -Proto are believed; NULL: none */
	size_t bodies_max; /* bytes of bodies on their way; an address and an account may hold a sixteenth */
	const char *public_url; /* "https://music.example.org", of which absolute links are made; "" or NULL:
				   unknown */
	const char *cors_origins;      /* "*" or a comma-separated list */
	bool limits;                   /* rate limits; benchmarks turn them off */
	const struct http_rate *rates; /* what has none has no limit; NULL: nothing has. Copied */
	int gzip_least;                /* bytes; 0 = never */
	enum access_log access; /* answers of 400 and more, of which some when there are very many; or all */
};

/* An answer that was kept under an Idempotency-Key. */
struct kept_answer {
	int status;
	struct bytes body;
	const char *etag;    /* NULL: it had none */
	const char *headers; /* what stood in its head beside that: lines, each with CR LF */
};

struct http_hooks {
	/*
	 * Whether the server can serve this route now: NULL, or the problem that answers (UNAVAILABLE while
	 * the database has not been reached yet, or the drain has begun). Routes whose path begins with "//"
	 * are always admitted. On the loop.
	 */
	err (*admit)(const struct route *route);

	/* Fills cx->viewer from a bearer token; an err answers the request. Runs on the request's task. */
	err (*authenticate)(struct ctx *cx, const char *token, struct viewer *viewer);

	/*
	 * For a signed-in user's creating POST with an Idempotency-Key, before the handler: keys belong to
	 * cx->viewer.user_id. `module` is the route's. *kept set (its status is not 0): it is sent and the
	 * handler not run. Errors: IDEMPOTENCY_MISMATCH (422), ..._RUNNING (409).
	 */
	err (*idempotency_find)(struct ctx *cx, const char *module, const char *key, const void *body_hash,
				struct kept_answer *kept);
	/* Adds the row to the change that answers. A unique violation of it is IDEMPOTENCY_RUNNING. */
	void (*idempotency_store)(struct change *ch, const char *module, const char *key,
				  const void *body_hash, const struct kept_answer *answer);
};

/* Takes the modules' route tables; refuses duplicates and unset policies (prints to stderr, false). */
bool http_open(const struct http_config *cfg, const struct http_hooks *hooks);
bool http_routes(const char *module, const struct route *table);

/*
 * From now on cursors and ETags are sealed with this secret: what another made, or a former secret, is not
 * taken. Instances of one installation must have the same. Before it comes the secret is random.
 */
void http_seal_with(const void *secret, size_t len);

/* Begins to listen. False: errno text with address, likely owner and remedy in `fault`. */
bool http_listen(char *fault, size_t room);

/* Whoever connects waits in the backlog until http_accept: for a server that will soon be ready. */
void http_hold(void);
void http_accept(void);
int http_port(void); /* the bound one, when cfg.port was 0 */

/* Stops accepting, answers what is running with Connection: close; http_is_idle when all has been sent. */
void http_drain(void);
bool http_is_idle(void);
void http_close(void);

/* Prints every route: method, path, who, handler, file:line; text or JSON. */
void http_print_routes(FILE *out, bool json);

/* The problem of that code that some route may answer, for GET /problems/{code}; NULL: none. */
err http_problem(const char *code);

/* OpenAPI 3.1 from the tables. The text lives until http_close. */
const char *http_openapi(void);

/*
 * Answers with bytes that stay where they are and do not change until http_close: compressed once, with an
 * ETag of their own, so that who asks again costs little.
 */
err http_reply_constant(struct req *rq, const char *media_type, const void *bytes, size_t len);

/* Answers a browser (Accept: text/html) with a small page that says where things are; false: it is none. */
bool http_reply_page(struct req *rq);

/* What the server counts. */
struct http_stats {
	uint64_t accepted, refused, requests, parse_errors, timeouts, clients_gone, status[6];
	int connections;
};
void http_read_stats(struct http_stats *out);

#endif
