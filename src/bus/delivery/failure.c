/*
 * Failures of readers. Passing ones wait, longer each time, and keep the order. An event that fails by itself
 * is tried TRIES_MAX times; then it becomes a dead letter in the change that moves the cursor, so that the
 * others flow.
 */
#include "bus/delivery/failure.h"

#include "bus/store/inbox_store.h"
#include "db/change.h"
#include "vobe/log.h"

#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
enum {
	TRIES_MAX = 8,
	PASSING_MS = 50,        /* first wait after a passing failure, then doubled ... */
	PASSING_MAX_MS = 30000, /* ... up to this */
	STANDS_S = 10, /* a partition that gets nowhere for so long is told of */
	FAILED_MS = 4, /* first wait after another failure: it holds up its partition, half a second in all */
};
/* clang-format on */

/* Half of it certain, half by chance, so that partitions do not come back all at once. */
static int with_jitter(int ms)
{
	return ms - (int)(random() % (ms / 2 + 1));
}

static void wait_passing(struct reader *r)
{
	const int doublings = r->passing < 10 ? r->passing : 10;
	const int ms = PASSING_MS << doublings;

	r->passing++;
	r->is_stale = true; /* a lost commit may have been made */
	r->wait_ms = with_jitter(ms < PASSING_MAX_MS ? ms : PASSING_MAX_MS);
}

void reader_gets_on(struct reader *r)
{
	if (r->stands)
		log_info("partition_moves", "%s, partition %d gets on again", r->hearer->sub->name, r->part);
	r->behind_us = 0;
	r->stands = false;
	r->fault[0] = 0;
}

void reader_succeeded(struct reader *r)
{
	r->tries = r->passing = r->well = 0;
	r->room = 2 * r->room < bus.cfg.batch_max ? 2 * r->room : 0;
	reader_gets_on(r);
}

void reader_forgive(struct reader *r)
{
	r->well = 0;
}

void reader_watch(struct ctx *cx, struct reader *r)
{
	if (r->stands || !r->behind_us || clock_mono() - r->behind_us < STANDS_S * SECOND_US)
		return;
	r->stands = true;
	log_error("partition_stands", "%s, partition %d has got nowhere behind offset %lld for %d s: %s",
		  r->hearer->sub->name, r->part, (long long)r->at, STANDS_S,
		  r->fault[0] ? r->fault : "its first try is not over");
	if (r->hearer->sub->hearing == DURABLE)
		(void)inbox_stands(cx, r); /* for those who ask elsewhere; the log has it already */
}

static err commit_aside(struct ctx *cx, struct reader *r, const struct batch *b)
{
	const bool buries = b->kind != BATCH_TRIAL;
	struct hearer *h = r->hearer;
	struct change *ch = change_begin(cx);

	inbox_move(ch, r, b->last, b->last_event, buries ? EPOCH_GROWS : EPOCH_STAYS);
	for (int i = 0; i < b->aside_count; i++)
		(b->kind == BATCH_LOOSE ? inbox_unpark : inbox_park)(ch, h, &b->aside[i]);
	if (b->kind == BATCH_LOOSE)
		inbox_unpark(ch, h, &b->events[0]);
	if (buries)
		inbox_bury(ch, h, &b->events[0], r->fault, r->tries);
	else
		inbox_park(ch, h, &b->events[0]);
	return change_commit(cx, ch);
}

static void put_aside(struct ctx *cx, struct reader *r, const struct batch *b)
{
	const struct record *e = &b->events[0];
	err failed = commit_aside(cx, r, b);

	r->is_stale = true;
	if (failed) {
		if (!problem_is(failed, CURSOR_MOVED))
			wait_passing(r);
		return;
	}
	r->at = r->saved = b->last;
	r->at_event = b->last_event;
	if (b->kind == BATCH_TRIAL) {
		bus.stats.parked++;
	} else {
		bus.stats.dead++;
		log_error("dead_letter", "%s put %s (partition %d, offset %lld) aside after %d tries: %s",
			  r->hearer->sub->name, e->topic, r->part, (long long)e->off, r->tries, r->fault);
	}
	reader_succeeded(r);
}

/* In memory there is nowhere to put it: a later event, or the cache's limit of age, has to make up for it. */
static void drop(struct reader *r, const struct batch *b)
{
	bus.stats.dropped++;
	log_error("event_dropped", "%s dropped %s (partition %d, offset %lld) after %d tries: %s",
		  r->hearer->sub->name, b->events[0].topic, r->part, (long long)b->events[0].off, r->tries,
		  r->fault);
	r->at = b->last;
	r->at_event = b->last_event;
	reader_succeeded(r);
}

static void try_singly(struct reader *r, const struct batch *b)
{
	if (b->kind == BATCH_LOOSE)
		r->loose_singly = true;
	else
		r->singly_until = b->last;
}

static void give_up(struct ctx *cx, struct reader *r, const struct batch *b)
{
	cx->deadline_us = 0;
	if (r->hearer->sub->hearing == DURABLE)
		put_aside(cx, r, b);
	else
		drop(r, b);
}

/* The event failed by itself, and nothing says that this will pass. */
static void single_failed(struct ctx *cx, struct reader *r, const struct batch *b)
{
	r->tries++;
	if (b->kind != BATCH_TRIAL && r->tries < TRIES_MAX)
		r->wait_ms = with_jitter(FAILED_MS << (r->tries - 1));
	else
		give_up(cx, r, b);
}

static bool databases_are_well(void)
{
	for (int i = 0; i < bus.member_count; i++)
		if (bus.members[i].is_away)
			return false;
	return true;
}

/*
 * A problem that passes, if time can mend it. While a lock is held, or a database is away, that is for time
 * to do. When all are well, a batch may have been too much: half of it next time; and one event that fails
 * again and again fails by itself.
 */
static void failed_for_now(struct ctx *cx, struct reader *r, const struct batch *b, err e)
{
	const bool times_fault = e->contended || !databases_are_well();

	if (!times_fault && b->count > 1)
		r->room = b->count / 2;
	if (!times_fault && b->count == 1 && ++r->well >= TRIES_MAX &&
	    clock_mono() - r->behind_us >= bus.cfg.patience_s * SECOND_US) {
		r->tries += r->well;
		give_up(cx, r, b);
	} else {
		wait_passing(r);
	}
}

/* For operators: what kind of problem, where in the payload, and why. */
static void note_fault(struct reader *r, err e)
{
	const struct fault *first = e->fault_count ? &e->faults[0] : NULL;

	const char *cause = e->cause ? e->cause : e->detail ? e->detail : e->title;
	if (first)
		snprintf(r->fault, sizeof r->fault, "%s: %s: %s%s%s", e->code, first->pointer, first->detail,
			 e->cause ? " " : "", e->cause ? e->cause : "");
	else
		snprintf(r->fault, sizeof r->fault, "%s: %s", e->code, cause);
}

void reader_failed(struct ctx *cx, struct reader *r, const struct batch *b, err e)
{
	if (problem_is(e, CURSOR_MOVED)) {
		bus.stats.moved++;
		r->is_stale = true;
		return;
	}
	bus.stats.retries++;
	note_fault(r, e);
	log_warn("event_failed", "%s, partition %d behind offset %lld, try %d: %s", r->hearer->sub->name,
		 r->part, (long long)r->at, r->tries + r->passing + 1, r->fault);
	if (b->count == 0)
		wait_passing(r);
	else if (e->status == 503)
		failed_for_now(cx, r, b, e);
	else if (b->count > 1)
		try_singly(r, b);
	else
		single_failed(cx, r, b);
}
