/* A secret of the installation, by which it knows again what it has handed out: cursors, versions in ETags.
 */
#ifndef HTTP_SEAL_H
#define HTTP_SEAL_H

#include <stddef.h>
#include <stdint.h>

/* A random secret, until http_seal_with brings that of the installation. */
void seals_open(void);

/* What only a holder of the secret can compute of the bytes (SipHash-2-4). Bytes of different things must
 * differ. */
uint64_t seal(const void *bytes, size_t len);

#endif
