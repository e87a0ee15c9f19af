/*
 * The state machine of a connection. One read and one write a request in the steady state: events are
 * edge-triggered and registered once, answers are collected and sent at the end of the turn.
 */
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "http/answer/stream.h"
#include "http/connection/connection.h"
#include "http/connection/input.h"
#include "http/connection/watch.h"
#include "http/exchange/exchange.h"
#include "http/problems.h"
#include "http/request/request.h"
#include "http/state.h"
#include "http/wire/blocks.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIPELINE_MAX = 8 }; /* requests of one connection answered in a turn; the others wait for the next */

static struct conn *closed; /* are freed at the end of the turn: an event of this pass may still hold one */

static void advance(struct conn *c);

static struct conn *conn_of(struct output *o)
{
	return (struct conn *)((char *)o - offsetof(struct conn, out));
}

/* Nothing more will come, and all that came has been read. */
static bool is_at_end(const struct conn *c)
{
	return c->peer_shut && !c->readable;
}

/* --- the end --- */

static void bury(struct conn *c)
{
	c->next_closed = closed;
	closed = c;
}

static void free_closed(void)
{
	for (struct conn *c = closed, *next; c; c = next) {
		next = c->next_closed;
		output_drop(&c->out);
		block_give(c->in.at);
		free(c);
	}
	closed = NULL;
}

/* A running task is cancelled. */
static void close_now(struct conn *c)
{
	if (c->fd < 0)
		return;
	event_free(c->event);
	close(c->fd);
	c->fd = -1;
	output_leave(&c->out);
	watch_remove(c);
	peer_leave(&c->peer);
	server.stats.connections--;
	if (c->state == CONN_RUN ||
	    c->state == CONN_JUDGE) { /* answered() buries it when its task has ended */
		request_abandon(c->exchange);
		return;
	}
	if (c->exchange)
		exchange_free(c->exchange);
	if (c->out.stream)
		stream_ended(c->out.stream);
	bury(c);
}

static void linger(struct conn *c)
{
	if (!c->unread_body || is_at_end(c)) {
		close_now(c);
		return;
	}
	shutdown(c->fd, SHUT_WR);
	c->in.from = c->in.to = 0;
	conn_enter(c, CONN_LINGER);
	advance(c);
}

static void end_stream(struct conn *c)
{
	stream_ended(c->out.stream);
	conn_enter(c, CONN_IDLE);
	output_wait(&c->out);
}

/* --- a request --- */

/* The exchange is over, and its answer written. */
static void answered(struct conn *c)
{
	request_end(c->exchange);
	c->exchange = NULL;
	server.stats.requests++;
	if (c->fd < 0) {
		if (c->out.stream)
			stream_ended(c->out.stream);
		bury(c);
		return;
	}
	conn_enter(c, c->out.stream ? CONN_STREAM : CONN_IDLE);
	if (c->out.stream && (stream_is_mute(c->out.stream) || server.draining))
		end_stream(c);
	advance(c);
}

/* The task of a request has. */
static void ended(void *exchange, err result)
{
	struct exchange *ex = exchange;
	request_settle(ex, result);
	answered(conn_of(ex->out));
}

static void run(struct conn *c)
{
	conn_enter(c, CONN_RUN);
	c->exchange->shut_before = c->peer_shut;
	if (!request_start(c->exchange, ended))
		answered(c);
}

/* Answers with a problem that leaves the connection unusable, because where the next request begins is not
 * known. */
static void refuse(struct conn *c, err fault)
{
	c->out.close_when_sent = c->unread_body = true;
	if (!c->exchange->bytes)
		c->exchange->bytes = c->in.at + c->in.from;
	conn_enter(c, CONN_RUN);
	request_refuse(c->exchange, fault);
	answered(c);
}

/* The task that judges its head has ended. */
static void judged(void *exchange, err refusal)
{
	struct exchange *ex = exchange;
	struct conn *c = conn_of(ex->out);
	if (c->fd < 0) {
		answered(c);
		return;
	}
	if (refusal)
		refuse(c, refusal);
	else
		input_begin_body(c);
	advance(c);
}

static void judge(struct conn *c)
{
	conn_enter(c, CONN_JUDGE);
	err refusal = request_judge_head(c->exchange, judged);
	if (refusal)
		refuse(c, refusal);
}

/* --- from state to state; true: there may be more to do at once --- */

