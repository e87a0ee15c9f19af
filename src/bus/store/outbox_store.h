/* What is asked of a publisher's outbox. Every function works on the pool of the member it is given. */
#ifndef BUS_OUTBOX_STORE_H
#define BUS_OUTBOX_STORE_H

#include "bus/wiring/wiring.h"

struct statement *outbox_store_copy(void); /* malloc'd: every pool needs its own */

/* Offsets by partition; what `off` means is the query's. */
#define PLACE_FIELDS(F, T)                                                                         \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "Offset")                                                                \
	F(T, UUID, event_id, 0, "The event there")                                                 \
	F(T, TIME, created_at, 0, "When it was told")
STRUCT(place, PLACE_FIELDS);

/*
 * `count` events, one at least, ascending by partition, as the last statement of a change. appended_first,
 * the offset of the first in a partition that has some, is known after the commit.
 */
struct appended {
	struct place one;
	struct place *rows; /* for each partition its first */
	int count;
};
void outbox_append(struct change *ch, struct member *m, const struct record *events, int count,
		   struct appended *to);
int64_t appended_first(const struct appended *a, int part);

/* The offset of the last event of each partition. */
err outbox_heads(struct ctx *cx, struct member *m, int64_t heads[PARTS]);

/*
 * What the log says of each partition now: its head, and which event stands at the offset that is asked for;
 * nil: none (yet, or no more).
 */
err outbox_witness(struct ctx *cx, struct member *m, const int64_t offs[PARTS], int64_t heads[PARTS],
		   struct uuid events[PARTS]);

/* The offset before the oldest event kept in each partition: where one who has read nothing begins. */
err outbox_floors(struct ctx *cx, struct member *m, int64_t floors[PARTS]);

/* The offset before the first event of each partition that was told at `since` or later. */
err outbox_seek(struct ctx *cx, struct member *m, int64_t since, int64_t places[PARTS]);

/* At most `limit` events behind `after`, in order. Payloads only for the topics given. */
err outbox_range(struct ctx *cx, struct member *m, int part, int64_t after, int limit, struct texts topics,
		 struct record **events, int *count);

/* When the event behind each offset was told; TIME_NULL: there is none. */
err outbox_told_at(struct ctx *cx, struct member *m, const int64_t offs[PARTS], int64_t told_at[PARTS]);

/* The newest events of all partitions, newest first. */
err outbox_tail(struct ctx *cx, struct member *m, int limit, struct record **events, int *count);

/* Deletes the oldest events of a partition: those up to `keep_after` told `age_s` seconds ago or longer, by
 * the database's clock; at most `limit`. */
err outbox_purge(struct ctx *cx, struct member *m, int part, int64_t keep_after, int64_t age_s, int limit,
		 int64_t *gone);

#endif
