/* What the client accepts, has, and sends: Accept-Encoding, entity tags, media types, trace context. Pure. */
#ifndef HTTP_NEGOTIATION_H
#define HTTP_NEGOTIATION_H

#include <stdbool.h>
#include <stddef.h>

/* Whether Accept-Encoding allows gzip (RFC 9110 section 12.5.3). */
bool accepts_gzip(const char *s, size_t len);

/*
 * Whether a list of entity tags (If-None-Match, If-Match; RFC 9110 section 8.8.3) is `*` or has the opaque
 * tag `etag` (without quotes). A tag with our "-gzip" behind it counts as the same. `weak`: W/ tags may match
 * too.
 */
bool etags_have(const char *s, size_t len, const char *etag, bool weak);

/* As etags_have, strongly, for any opaque tag that `fits`. */
bool etags_fit(const char *s, size_t len, bool (*fits)(const void *arg, const char *tag, size_t len),
	       const void *arg);

/* Whether a Content-Type is this media type, with no charset but UTF-8. */
bool media_type_is(const char *s, size_t len, const char *type);

/* The traceparent of W3C Trace Context level 1, version 00 form: 55 bytes, no zero ids. */
bool traceparent_is_valid(const char *s, size_t len);

/* A request id that may be echoed and logged: 1 to 64 of [A-Za-z0-9._-]. */
bool request_id_is_valid(const char *s, size_t len);

/* An Idempotency-Key: 1 to 255 visible ASCII characters. */
bool idempotency_key_is_valid(const char *s, size_t len);

#endif
