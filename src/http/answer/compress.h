/* gzip (RFC 1952) of whole answers. */
#ifndef HTTP_COMPRESS_H
#define HTTP_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Into a buffer of its own, valid until the next call. False: not smaller, or it failed. */
bool gzip_bytes(const void *bytes, size_t len, const void **out, size_t *out_len);
void gzip_close(void);

#endif
