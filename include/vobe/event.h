/*
 * Events: past facts a module tells and others hear. At least once delivered, exactly once effective, in
 * order per aggregate. The log behind it is described in docs/events.md.
 */
#ifndef VOBE_EVENT_H
#define VOBE_EVENT_H

#include "vobe/db.h"

#include <string.h>

/* An event as the log knows it; the topic is its identity. */
struct event {
	const char *topic; /* noun.past_tense: "post.published" */
	const struct schema *payload;
	int version; /* of the payload's shape; shapes only grow */
};

/*
 * --- Declaring events ---
 *
 * contracts/<teller>.h declares what its module tells: PAYLOAD makes struct and schema of a field list, and
 *the types that go with it; EVENTS takes a table of events, which says all that the module tells.
 *
 *	PAYLOAD(post_event, POST_EVENT_FIELDS, "A post changed");
 *	#define CONTENT_EVENTS(E)                                \
 *		E(post_created, "post.created", post_event, 1)   \
 *		E(post_deleted, "post.deleted", post_event, 1)
 *	EVENTS(CONTENT_EVENTS)
 *
 * The teller alone writes TELLS(CONTENT_EVENTS) in one .c file: that defines the table `tells` for its struct
 *module, and for each event
 *
 *	void tell_post_created(struct change *ch, struct uuid id, int64_t version, const struct post_event
 **payload);
 *
 * which appends the event to the change: it becomes known if and only if the change commits. `id` is the
 *aggregate's (all events of one aggregate keep their order), `version` the aggregate's after the change. The
 *payload is encoded now. Telling what nobody hears is normal. In another module these functions do not link.
 *Their type is post_event_teller.
 */
#define PAYLOAD(T, FIELDS, doc)                                                                    \
	STRUCT(T, FIELDS);                                                                         \
	SCHEMA(T, FIELDS, doc);                                                                    \
	struct T##_topic { struct event event; };                                                  \
	typedef void T##_teller(struct change *ch, struct uuid id, int64_t version, const struct T *payload); \
	struct __attribute__((may_alias)) T##_delivery { SEAM_DELIVERY(const struct T *payload) }

#define EVENTS(LIST) LIST(SEAM_EVENT)
#define SEAM_EVENT(NAME, topic_, T, version_)                                                      \
	__attribute__((unused)) static const struct T##_topic NAME = {                             \
		{.topic = topic_, .payload = &T##_schema, .version = version_}};                   \
	T##_teller tell_##NAME;

#define TELLS(LIST)                                                                                \
	LIST(SEAM_TELL)                                                                            \
	static const struct event *const tells[] = {LIST(ANY_EVENT) NULL}
#define SEAM_TELL(NAME, topic_, T, version_)                                                       \
	void tell_##NAME(struct change *ch, struct uuid id, int64_t version, const struct T *payload) \
	{                                                                                          \
		tell_(ch, &NAME.event, id, version, payload);                                      \
	}

/* What the functions above call. An event that no module lists fails the change: its commit answers INTERNAL.
 */
void tell_(struct change *ch, const struct event *ev, struct uuid id, int64_t version, const void *payload);

/*
 * One event as a subscriber gets it; everything lives as long as the ctx's arena. A handler that reads
 * payloads is given `struct T_delivery`, which is the same with a `payload` of its type.
 */
#define SEAM_DELIVERY(PAYLOAD_)                                                                    \
	const struct event *event;                                                                 \
	PAYLOAD_;                                                                                  \
	struct uuid event_id;                                                                      \
	struct uuid aggregate_id;                                                                  \
	int64_t aggregate_version;                                                                 \
	struct uuid actor_id;       /* nil: the system */                                          \
	const char *correlation_id; /* the request that caused it */                               \
	int64_t told_at;            /* wall clock, microseconds */                                 \
	int part;                                                                                  \
	int64_t off;
struct delivery {
	SEAM_DELIVERY(const void *payload_)
};

/* A batch of any payload as one without, for what looks at ids and topics only. */
#define DELIVERIES(batch) ((const struct delivery *)(batch))

/* Whether a delivery is of that event: event_is(&batch[i], user_deleted). */
#define event_is(delivery, NAME) (strcmp((delivery)->event->topic, (NAME).event.topic) == 0)

/*
 * --- Hearing ---
 *
 * HEARER stands above an event handler and is its prototype; T is the payload it reads, or `none`. HEARS in
 *the row of a subscription names the handler and events of that payload; others do not compile.
 *
 *	HEARER(copy_counts, comment_event);
 *	static err copy_counts(struct ctx *cx, struct change *ch, const struct comment_event_delivery *batch,
 *int count)
 *	...
 *	{.name = "content.comment", .source = "comment", .hearing = DURABLE, HEARS(copy_counts,
 *&comment_created, &comment_deleted)},
 *
 * A handler of `none` hears events of any payload: HEARS(forget, &post_created.event), or all that a
 *contract's table lists: HEARS(forget, CONTENT_EVENTS(ANY_EVENT) NULL).
 */
#define ANY_EVENT(NAME, topic_, T, version_) &NAME.event,

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
	.apply = NAME##_apply, .events = (const struct event *const *)(const NAME##_topic *const[]){__VA_ARGS__, NULL}

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
	 * DURABLE only: `apply` writes the aggregate's current state, so that a later event which succeeds
	 * makes up for those before it. Then events of an aggregate that has a dead letter are still tried
	 * (once each, instead of waiting behind it), and the first that succeeds removes the dead letter and
	 * all that waited.
	 */
	bool supersedes;

	/*
	 * `batch` holds consecutive events of one partition, oldest first. May suspend. An error undoes the
	 * whole batch: the bus then tries its events one by one, backs off on passing errors (status 503)
	 * and, after 8 tries, puts a poisonous one aside as a dead letter. Must be idempotent per aggregate
	 * version: replays and rebuilds repeat events.
	 */
	err (*apply)(struct ctx *cx, struct change *ch, const struct delivery *batch, int count);
};

#endif
