/*
 * The state machine of a connection. One read and one write a request in the steady state: events are edge-triggered
 * and registered once, answers are collected and sent at the end of the turn.
 */
#include "http/connection/connection.h"
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "http/answer/sse.h"
#include "http/connection/watch.h"
#include "http/exchange/exchange.h"
#include "http/problems.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct conn *dirty;  /* have something to send */
static struct conn *closed; /* are freed at the end of the turn: an event of this pass may still hold one */

static void advance(struct conn *c);

static void enter_state(struct conn *c, enum conn_state state)
{
	c->state = state;
	c->fresh = true;
}

static size_t unread(const struct conn *c)
{
	return c->in.to - c->in.from;
}

/* Nothing more will come, and all that came has been read. */
static bool is_at_end(const struct conn *c)
{
	return c->peer_shut && !c->readable;
}

/* --- output --- */

static void mark_dirty(struct conn *c)
{
	if (c->dirty || c->fd < 0)
		return;
	c->dirty = true;
	c->next = dirty;
	dirty = c;
}

char *conn_room(struct conn *c, size_t n)
{
	return output_room(&c->out, n);
}

void conn_wrote(struct conn *c, size_t n)
{
	c->out.len += n;
	mark_dirty(c);
}

static void write_text(struct conn *c, const char *s)
{
	size_t len = strlen(s);
	memcpy(conn_room(c, len), s, len);
	conn_wrote(c, len);
}

/* --- the end --- */

static void bury(struct conn *c)
{
	c->next = closed;
	closed = c;
}

static void free_closed(void)
{
	for (struct conn *c = closed, *next; c; c = next) {
		next = c->next;
		output_drop(&c->out);
		block_give(c->in.at);
		free(c);
	}
	closed = NULL;
}

static void take_from_dirty(struct conn *c)
{
	struct conn **at = &dirty;
	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
	c->dirty = false;
}

void conn_close(struct conn *c)
{
	if (c->fd < 0)
		return;
	event_free(c->event);
	close(c->fd);
	c->fd = -1;
	watch_remove(c);
	peer_leave(&c->peer);
	server.stats.connections--;
	if (c->dirty)
		take_from_dirty(c);
	if (c->state == CONN_RUN) { /* conn_answered buries it when its task has ended */
		exchange_abandon(c->exchange);
		return;
	}
	if (c->exchange)
		exchange_free(c->exchange);
	if (c->stream)
		stream_ended(c->stream);
	bury(c);
}

static void linger(struct conn *c)
{
	if (!c->unread_body || is_at_end(c)) {
		conn_close(c);
		return;
	}
	shutdown(c->fd, SHUT_WR);
	c->in.from = c->in.to = 0;
	enter_state(c, CONN_LINGER);
	advance(c);
}

/* --- input --- */

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
		memmove(c->in.at, c->in.at + c->in.from, unread(c));
		c->in.to -= c->in.from;
		c->in.from = 0;
		break;
	case CONN_BODY: /* what was read of the body has been copied */
		c->in.from = c->in.to = c->body_at;
		break;
	case CONN_RUN:
	case CONN_STREAM:
	case CONN_LINGER:
		break;
	}
	return c->in.to < BLOCK;
}

/* Reads what there is into the block; false: nothing new. A short read means that the kernel has no more (epoll(7)). */
static bool fill(struct conn *c)
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
		return fill(c);
	c->readable = false;
	if (n == 0 || errno != EAGAIN)
		c->peer_shut = true;
	return false;
}

/* --- from state to state; each returns whether there may be more to do at once --- */

/* Answers with a problem that leaves the connection unusable, because where the next request begins is not known. */
static bool refuse(struct conn *c, err fault)
{
	c->close_when_sent = c->unread_body = true;
	if (!c->exchange->bytes)
		c->exchange->bytes = c->in.at + c->in.from;
	enter_state(c, CONN_RUN);
	exchange_refuse(c->exchange, fault);
	return true;
}

static bool run(struct conn *c)
{
	enter_state(c, CONN_RUN);
	c->exchange->shut_before = c->peer_shut;
	exchange_start(c->exchange);
	return true;
}

/* When its share of this turn is used up, others come first. */
static bool may_go_on(struct conn *c, int *budget)
{
	if ((*budget)-- > 0)
		return true;
	event_active(c->event, EV_TIMEOUT, 0);
	return false;
}

static bool step_idle(struct conn *c, int *budget)
{
	if (c->close_when_sent || conn_unsent(c) > OUTPUT_MAX)
		return false;
	if (unread(c) == 0) {
		c->in.from = c->in.to = 0;
		if (!fill(c))
			return false;
	}
	if (!may_go_on(c, budget))
		return false;
	c->exchange = exchange_new(c);
	enter_state(c, CONN_HEAD);
	return true;
}

