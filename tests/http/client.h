/* A server with routes of the tests' own on a free port, and clients of it. The loop runs while a client
 * waits. */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include "http/server.h"

/* Opens loop, tasks and server with `routes`; `change` may alter the config first. NULL hooks: none. */
void serve(const struct route *routes, void (*change)(struct http_config *cfg),
	   const struct http_hooks *hooks);
void serve_end(void);

/* A connection to the server; reads never wait longer than a few seconds. */
int dial(void);
void send_text(int fd, const char *text);
void send_bytes(int fd, const void *bytes, size_t len);

/* An answer; the strings live until the next one is heard. */
struct got {
	int status; /* 0: the connection was closed without an answer; -1: nothing came in time */
	const char *head;
	const char *body;
	size_t body_len;
};

/* Reads one answer of a connection; `head_only` for answers to HEAD. */
struct got hear(int fd);
struct got hear_head(int fd);

/* One request on a connection of its own, raw. */
struct got ask(const char *raw);

/* Value of a header of the answer, NULL: absent. Lives until the next call. */
const char *got_header(const struct got *g, const char *name);

/* Whether the server has closed the connection; waits up to `ms`, dropping what comes. */
bool is_closed(int fd, int ms);

/* Whatever comes within `ms`, or until the server closes. NUL-terminated; lives until the next one is heard.
 */
const char *hear_all(int fd, int ms);

/* Runs the loop for that long. */
void pass_ms(int ms);

#endif
