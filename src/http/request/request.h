/* A request on its task: who asks, whether they may, what they sent; then the handler. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/exchange/exchange.h"

/* `arg` is the exchange. An error is the answer, unless the handler has replied. Suspends. */
err request_run(struct ctx *cx, void *arg);

/* decode.c: path and query, then the body, into rq->params and rq->body. */
err decode_params(struct exchange *ex);
err decode_body(struct exchange *ex);

#endif
