/* What becomes of a request: who asks, whether they may, what they sent; then the handler, on a task. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/exchange/exchange.h"

/* life.c. An id for what has sent none. */
void request_id_make(char out[REQUEST_ID_MAX + 1]);

/* The head is complete: finds the route and how large a body may be. An error refuses the request. */
err request_route(struct exchange *ex);

typedef void request_done(void *exchange, err result);

/*
 * The body has yet to come: judges the request by its head, before the body is given memory. `judged` is
 * called when that is done, perhaps before this returns; its err refuses the request. An err of this function
 * does too, and `judged` is not called.
 */
err request_judge_head(struct exchange *ex, request_done *judged);

/*
 * The body is complete. True: it is with its task, which calls `ended` when it is done, perhaps before this
 * returns; then request_settle is due. False: it is answered already.
 */
bool request_start(struct exchange *ex, request_done *ended);

/* The task has ended so: what has not been answered is answered now. */
void request_settle(struct exchange *ex, err result);

/* Answers with a problem, now. */
void request_refuse(struct exchange *ex, err fault);

/* The client has left. */
void request_abandon(struct exchange *ex);

/* It is answered: the exchange is over. */
void request_end(struct exchange *ex);

/* forwarded.c. Who the client is, and whether by https, when a trusted proxy tells; an err refuses the
 * request. */
err forwarded_read(struct exchange *ex);

/* judge.c, on the task. `arg` is the exchange. Who may go on, by the head alone. Suspends. */
err request_judge(struct ctx *cx, void *arg);

/* PAYLOAD_TOO_LARGE, with the limit of its route in bytes. */
err body_too_large(struct exchange *ex);

/*
 * spend.c: limits, told by TOO_MANY_REQUESTS. Of an address alone, before anything is looked at; of what no
 * route answers; of a request whose sender is known, by its route; and when it is over, what a refusal costs.
 */
err spend_address(struct exchange *ex);
err spend_stranger(struct exchange *ex);
err spend(struct exchange *ex);
void spend_settle(struct exchange *ex);

/* request.c, on the task. `arg` is the exchange. An error is the answer, unless the handler has replied.
 * Suspends. */
err request_run(struct ctx *cx, void *arg);

/* repetition.c: sends the kept answer of the first request with this Idempotency-Key, if there was one.
 * Suspends. */
err repeat_answer(struct exchange *ex);

/* decode.c: path and query, then the body, into rq->params and rq->body. With an err of the body, what is
 * sound of it is there. */
err decode_params(struct exchange *ex);
err decode_body(struct exchange *ex);

/* refusal.c: `e`, with the faults that the route's finder knows beside those of it. Suspends. */
err refusal_of(struct exchange *ex, err e);

#endif
