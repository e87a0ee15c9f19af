/* One event as it stands in the log: in an outbox, a ring, a dead letter, behind one. */
#ifndef BUS_RECORD_H
#define BUS_RECORD_H

#include "vobe/schema.h"

enum { PARTS = 16 }; /* partitions of every log, for ever: they map one to one to those of Kafka */

#define RECORD_FIELDS(F, T)                                                                        \
	F(T, INT, part, 0, "Partition: all events of one aggregate are in one")                    \
	F(T, INT, off, 0, "Place in the partition, from 1, without gaps")                          \
	F(T, UUID, event_id, 0, "Identity of the event")                                           \
	F(T, TEXT, topic, 0, "Its kind: post.published")                                           \
	F(T, UUID, agg_id, 0, "What it happened to")                                               \
	F(T, INT, agg_version, 0, "Version of that after the change")                              \
	F(T, INT, schema_version, 0, "Version of the payload's shape")                             \
	F(T, JSON, payload, 0, "What happened; null where only the place in the log was asked for") \
	F(T, UUID, actor_id, 0, "Who caused it; null: the system")                                 \
	F(T, TEXT, correlation_id, 0, "The request that caused it")                                \
	F(T, TIME, created_at, 0, "When it was told")
STRUCT(record, RECORD_FIELDS);
SCHEMA(record, RECORD_FIELDS, "An event in the log");

/* The partition of an aggregate. */
int record_part(struct uuid agg_id);

#endif
