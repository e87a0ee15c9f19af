/* A service of notes, with everything that a server does for its handlers, and the asking. */
#ifndef HTTP_SCENE_H
#define HTTP_SCENE_H

#include "http/client.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#define ID "0190f000-0000-7000-8000-000000000001" /* of a note; its version is 3 */

/* Each closed by serve_end. */
void open_server(void);
void open_limited(void);      /* a few requests only */
void open_behind_proxy(void); /* that is believed, and with two other origins */
void open_with(void (*change)(struct http_config *cfg));

extern int handler_runs; /* of create_note */

/* The one answer that is remembered for a repeated request. */
extern struct stored {
	char key[256], etag[64], headers[512];
	uint8_t hash[32];
	int status;
	uint8_t bytes[4096];
	size_t len;
} stored;

/* `headers` are lines, each with CRLF; `body` may be NULL. */
struct got request(const char *method, const char *path, const char *headers, const char *body);
#define GET(path, headers) request("GET", "/api/v1" path, headers, NULL)
#define JSON "Content-Type: application/json\r\n"
#define AS_USER "Authorization: Bearer user\r\n"

void assert_header(const struct got *g, const char *name, const char *value); /* NULL: it is absent */
/* A whole problem document: its members agree with the answer. */
void assert_problem(const struct got *g, int status, const char *code);
char *copy_of(const char *s); /* malloc'd; never of NULL */

#endif
