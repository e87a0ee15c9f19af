/* Answers as the server itself writes them; what handlers use is vobe/http.h. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/exchange/exchange.h"

/* Prebuilt parts of heads. Before the first answer. */
void replies_open(void);
void replies_close(void);

/* An answer: the head, then the body unless HEAD or the status forbid it. `etag` (without quotes) may be NULL. */
struct answer {
	int status;
	const char *media_type; /* NULL: no content */
	const void *body;
	size_t len;
	const char *etag;
};
void answer_send(struct exchange *ex, const struct answer *a);

/* application/problem+json, or RFC 6749's shape for routes that say so. */
void answer_problem(struct exchange *ex, err problem);

/* The head of an answer without a known end: the connection is closed behind it. */
void answer_begin_stream(struct exchange *ex, const char *media_type);

/* "Name: value" among the answer's headers; both are ours or have been looked at. */
void answer_header(struct exchange *ex, const char *name, const char *value);

/* One buffer for rendering, used again and again; nothing may suspend between taking it and answer_send. */
struct buf *scratch_take(void);

/* A value of the route's reply schema as JSON in the scratch, with the ETag it has (in the arena, or NULL). */
void answer_render(struct exchange *ex, const void *value, struct answer *a);

/* Location for a 201: where what was made can be read. Our JSON begins with its id. */
void answer_add_location(struct exchange *ex, int status, const char *json, size_t len);

/* head.c: writes the head into the connection. */
struct head_facts {
	int status;
	const char *media_type; /* NULL: none */
	const char *etag;       /* NULL: none */
	bool gzip, has_length;
	size_t length;
};
void head_write(struct exchange *ex, const struct head_facts *f);
void heads_open(void);

/* compress.c: gzip into a buffer of its own, valid until the next call. False: not smaller, or it failed. */
bool gzip_bytes(const void *bytes, size_t len, const void **out, size_t *out_len);
void gzip_close(void);

#endif
