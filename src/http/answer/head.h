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

#endif
