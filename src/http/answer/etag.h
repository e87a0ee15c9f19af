/* Entity tags: what an answer is of, and whether a client's change is meant for it (RFC 9110 sections 8.8.3,
 * 13). */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include "http/exchange/exchange.h"

/*
 * The tag of a value of the route's reply schema, rendered as these bytes; NULL: it has none. In the arena.
 *
 * "v<version>-<checksum><seal>": the checksum is of the bytes, so that a counter beside the version makes
 * another tag; the seal is of id, version and checksum, so that If-Match takes only tags that were given out
 * for this version of this resource. The same on every instance. Documents of the platform have no version:
 * of them the checksum alone.
 */
const char *etag_of_value(struct exchange *ex, const void *value, const char *bytes, size_t len);

/* The checksum alone, added to `tag`. */
void etag_of_bytes(struct buf *tag, const char *bytes, size_t len);

#endif
