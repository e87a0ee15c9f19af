/* One request and its answer, from the first byte of the head to the last one written. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/exchange/bodies.h"
#include "http/message/parser.h"
#include "http/route/limits.h"
#include "http/route/router.h"
#include "http/wire/output.h"
#include "http/wire/peers.h"
#include "vobe/buf.h"

enum { REQUEST_ID_MAX = 64, TRACEPARENT_LEN = 55, BODY_HASH = 32, ALLOWANCES_MAX = 6 };

struct json;

struct exchange {
	struct req rq;
	struct output *out;
	struct exchange *next; /* in the list of spare ones */

	/* The request. */
	const char *bytes;  /* the head's first byte; in the connection's block until the exchange is over */
	struct match match; /* match.endpoint is NULL for what no route answers */
	uint64_t body_max;
	const char *body;
	size_t body_len;
	struct buf store;        /* a body that did not come whole with its head */
	struct body_share share; /* what it holds, counted */
	bool is_judged;          /* who asks may go on: request_judge has said so */
	const struct json *json; /* the body, when it is one */
	err refusal;             /* found on the way; answered unless something graver is found first */
	bool shut_before;        /* the client had shut its side when the request began to run */
	bool abandoned;
	char request_id[REQUEST_ID_MAX + 1], traceparent[TRACEPARENT_LEN + 1];
	struct peer address; /* the client's, behind a trusted proxy too */
	bool https;          /* of the client's side of that proxy */

	const char *idempotency_key; /* NULL: none that counts */
	uint8_t body_hash[BODY_HASH];

	/* The answer. */
	bool replied;
	int status;                      /* of the answer */
	bool shows_deleted;              /* it is of something that is deleted, and says so */
	int64_t started;                 /* monotonic us: when the request was complete */
	bool own_cache_control, own_csp; /* the handler has set them */
	struct buf headers;              /* further lines, each with CR LF */
	struct buf partial;              /* the X-Partial list */
	struct allowance allowances[ALLOWANCES_MAX];
	int allowance_count;
	bool has_spent_own; /* a token of the route's own bucket; refused requests get it back */

	struct head head; /* last: large, and not cleared */
};

static inline struct exchange *exchange_of(const struct req *rq)
{
	return rq->exchange;
}

struct exchange *exchange_new(struct output *out, const struct peer *peer);
void exchange_free(struct exchange *ex);
void exchanges_close(void);

/* The value of the first field of that kind; NULL: absent. Not NUL-terminated. */
const char *exchange_field(const struct exchange *ex, enum known_field kind, size_t *len);

/* Keeps a piece of a body that did not come whole with its head. False: such bodies hold too much, in all or
 * of this client. */
bool exchange_keep_body(struct exchange *ex, const char *bytes, size_t len);

/* As much again as `more` bytes, for what is made of a body. False: as above. */
bool exchange_hold(struct exchange *ex, size_t more);

#endif