/* The head is complete: what its body is. A body that came whole with it stays where it is. */
static bool begin_body(struct conn *c, err refusal)
{
	struct exchange *ex = c->exchange;
	const struct head *h = &ex->head;
	bool whole = !h->chunked && unread(c) >= h->length;

	if (!refusal && h->has_length && h->length > ex->body_max)
		refusal = PAYLOAD_TOO_LARGE;
	if (refusal && !whole)
		return refuse(c, refusal);
	ex->refusal = refusal;
	if (whole) {
		ex->body = c->in.at + c->in.from;
		ex->body_len = (size_t)h->length;
		c->in.from += (uint32_t)h->length;
		return run(c);
	}
	if (h->expects_continue && unread(c) == 0)
		write_text(c, "HTTP/1.1 100 Continue\r\n\r\n");
	c->body_at = c->in.from;
	c->body_got = 0;
	c->chunks = (struct chunks){0};
	enter_state(c, CONN_BODY);
	return true;
}

static bool step_head(struct conn *c)
{
	struct exchange *ex = c->exchange;
	size_t used;
	err fault;

	switch (head_read(&ex->head, c->in.at + c->in.from, unread(c), &used, &fault)) {
	case READ_MORE:
		return fill(c);
	case READ_FAULT:
		server.stats.parse_errors++;
		return refuse(c, fault);
	case READ_DONE:
		break;
	}
	ex->bytes = c->in.at + c->in.from;
	c->in.from += (uint32_t)used;
	return begin_body(c, exchange_route(ex));
}

static bool body_is_whole(struct conn *c)
{
	struct exchange *ex = c->exchange;
	ex->body = ex->store.at;
	ex->body_len = ex->store.len;
	return run(c);
}

static bool step_counted_body(struct conn *c)
{
	struct exchange *ex = c->exchange;
	uint64_t left = ex->head.length - ex->store.len;
	size_t n = unread(c) < left ? unread(c) : (size_t)left;

	if (!exchange_keep_body(ex, c->in.at + c->in.from, n))
		return refuse(c, UNAVAILABLE);
	c->in.from += (uint32_t)n;
	c->body_got += n;
	return n == left ? body_is_whole(c) : fill(c);
}

static bool step_chunked_body(struct conn *c)
{
	struct exchange *ex = c->exchange;
	const char *data = NULL;
	size_t used, len;
	err fault;

	switch (chunks_read(&c->chunks, c->in.at + c->in.from, unread(c), &used, &data, &len, &fault)) {
	case READ_FAULT:
		server.stats.parse_errors++;
		return refuse(c, fault);
	case READ_DONE:
		c->in.from += (uint32_t)used;
		return body_is_whole(c);
	case READ_MORE:
		break;
	}
	if (!exchange_keep_body(ex, data, len))
		return refuse(c, UNAVAILABLE);
	c->in.from += (uint32_t)used;
	c->body_got += used;
	if (ex->store.len > ex->body_max)
		return refuse(c, PAYLOAD_TOO_LARGE);
	return unread(c) > 0 || fill(c);
}

/* What comes is of no use any more. */
static bool step_dropping(struct conn *c, int *budget)
{
	bool more = fill(c);
	c->in.from = c->in.to = 0;
	return more && may_go_on(c, budget);
}

static bool step(struct conn *c, int *budget)
{
	if (c->fd < 0)
		return false;
	switch (c->state) {
	case CONN_IDLE:
		return step_idle(c, budget);
	case CONN_HEAD:
		return step_head(c);
	case CONN_BODY:
		return c->exchange->head.chunked ? step_chunked_body(c) : step_counted_body(c);
	case CONN_RUN: /* what was sent ahead is read, so that a client that leaves is noticed */
		fill(c);
		return false;
	case CONN_STREAM:
	case CONN_LINGER:
		return step_dropping(c, budget);
	}
	return false;
}

/* --- what follows from where it stands --- */

static enum watch watch_of(const struct conn *c)
{
	static const enum watch of_state[] = {
		[CONN_IDLE] = WATCH_IDLE, [CONN_HEAD] = WATCH_HEAD,   [CONN_BODY] = WATCH_BODY,
		[CONN_RUN] = WATCH_NONE,  [CONN_STREAM] = WATCH_NONE, [CONN_LINGER] = WATCH_LINGER,
	};
	return conn_unsent(c) ? WATCH_SEND : of_state[c->state];
}

