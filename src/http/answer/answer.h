/* Answers as the server itself writes them; what handlers use is vobe/http.h. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "http/exchange/exchange.h"

/* Prebuilt parts of heads. Before the first answer. */
void answers_open(void);
void answers_close(void);

/* An answer: the head, then the body unless HEAD or the status forbid it. `etag` (without quotes) may be
 * NULL. */
struct answer {
	int status;
	const char *media_type; /* NULL: no content */
	const void *body;
	size_t len;
	const char *etag;
	const void *gzip; /* the body compressed, when that has been done already; NULL: not */
	size_t gzip_len;
};
void answer_send(struct exchange *ex, const struct answer *a);

/* application/problem+json, or RFC 6749's shape for routes that say so. */
void answer_problem(struct exchange *ex, err problem);

/* The page for browsers; `fault` may be NULL. */
void answer_page(struct exchange *ex, int status, err fault);

/* 204 with Allow, and what a preflight asks for (options.c). */
void answer_options(struct exchange *ex);

/* The head of an answer without a known end: the connection is closed behind it. */
void answer_begin_stream(struct exchange *ex, const char *media_type);

/* "Name: value" among the answer's headers; both are ours or have been looked at. */
void answer_header(struct exchange *ex, const char *name, const char *value);

/* One buffer for rendering, used again and again; nothing may suspend between taking it and answer_send. */
struct buf *scratch_take(void);

#endif
