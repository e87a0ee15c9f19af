/* A growing byte buffer. Backed by an arena, or by malloc when `arena` is NULL (then buf_free). */
#ifndef VOBE_BUF_H
#define VOBE_BUF_H

#include "vobe/arena.h"
#include "vobe/id.h"

#include <stdint.h>

struct buf {
	char *at; /* not NUL-terminated; see buf_text */
	size_t len, room;
	struct arena *arena;
};

/* Room for `more` further bytes; returns where they go. Never NULL. */
char *buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *s);
/* With `join` before it where something stands already; nothing where `what` is empty. */
void buf_join(struct buf *b, const char *join, const char *what);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t n);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The content with a NUL behind it; valid until the next change. */
const char *buf_text(struct buf *b);
void buf_free(struct buf *b);

/* JSON values, straight into the buffer. NULL, the nil UUID and TIME_NULL are written as null. */
void json_str(struct buf *b, const char *s); /* valid UTF-8 in, quoted and escaped (RFC 8259 section 7) */
void json_uuid(struct buf *b, struct uuid id);
void json_time(struct buf *b, int64_t t);

#endif
