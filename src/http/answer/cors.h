/* Cross-origin requests of browsers (Fetch standard). */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include "http/exchange/exchange.h"

/* Takes the configured origins: "*" or a comma-separated list. */
void cors_open(const char *origins);
void cors_close(void);

/* Whether answers differ by Origin. */
bool cors_varies(void);

/* What Access-Control-Allow-Origin must say; NULL: nothing. */
const char *cors_origin(const struct exchange *ex, size_t *len);

/* Whether a browser asks before it sends (Fetch standard, CORS preflight), from an origin that may. */
bool cors_is_preflight(const struct exchange *ex);

#endif
