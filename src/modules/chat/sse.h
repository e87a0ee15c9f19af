/*
 * The reader of an upstream's event stream (HTML standard, section 9.2), for whatever upstreams make of it:
 * pure, fed with pieces cut anywhere.
 */
#ifndef CHAT_SSE_H
#define CHAT_SSE_H

#include "vobe/buf.h"

#include <stdbool.h>

enum { SSE_LINE_MAX = 1024 * 1024 };

/* What stands in the stream: data of an event, or what is no event at all but an error told in its place. */
enum sse_kind { SSE_DATA, SSE_ERROR };

/* Start with {.event = f, .arg = x}. */
struct sse {
	/* `data` is NUL-terminated and valid during the call. False: enough, nothing more is read. */
	bool (*event)(void *arg, enum sse_kind kind, const char *data, size_t len);
	void *arg;
	struct buf line, data; /* on the heap */
	bool has_data, was_cr, is_over;
};

/* False: a line is longer than SSE_LINE_MAX. */
bool sse_feed(struct sse *s, const char *bytes, size_t len);

/* The stream has ended; an event without its empty line counts. */
void sse_end(struct sse *s);
void sse_free(struct sse *s);

#endif
