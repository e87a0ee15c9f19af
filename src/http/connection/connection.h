/* A client's connection: bytes in, requests one after the other, bytes out. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http/message/parser.h"
#include "http/state.h"
#include "http/wire/output.h"

#include <sys/queue.h>

enum {
	PIPELINE_MAX = 8,         /* requests of one connection answered in a turn; the others wait for the next */
	OUTPUT_MAX = 256 * 1024, /* bytes unsent beyond which no further request is begun, and a stream is closed */
};

enum conn_state {
	CONN_IDLE,   /* nothing of the next request has been read */
	CONN_HEAD,   /* part of a head has */
	CONN_BODY,   /* the head has, part of the body has not */
	CONN_RUN,    /* the request is with its handler */
	CONN_STREAM, /* server-sent events */
	CONN_LINGER, /* all is sent and our side shut; what the client still sends is dropped */
};

/* What a connection's time is limited for. Each list is in the order in which the limits run out, but for bodies. */
enum watch { WATCH_NONE, WATCH_IDLE, WATCH_HEAD, WATCH_BODY, WATCH_SEND, WATCH_LINGER, WATCHES };

struct conn {
	TAILQ_ENTRY(conn) link; /* of its watch's list */
	enum watch watch;
	int64_t since; /* monotonic us: when the watch began */

	int fd; /* -1: closed; the struct waits for its task, or for the end of the turn */
	enum conn_state state;
	struct event *event;
	struct peer peer;

	bool readable;        /* the kernel may hold more: events are edge-triggered */
	bool peer_shut;       /* the client will send no more, or has left */
	bool advancing;       /* conn_advance is on the stack */
	bool dirty;           /* in the list of those with something to send */
	bool fresh;           /* the state was entered since the watch was set */
	bool overflow;        /* a stream's output passed the cap: close */
	bool close_when_sent; /* the answer says Connection: close */
	bool unread_body;     /* closing while the client may still send: linger, lest a reset destroys the answer */

	struct {
		char *at; /* a block, or NULL */
		uint32_t from, to; /* the unread part */
	} in;
	struct output out;
	uint32_t body_at;  /* CONN_BODY: where in the block the body began */
	uint64_t body_got; /* CONN_BODY: its bytes so far */
	struct chunks chunks;

	struct exchange *exchange; /* from the first byte of a request until it is answered */
	struct stream *stream;
	struct conn *next; /* in the list of dirty or of closed ones */
};

/* Connections live from here; the socket is non-blocking and becomes the connection's. */
void conn_open(int fd, const struct peer *peer);

/* Output, sent at the end of the turn. conn_room: where `n` bytes may be written; conn_wrote: so many were. */
char *conn_room(struct conn *c, size_t n);
void conn_wrote(struct conn *c, size_t n);
static inline size_t conn_unsent(const struct conn *c) { return c->out.len - c->out.sent; }

/* The exchange is over, and its answer written. */
void conn_answered(struct conn *c);

/* The stream has been closed by its owner: what was written is sent, then the connection ends. */
void conn_stream_over(struct conn *c);

/* More was written to the stream than may wait: closed at the end of the turn. */
void conn_overflowed(struct conn *c);

/* Ends it now. A running task is cancelled. */
void conn_close(struct conn *c);

/* Server-wide. */
void conns_open(void);
void conns_drain(void);
void conns_close(void);

#endif
