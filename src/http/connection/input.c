/* From the bytes that come to a request that is there as a whole: see input.h. One read a request in the
 * steady state. */
#include "http/connection/input.h"
#include "http/exchange/exchange.h"
#include "http/request/request.h"
#include "http/state.h"
#include "http/wire/blocks.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>

/* Makes room behind the unread part; false: the block is full of what is still needed. */
static bool make_room(struct conn *c)
{
	if (!c->in.at)
		c->in.at = block_take();
	if (c->in.to < BLOCK)
		return true;
	switch (c->state) {
	case CONN_IDLE:
	case CONN_HEAD: /* spans count from the head's first byte, so it may move */
		memmove(c->in.at, c->in.at + c->in.from, conn_unread(c));
		c->in.to -= c->in.from;
		c->in.from = 0;
		break;
	case CONN_BODY: /* what was read of the body has been copied */
		c->in.from = c->in.to = c->body_at;
		break;
	case CONN_JUDGE:
	case CONN_RUN:
	case CONN_STREAM:
	case CONN_LINGER: break;
	}
	return c->in.to < BLOCK;
}

/* Reads what there is into the block; false: nothing new. A short read means that the kernel has no more
 * (epoll(7)). */
bool input_fill(struct conn *c)
{
	if (!c->readable || !make_room(c))
		return false;
	size_t room = BLOCK - c->in.to;
	ssize_t n = recv(c->fd, c->in.at + c->in.to, room, 0);
	if (n > 0) {
		c->in.to += (uint32_t)n;
		c->readable = (size_t)n == room;
		return true;
	}
	if (n < 0 && errno == EINTR)
		return input_fill(c);
	c->readable = false;
	if (n == 0 || errno != EAGAIN)
		c->peer_shut = true;
	return false;
}

/* --- from state to state --- */

/* When its share of this turn is used up, others come first. */
static bool may_go_on(struct conn *c, int *budget)
{
	if ((*budget)-- > 0)
		return true;
	event_active(c->event, EV_TIMEOUT, 0);
	return false;
}

static enum input filled(struct conn *c)
{
	return input_fill(c) ? INPUT_GOES_ON : INPUT_WAITS;
}

static enum input refused(err why, err *fault)
{
	*fault = why;
	return INPUT_REFUSED;
}

static void write_continue(struct output *out)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	memcpy(output_room(out, sizeof text - 1), text, sizeof text - 1);
	output_wrote(out, sizeof text - 1);
}

static enum input begin_request(struct conn *c, int *budget)
{
	if (c->out.close_when_sent || output_unsent(&c->out) > OUTPUT_MAX)
		return INPUT_WAITS;
	if (conn_unread(c) == 0) {
		c->in.from = c->in.to = 0;
		if (!input_fill(c))
			return INPUT_WAITS;
	}
	if (!may_go_on(c, budget))
		return INPUT_WAITS;
	c->exchange = exchange_new(&c->out, &c->peer);
	conn_enter(c, CONN_HEAD);
	return INPUT_GOES_ON;
}

void input_begin_body(struct conn *c)
{
	if (c->exchange->head.expects_continue && conn_unread(c) == 0)
		write_continue(&c->out);
	c->body_at = c->in.from;
	c->body_got = 0;
	c->chunks = (struct chunks){0};
	conn_enter(c, CONN_BODY);
}

/* The head is complete. A body that came whole with it stays where it is; any other waits until the head has
 * been judged. */
static enum input end_head(struct conn *c, err refusal, err *fault)
{
	struct exchange *ex = c->exchange;
	const struct head *h = &ex->head;
	bool whole = !h->chunked && conn_unread(c) >= h->length;

	if (refusal && !whole)
		return refused(refusal, fault);
	ex->refusal = refusal;
	if (whole) {
		ex->body = c->in.at + c->in.from;
		ex->body_len = (size_t)h->length;
		c->in.from += (uint32_t)h->length;
		return INPUT_WHOLE;
	}
	if (ex->rq.route)
		return INPUT_HEAD;
	input_begin_body(c); /* of OPTIONS: little, and dropped */
	return INPUT_GOES_ON;
}

static enum input read_head(struct conn *c, err *fault)
{
	struct exchange *ex = c->exchange;
	size_t used;

	switch (head_read(&ex->head, c->in.at + c->in.from, conn_unread(c), &used, fault)) {
	case READ_MORE: return filled(c);
	case READ_FAULT: server.stats.parse_errors++; return INPUT_REFUSED;
	case READ_DONE: break;
	}
	ex->bytes = c->in.at + c->in.from;
	c->in.from += (uint32_t)used;
	return end_head(c, request_route(ex), fault);
}

static enum input end_body(struct conn *c)
{
	struct exchange *ex = c->exchange;
	ex->body = ex->store.at;
	ex->body_len = ex->store.len;
	return INPUT_WHOLE;
}

static enum input read_counted_body(struct conn *c, err *fault)
{
	struct exchange *ex = c->exchange;
	uint64_t left = ex->head.length - ex->store.len;
	size_t n = conn_unread(c) < left ? conn_unread(c) : (size_t)left;

	if (!exchange_keep_body(ex, c->in.at + c->in.from, n))
		return refused(UNAVAILABLE, fault);
	c->in.from += (uint32_t)n;
	c->body_got += n;
	return n == left ? end_body(c) : filled(c);
}

static enum input read_chunked_body(struct conn *c, err *fault)
{
	struct exchange *ex = c->exchange;
	const char *data = NULL;
	size_t used, len;

	switch (chunks_read(&c->chunks, c->in.at + c->in.from, conn_unread(c), &used, &data, &len, fault)) {
	case READ_FAULT: server.stats.parse_errors++; return INPUT_REFUSED;
	case READ_DONE: c->in.from += (uint32_t)used; return end_body(c);
	case READ_MORE: break;
	}
	if (!exchange_keep_body(ex, data, len))
		return refused(UNAVAILABLE, fault);
	c->in.from += (uint32_t)used;
	c->body_got += used;
	if (ex->store.len > ex->body_max)
		return refused(body_too_large(c->exchange), fault);
	return conn_unread(c) > 0 ? INPUT_GOES_ON : filled(c);
}

bool input_drop(struct conn *c, int *budget)
{
	bool more = input_fill(c);
	c->in.from = c->in.to = 0;
	return more && may_go_on(c, budget);
}

enum input input_read(struct conn *c, int *budget, err *fault)
{
	switch (c->state) {
	case CONN_IDLE: return begin_request(c, budget);
	case CONN_HEAD: return read_head(c, fault);
	case CONN_BODY:
		return c->exchange->head.chunked ? read_chunked_body(c, fault) : read_counted_body(c, fault);
	case CONN_JUDGE:
	case CONN_RUN:
	case CONN_STREAM:
	case CONN_LINGER: break;
	}
	return INPUT_WAITS;
}
