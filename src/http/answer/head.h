/* The heads of answers. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/exchange/exchange.h"

struct head_facts {
	int status;
	const char *media_type; /* NULL: none */
	const char *etag;       /* NULL: none */
	bool gzip, has_length;
	size_t length;
};

/* Prebuilt lines. Before the first head. */
void heads_open(void);

/* Writes the head into the exchange's output. */
void head_write(struct exchange *ex, const struct head_facts *f);

/*
 * The whole 503 of a connection for which there is no room, in `to`; returns its length. Nothing of a request
 * has been read.
 */
enum { NO_ROOM_MAX = 1024 };
size_t head_no_room(char to[NO_ROOM_MAX], const char *request_id);

/* IMF-fixdate (RFC 9110 section 5.6.7) of a wall time: "Fri, 02 Jan 2026 03:04:05 GMT". Returns the length.
 */
enum { HTTP_DATE = 48 };
size_t http_date(int64_t wall, char out[HTTP_DATE]);

#endif
