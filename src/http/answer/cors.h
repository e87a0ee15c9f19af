/* Cross-origin requests of browsers (Fetch standard), and OPTIONS. */
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

/* 204 with Allow, and what a preflight asks for. */
void cors_answer_options(struct exchange *ex);

/* The methods of a set of 1 << method as the value of Allow, in the arena. */
const char *allow_text(struct arena *a, unsigned allowed);

#endif
