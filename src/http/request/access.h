/* The access log: one line an answer, by `log.access`, and a security line for bursts of refusals. */
#ifndef HTTP_ACCESS_H
#define HTTP_ACCESS_H

#include "http/exchange/exchange.h"

/* The answer has been given. On the loop. */
void access_tell(const struct exchange *ex);

void access_close(void);

#endif
