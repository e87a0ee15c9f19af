/*
 * Deadlines: see watch.h. Each watch has one limit for all, so its list is in order of time and only the
 * front is looked at; bodies have more time the more has come, and there all are.
 */
#include "core/loop/loop.h"
#include "http/connection/watch.h"
#include "http/state.h"
#include "vobe/clock.h"

enum {
	LINGER_MS = 2000,
	DRAIN_IDLE_MS = 500,     /* while stopping: a client that sends now still gets an answer */
	BODY_SECOND = 64 * 1024, /* bytes of a body that earn it another second */
	TICK_LEAST_MS = 10,
	TICK_MOST_MS = 250,
};

TAILQ_HEAD(conns, conn);
static struct conns lists[WATCHES];
static struct loop_timer *ticker;
static void (*on_expiry)(struct conn *c);

void watch_set(struct conn *c, enum watch watch)
{
	if (c->since)
		TAILQ_REMOVE(&lists[c->watch], c, link);
	c->watch = watch;
	c->since = clock_mono();
	TAILQ_INSERT_TAIL(&lists[watch], c, link);
}

void watch_remove(struct conn *c)
{
	TAILQ_REMOVE(&lists[c->watch], c, link);
	c->since = 0;
}

void watch_each(void (*fn)(struct conn *c))
{
	for (int w = 0; w < WATCHES; w++)
		for (struct conn *c = TAILQ_FIRST(&lists[w]), *next; c; c = next) {
			next = TAILQ_NEXT(c, link);
			fn(c);
		}
}

static int64_t limit_ms(enum watch watch)
{
	const struct http_config *cfg = &server.config;
	switch (watch) {
	case WATCH_IDLE:
		return server.draining && cfg->idle_ms > DRAIN_IDLE_MS ? DRAIN_IDLE_MS : cfg->idle_ms;
	case WATCH_HEAD: return cfg->head_ms;
	case WATCH_BODY: return cfg->body_ms;
	case WATCH_SEND: return cfg->stall_ms;
	case WATCH_LINGER: return LINGER_MS;
	case WATCH_NONE:
	case WATCHES: break;
	}
	return 0;
}

static int64_t expires_at(const struct conn *c, int64_t limit)
{
	int64_t since = c->since;
	if (c->watch == WATCH_BODY)
		limit += (int64_t)(c->body_got / BODY_SECOND) * 1000;
	if (c->watch == WATCH_IDLE && since < server.drained_at)
		since = server.drained_at;
	return since + limit * 1000;
}

static void expire(enum watch watch, int64_t now)
{
	int64_t limit = limit_ms(watch);
	for (struct conn *c = TAILQ_FIRST(&lists[watch]), *next; c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (now >= expires_at(c, limit))
			on_expiry(c);
		else if (watch != WATCH_BODY)
			return;
	}
}

static void tick(void *arg)
{
	(void)arg;
	for (enum watch w = WATCH_IDLE; w < WATCHES; w++)
		expire(w, clock_mono());
}

/* A quarter of the shortest limit: nothing lives much longer than it may. */
static int tick_ms(void)
{
	int64_t least = limit_ms(WATCH_IDLE);
	for (enum watch w = WATCH_IDLE; w < WATCHES; w++)
		if (limit_ms(w) < least)
			least = limit_ms(w);
	least /= 4;
	return (int)(least < TICK_LEAST_MS ? TICK_LEAST_MS : least > TICK_MOST_MS ? TICK_MOST_MS : least);
}

void watches_open(void (*expired)(struct conn *c))
{
	on_expiry = expired;
	for (int w = 0; w < WATCHES; w++)
		TAILQ_INIT(&lists[w]);
	ticker = loop_every_ms(tick_ms(), tick, NULL);
}

void watches_close(void)
{
	loop_timer_stop(ticker);
	ticker = NULL;
}
