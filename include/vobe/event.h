/*
 * Events: past facts a module tells and others hear. At least once delivered, exactly once effective, in order per
 * aggregate. The log behind it is described in docs/events.md.
 */
#ifndef VOBE_EVENT_H
#define VOBE_EVENT_H

#include "vobe/db.h"

/* Declared in contracts/<teller>.h with EVENT; the topic is its identity. */
struct event {
	const char *topic; /* noun.past_tense: "post.published" */
	const struct schema *payload;
	int version; /* of the payload's shape; shapes only grow */
};

#define EVENT(NAME, topic_, payload_tag, version_)                                                 \
	__attribute__((unused)) static const struct event NAME = {                                 \
		.topic = topic_, .payload = &payload_tag##_schema, .version = version_}

/*
 * Appends the event to the change: it becomes known if and only if the change commits. `id` is the aggregate's id
 * (all events of one aggregate keep their order), `version` the aggregate's version after the change.
 * The payload is encoded now. Telling what nobody hears is normal.
 */
void tell(struct change *ch, const struct event *ev, struct uuid id, int64_t version, const void *payload);

/* One event as a subscriber gets it. Everything lives as long as the ctx's arena. */
struct delivery {
	const struct event *event;
	const void *payload; /* struct of event->payload */
	struct uuid event_id;
	struct uuid aggregate_id;
	int64_t aggregate_version;
	struct uuid actor_id;       /* nil: the system */
	const char *correlation_id; /* the request that caused it */
	int64_t told_at;            /* wall clock, microseconds */
	int part;
	int64_t off;
};

/*
 * DURABLE: the effect is in the database. The bus moves the subscriber's cursor and calls `apply` to add the effect to
 * the same change; one instance of the server does it, once. IN_MEMORY: the effect is in this process (caches,
 * revocations, viewers); every instance sees every event told after its start, `ch` is NULL.
 */
enum hearing { DURABLE, IN_MEMORY };

struct subscription {
	const char *name;   /* unique: "search.content"; what operators replay and metrics name */
	const char *source; /* the teller's module name */
	const struct event *const *events; /* NULL-terminated */
	enum hearing hearing;

	/*
	 * DURABLE only: `apply` writes the aggregate's current state, so that a later event which succeeds makes up for those
	 * before it. Then events of an aggregate that has a dead letter are still tried (once each, instead of waiting behind
	 * it), and the first that succeeds removes the dead letter and all that waited.
	 */
	bool supersedes;

	/*
	 * `batch` holds consecutive events of one partition, oldest first. May suspend. An error undoes the whole batch:
	 * the bus then tries its events one by one, backs off on passing errors (status 503) and, after 8 tries, puts a
	 * poisonous one aside as a dead letter. Must be idempotent per aggregate version: replays and rebuilds repeat events.
	 */
	err (*apply)(struct ctx *cx, struct change *ch, const struct delivery *batch, int count);
};

#endif
