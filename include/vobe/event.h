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
 * the types that go with it; EVENTS takes a table of events, which says all that the module tells.
 *
 *	PAYLOAD(post_event, POST_EVENT_FIELDS, "A post changed");
 *	#define CONTENT_EVENTS(E)                                \
 *		E(post_created, "post.created", post_event, 1)   \
 *		E(post_deleted, "post.deleted", post_event, 1)
 *	EVENTS(CONTENT_EVENTS)
 *
 * The teller names them in its struct module, .tells = ALL_EVENTS(CONTENT_EVENTS), and writes
 * TELLS(CONTENT_EVENTS) in a .c file of its own, below all that tell. That defines for each event
 *
 *	void tell_post_created(struct change *ch, struct uuid id, int64_t version,
 *			       const struct post_event *payload);
 *
 * which appends the event to the change: it becomes known if and only if the change commits. `id` is the
 * aggregate's (all events of one aggregate keep their order), `version` the aggregate's after the change. The
 * payload is encoded now. Telling what nobody hears is normal. In another module these functions do not link.
 * Their type is post_event_teller.
 */
#define PAYLOAD(T, FIELDS, doc)                                                                    \
	STRUCT(T, FIELDS);                                                                         \
	SCHEMA(T, FIELDS, doc);                                                                    \
	struct T##_topic { struct event event; };                                                  \
	typedef void T##_teller(struct change *ch, struct uuid id, int64_t version,                \
				const struct T *payload);                                          \
	struct __attribute__((may_alias)) T##_delivery { SEAM_DELIVERY(const struct T *payload) }

#define EVENTS(LIST) LIST(SEAM_EVENT)
#define SEAM_EVENT(NAME, topic_, T, version_)                                                      \
	__attribute__((unused)) static const struct T##_topic NAME = {                             \
		{.topic = topic_, .payload = &T##_schema, .version = version_}};                   \
	T##_teller tell_##NAME;

/* A table of events as members of an array. */
#define ANY_EVENT(NAME, topic_, T, version_) &NAME.event,

#define ALL_EVENTS(LIST) ((const struct event *const[]){LIST(ANY_EVENT) NULL})
#define TELLS(LIST)      LIST(SEAM_TELL) struct event /* takes the semicolon */
#define SEAM_TELL(NAME, topic_, T, version_)                                                       \
	void tell_##NAME(struct change *ch, struct uuid id, int64_t version, const struct T *payload) \
	{                                                                                          \
		tell_(ch, &NAME.event, id, version, payload);                                      \
	}

/* What these functions call. An event that no module lists fails the change: its commit answers INTERNAL. */
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

#endif
