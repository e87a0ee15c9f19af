/* The struct of a connection, for the files of this directory. */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include "http/message/parser.h"
#include "http/wire/output.h"
#include "http/wire/peers.h"

#include <sys/queue.h>

/* clang-format off */
enum conn_state {
	CONN_IDLE,   /* nothing of the next request has been read */
	CONN_HEAD,   /* part of a head has */
	CONN_JUDGE,  /* the head has, and who asks is being found out before the body is read */
	CONN_BODY,   /* the head has, part of the body has not */
	CONN_RUN,    /* the request is with its handler */
	CONN_STREAM, /* server-sent events */
	CONN_LINGER, /* all is sent and our side shut; what the client still sends is dropped */
};
/* clang-format on */

/* What a connection's time is limited for. Each list is in the order in which the limits run out, but for
 * bodies. */
enum watch { WATCH_NONE, WATCH_IDLE, WATCH_HEAD, WATCH_BODY, WATCH_SEND, WATCH_LINGER, WATCHES };

struct conn {
	TAILQ_ENTRY(conn) link; /* of its watch's list */
	enum watch watch;
	int64_t since; /* monotonic us: when the watch began */

	int fd; /* -1: closed; the struct waits for its task, or for the end of the turn */
	enum conn_state state;
	struct event *event;
	struct peer peer;

	bool readable;    /* the kernel may hold more: events are edge-triggered */
	bool peer_shut;   /* the client will send no more, or has left */
	bool advancing;   /* its states are being stepped through: not to be begun again */
	bool fresh;       /* the state was entered since the watch was set */
	bool unread_body; /* closing while the client may still send: linger, lest a reset destroys the answer
			   */

	struct {
		char *at;          /* a block, or NULL */
		uint32_t from, to; /* the unread part */
	} in;
	struct output out;
	uint32_t body_at;  /* CONN_BODY: where in the block the body began */
	uint64_t body_got; /* CONN_BODY: its bytes so far */
	struct chunks chunks;

	struct exchange *exchange; /* from the first byte of a request until it is answered */
	struct conn *next_closed;
};

static inline void conn_enter(struct conn *c, enum conn_state state)
{
	c->state = state;
	c->fresh = true;
}

/* Bytes that came and have not been read yet. */
static inline size_t conn_unread(const struct conn *c)
{
	return c->in.to - c->in.from;
}

#endif