/* The client has left, or sends no more: what that means in each state. True: the connection is closed. */
static bool close_at_end(struct conn *c)
{
	switch (c->state) {
	case CONN_IDLE:
	case CONN_HEAD:
	case CONN_BODY:
	case CONN_LINGER:
		if (!is_at_end(c))
			return false;
		if (!conn_unsent(c))
			conn_close(c);
		c->close_when_sent = true;
		return c->fd < 0;
	case CONN_RUN: /* one that had shut its side before the request ran waits for the answer */
		if (c->peer_shut && !c->exchange->shut_before)
			exchange_abandon(c->exchange);
		return false;
	case CONN_STREAM:
		if (c->peer_shut)
			conn_close(c);
		return c->fd < 0;
	}
	return false;
}

static void settle(struct conn *c)
{
	if (c->fd < 0 || (c->peer_shut && close_at_end(c)))
		return;
	if (c->state != CONN_RUN && !c->exchange && unread(c) == 0 && c->in.at) {
		block_give(c->in.at);
		memset(&c->in, 0, sizeof c->in);
	}
	if (c->dirty) /* flush() will be here again */
		return;
	enum watch watch = watch_of(c);
	if (watch != c->watch || c->fresh)
		watch_set(c, watch);
	c->fresh = false;
}

static void advance(struct conn *c)
{
	int budget = PIPELINE_MAX;
	if (c->advancing)
		return;
	c->advancing = true;
	while (step(c, &budget))
		;
	c->advancing = false;
	settle(c);
}

void conn_stream_over(struct conn *c)
{
	if (c->state != CONN_STREAM) /* its handler has not returned yet */
		return;
	enter_state(c, CONN_IDLE);
	mark_dirty(c);
}

static void end_stream(struct conn *c)
{
	stream_ended(c->stream);
	conn_stream_over(c);
}

void conn_overflowed(struct conn *c)
{
	c->overflow = true;
	mark_dirty(c);
}

void conn_answered(struct conn *c)
{
	c->exchange = NULL;
	server.stats.requests++;
	if (c->fd < 0) {
		if (c->stream)
			stream_ended(c->stream);
		bury(c);
		return;
	}
	enter_state(c, c->stream ? CONN_STREAM : CONN_IDLE);
	if (c->stream && (stream_is_mute(c->stream) || server.draining))
		end_stream(c);
	advance(c);
}

/* --- events, turn ends, time --- */

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	(void)fd;
	if (what & EV_CLOSED)
		c->peer_shut = true;
	if (what & (EV_READ | EV_CLOSED))
		c->readable = true;
	if (what & EV_WRITE && conn_unsent(c))
		mark_dirty(c);
	advance(c);
}

/* All is sent: close if that was the last answer, else go on with what waited for the room. */
static void all_sent(struct conn *c)
{
	output_drop(&c->out);
	if (c->close_when_sent && c->state == CONN_IDLE)
		linger(c);
	else if (c->state == CONN_IDLE && (unread(c) || c->readable))
		event_active(c->event, EV_TIMEOUT, 0);
}

static void flush(struct conn *c)
{
	size_t before = conn_unsent(c);
	if (c->overflow || !output_send(&c->out, c->fd)) {
		conn_close(c);
		return;
	}
	c->fresh |= conn_unsent(c) < before;
	if (conn_unsent(c) == 0)
		all_sent(c);
	settle(c);
}

static bool flush_all(void)
{
	while (dirty) {
		struct conn *c = dirty;
		dirty = c->next;
		c->dirty = false;
		flush(c);
	}
	free_closed();
	return false;
}

void conn_expired(struct conn *c)
{
	if (c->watch == WATCH_SEND && output_is_taken(&c->out, c->fd)) {
		watch_set(c, WATCH_SEND);
		return;
	}
	if (c->watch != WATCH_IDLE && c->watch != WATCH_LINGER)
		server.stats.timeouts++;
	if (c->watch == WATCH_HEAD || c->watch == WATCH_BODY) {
		refuse(c, REQUEST_TIMEOUT);
		return;
	}
	conn_close(c);
}

void conn_open(int fd, const struct peer *peer)
{
	struct conn *c = memory_take(sizeof *c);
	*c = (struct conn){.fd = fd, .peer = *peer, .state = CONN_IDLE};
	c->event = event_new(loop_base(), fd, EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST, on_event, c);
	if (!c->event)
		memory_exhausted(sizeof *c);
	if (event_add(c->event, NULL) != 0) { /* the kernel watches as many as it may (fs.epoll.max_user_watches) */
		event_free(c->event);
		close(fd);
		peer_leave(peer);
		free(c);
		return;
	}
	server.stats.accepted++;
	server.stats.connections++;
	watch_set(c, WATCH_IDLE);
}

void conns_open(void)
{
	loop_at_turn_end(flush_all);
	watches_open();
}

static void drain_one(struct conn *c)
{
	if (c->state == CONN_STREAM)
		end_stream(c);
}

void conns_drain(void)
{
	watch_each(drain_one);
}

void conns_close(void)
{
	watch_each(conn_close);
	flush_all();
	watches_close();
}
