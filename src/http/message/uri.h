/* Paths, queries and forms (RFC 3986): percent-decoding exactly once, dot segments refused. */
#ifndef HTTP_URI_H
#define HTTP_URI_H

#include "core/schema/walk.h"

enum { SEGMENTS_MAX = 16, PAIRS_MAX = 64 };

/* One part of a path between slashes, decoded: "/posts/a%2Fb" has "posts" and "a/b". Not NUL-terminated. */
struct segment {
	const char *at;
	size_t len;
};

/*
 * Cuts and decodes a path; "/" has no segments. An error when an escape is malformed, the text is not UTF-8
 * without NUL, or a segment is "." or "..", however written. *count is -1 when there are more than
 * SEGMENTS_MAX. Allocates only for escapes.
 */
err path_read(struct arena *a, const char *path, size_t len, struct segment segments[SEGMENTS_MAX],
	      int *count);

/* Decoded, in the arena. NULL: malformed escape, NUL, or not UTF-8. `plus` is what '+' stands for: '+' or '
 * '. */
const char *percent_decode(struct arena *a, const char *s, size_t len, char plus);

/* name=value pairs of a query or of a form, decoded, in the arena. Empty pieces are skipped. BAD_REQUEST
 * otherwise. */
err pairs_read(struct arena *a, const char *s, size_t len, struct pair *pairs, int room, int *count);

#endif
