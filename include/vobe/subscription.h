/* Hearing events: handlers with the payloads they read, and subscriptions. */
#ifndef VOBE_SUBSCRIPTION_H
#define VOBE_SUBSCRIPTION_H

#include "vobe/event.h"

/*
 * HEARER stands above an event handler and is its prototype; T is the payload it reads, or `none`. HEARS in
 * the row of a subscription names the handler and events of that payload; others do not compile.
 *
 *	HEARER(copy_counts, comment_event);
 *	static err copy_counts(struct ctx *cx, struct change *ch,
 *			       const struct comment_event_delivery *batch, int count)
 *	...
 *	{.name = "content.comment", .source = "comment", .hearing = DURABLE,
 *	 HEARS(copy_counts, &comment_created, &comment_deleted)},
 *
 * A handler of `none` hears events of any payload: HEARS(forget, &post_created.event), or all that a
 * contract's table lists: HEARS(forget, CONTENT_EVENTS(ANY_EVENT) NULL).
 */
#define HEARER(NAME, T)                                                                            \
	typedef SEAM_UNLESS_NONE(T, SEAM_TOPIC, SEAM_ANY_TOPIC)(T) NAME##_topic;                   \
	typedef SEAM_UNLESS_NONE(T, SEAM_BATCH, SEAM_ANY_BATCH)(T) NAME##_batch;                   \
	static err NAME(struct ctx *cx, struct change *ch, const NAME##_batch *batch, int count);  \
	static err NAME##_apply(struct ctx *cx, struct change *ch, const struct delivery *batch, int count) \
	{                                                                                          \
		return NAME(cx, ch, (const NAME##_batch *)batch, count);                           \
	}                                                                                          \
	struct NAME##_hearer
#define SEAM_TOPIC(T)     struct T##_topic
#define SEAM_ANY_TOPIC(T) struct event
#define SEAM_BATCH(T)     struct T##_delivery
#define SEAM_ANY_BATCH(T) struct delivery

#define HEARS(NAME, ...)                                                                           \
	.apply = NAME##_apply,                                                                     \
	.events = (const struct event *const *)(const NAME##_topic *const[]){__VA_ARGS__, NULL}

/*
 * DURABLE: the effect is in the database. The bus moves the subscriber's cursor and calls `apply` to add the
 * effect to the same change; one instance of the server does it, once. IN_MEMORY: the effect is in this
 * process (caches, revocations, viewers); every instance sees every event told after its start, `ch` is NULL.
 */
enum hearing { DURABLE, IN_MEMORY };

struct subscription {
	const char *name;   /* unique: "search.content"; what operators replay and metrics name */
	const char *source; /* the teller's module name */
	const struct event *const *events; /* NULL-terminated */
	enum hearing hearing;

	/*
	 * IN_MEMORY only, optional: the bus keeps here up to when (clock_mono) all that was told has been
	 * applied in this process. It lags by two sweeps when all is well, and stands while the source's log
	 * cannot be read.
	 */
	int64_t *heard_until;

	/*
	 * DURABLE only: `apply` writes the aggregate's current state, so that a later event which succeeds
	 * makes up for those before it. Then events of an aggregate that has a dead letter are still tried
	 * (once each, instead of waiting behind it), and the first that succeeds removes the dead letter and
	 * all that waited.
	 */
	bool supersedes;

	/*
	 * DURABLE only: for effects that may come a little later and cost less together. After a batch of a
	 * partition the next gathers, until a beat that all partitions have and that comes every so many
	 * milliseconds, or until a batch is full. An event that comes alone is applied at once. More than
	 * bus.sweep_ms would have other instances apply what gathers here.
	 */
	int pace_ms;

	/*
	 * DURABLE only: what the effect does outside of the database must not be done again. When the source
	 * was restored from an older state, the subscription goes on at the head; others hear all again.
	 */
	bool once;

	/*
	 * Optional: the source was restored from an older state. What is derived from things that are no more
	 * no event will tell of; adds to the change what has it looked for. May suspend.
	 */
	err (*restarted)(struct ctx *cx, struct change *ch);

	/*
	 * `batch` holds consecutive events of one partition, oldest first. May suspend. An error undoes the
	 * whole batch: the bus then tries its events one by one, backs off on passing errors (status 503)
	 * and, after 8 tries, puts a poisonous one aside as a dead letter. Must be idempotent per aggregate
	 * version: replays and rebuilds repeat events.
	 */
	err (*apply)(struct ctx *cx, struct change *ch, const struct delivery *batch, int count);
};

/*
 * For an `apply` that works in changes of its own: what has been done so far stays, and patience with the
 * batch begins anew. Does nothing elsewhere.
 */
void apply_gets_on(struct ctx *cx);

#endif