static bool step_input(struct conn *c, int *budget)
{
	err fault = NULL;

	switch (input_read(c, budget, &fault)) {
	case INPUT_WAITS: return false;
	case INPUT_GOES_ON: return true;
	case INPUT_HEAD: judge(c); return true;
	case INPUT_WHOLE: run(c); return true;
	case INPUT_REFUSED: refuse(c, fault); return true;
	}
	return false;
}

static bool step(struct conn *c, int *budget)
{
	if (c->fd < 0)
		return false;
	switch (c->state) {
	case CONN_IDLE:
	case CONN_HEAD:
	case CONN_BODY: return step_input(c, budget);
	case CONN_JUDGE:
	case CONN_RUN: /* what was sent ahead is read, so that a client that leaves is noticed */
		input_fill(c);
		return false;
	case CONN_STREAM:
	case CONN_LINGER: return input_drop(c, budget);
	}
	return false;
}

/* --- what follows from where it stands --- */

static enum watch watch_of(const struct conn *c)
{
	static const enum watch of_state[] = {
		[CONN_IDLE] = WATCH_IDLE,  [CONN_HEAD] = WATCH_HEAD,   [CONN_BODY] = WATCH_BODY,
		[CONN_RUN] = WATCH_NONE,   [CONN_STREAM] = WATCH_NONE, [CONN_LINGER] = WATCH_LINGER,
		[CONN_JUDGE] = WATCH_NONE,
	};
	return output_unsent(&c->out) ? WATCH_SEND : of_state[c->state];
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
		if (!output_unsent(&c->out))
			close_now(c);
		c->out.close_when_sent = true;
		return c->fd < 0;
	case CONN_JUDGE: return false; /* all of its body may have come */
	case CONN_RUN: /* one that had shut its side before the request ran waits for the answer */
		if (c->peer_shut && !c->exchange->shut_before)
			request_abandon(c->exchange);
		return false;
	case CONN_STREAM:
		if (c->peer_shut)
			close_now(c);
		return c->fd < 0;
	}
	return false;
}

static void settle(struct conn *c)
{
	if (c->fd < 0 || (c->peer_shut && close_at_end(c)))
		return;
	if (c->state != CONN_RUN && !c->exchange && conn_unread(c) == 0 && c->in.at) {
		block_give(c->in.at);
		memset(&c->in, 0, sizeof c->in);
	}
	if (c->out.is_waiting) /* flush() will be here again */
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

/* --- events, turn ends, time --- */

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;
	(void)fd;
	if (what & EV_CLOSED)
		c->peer_shut = true;
	if (what & (EV_READ | EV_CLOSED))
		c->readable = true;
	if (what & EV_WRITE && output_unsent(&c->out))
		output_wait(&c->out);
	advance(c);
}

/* All is sent: close if that was the last answer, else go on with what waited for the room. */
static void all_sent(struct conn *c)
{
	output_drop(&c->out);
	if (c->out.close_when_sent && c->state == CONN_IDLE)
		linger(c);
	else if (c->state == CONN_IDLE && (conn_unread(c) || c->readable))
		event_active(c->event, EV_TIMEOUT, 0);
}

static void flush(struct conn *c)
{
	size_t before = output_unsent(&c->out);
	if (c->state == CONN_STREAM && !c->out.stream) /* its owner has closed it */
		conn_enter(c, CONN_IDLE);
	if (c->out.has_overflowed || !output_send(&c->out, c->fd)) {
		close_now(c);
		return;
	}
	c->fresh |= output_unsent(&c->out) < before;
	if (output_unsent(&c->out) == 0)
		all_sent(c);
	settle(c);
}

static bool flush_all(void)
{
	for (struct output *o; (o = output_next_waiting());)
		flush(conn_of(o));
	free_closed();
	return false;
}

static void expired(struct conn *c)
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
	close_now(c);
}

void conn_open(int fd, const struct peer *peer)
{
	struct conn *c = memory_take(sizeof *c);
	*c = (struct conn){.fd = fd, .peer = *peer, .state = CONN_IDLE};
	c->event =
		event_new(loop_base(), fd, EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST, on_event, c);
	if (!c->event)
		memory_exhausted(sizeof *c);
	if (event_add(c->event, NULL) !=
	    0) { /* the kernel watches as many as it may (fs.epoll.max_user_watches) */
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
	watches_open(expired);
}

static void drain_one(struct conn *c)
{
	if (c->state == CONN_STREAM && c->out.stream)
		end_stream(c);
}

void conns_drain(void)
{
	watch_each(drain_one);
}

void conns_close(void)
{
	watch_each(close_now);
	flush_all();
	watches_close();
}
