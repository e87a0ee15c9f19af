/* SQL of the publisher's side: outbox and outbox_head. */
#include "bus/store/outbox_store.h"

#include "core/memory/memory.h"
#include "core/value/clock_turn.h"
#include "db/change.h"

SCHEMA(place, PLACE_FIELDS, "A place in the log");

/* Events as columns, ascending by partition. */
#define APPEND_FIELDS(F, T)                                                                        \
	F(T, INTS, heads, 0, "The partitions, each once")                                          \
	F(T, INTS, counts, 0, "How many events each gets")                                         \
	F(T, INTS, parts, 0, "One for each event from here on: its partition")                     \
	F(T, INTS, places, 0, "Which of that partition's it is, from 1")                           \
	F(T, UUIDS, event_ids, 0, "Identity")                                                      \
	F(T, TEXTS, topics, 0, "Topic")                                                            \
	F(T, UUIDS, agg_ids, 0, "Aggregate")                                                       \
	F(T, INTS, agg_versions, 0, "Its version")                                                 \
	F(T, INTS, schema_versions, 0, "Version of the payload's shape")                           \
	F(T, TEXTS, payloads, 0, "JSON")                                                           \
	F(T, UUIDS, actor_ids, 0, "Who caused it; nil: the system")                                \
	F(T, TEXTS, correlation_ids, 0, "The request that caused it")                              \
	F(T, TIME, created_at, 0, "For all of them")
STRUCT(append, APPEND_FIELDS);
SCHEMA(append, APPEND_FIELDS, "Events to append");

#define RANGE_FIELDS(F, T)                                                                         \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "Lower or upper limit")                                                  \
	F(T, INT, limit, 0, "At most so many")                                                     \
	F(T, TEXTS, topics, 0, "Topics whose payload is wanted")                                   \
	F(T, INT, age, 0, "Seconds")                                                               \
	F(T, TIME, since, 0, "Lower or upper limit of time")
STRUCT(range, RANGE_FIELDS);
SCHEMA(range, RANGE_FIELDS, "Which events");

#define PLACES_FIELDS(F, T)                                                                        \
	F(T, INTS, offs, 0, "An offset for each partition, from 0 on")
STRUCT(places, PLACES_FIELDS);
SCHEMA(places, PLACES_FIELDS, "An offset for each partition");

#define TALLY_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(tally, TALLY_FIELDS);
SCHEMA(tally, TALLY_FIELDS, "How many");

enum { APPEND_ONE, APPEND, HEADS, WITNESS, FLOORS, SEEK, RANGE, TOLD_AT, TAIL, PURGE, STATEMENTS };

/*
 * The append takes the heads' row locks, in the order of partitions, and holds them to the commit: the order
 * of offsets is the order of commits, and no two appends wait for each other. A missing head row gives a null
 * offset, which the key refuses: nothing is told without a place.
 */
/* clang-format off */
static const struct statement outbox_statements[] = {
	[APPEND_ONE] = {
		.name = "bus_append_one",
		.sql = "WITH head AS (UPDATE outbox_head SET off = off + 1 WHERE part = $part RETURNING off)"
		       " INSERT INTO outbox (part, off, event_id, topic, agg_id, agg_version,"
		       " schema_version, payload,"
		       " actor_id, correlation_id, created_at)"
		       " VALUES ($part, (SELECT off FROM head), $event_id, $topic, $agg_id, $agg_version,"
		       " $schema_version,"
		       " $payload, $actor_id, $correlation_id, $created_at)"
		       " RETURNING part, off, created_at",
		.in = &record_schema,
		.out = &place_schema,
	},
	[APPEND] = {
		.name = "bus_append",
		.sql = "WITH held AS (SELECT part FROM outbox_head WHERE part = ANY ($heads::bigint[])"
		       " ORDER BY part FOR NO KEY UPDATE),"
		       " head AS (UPDATE outbox_head h SET off = h.off + c.count FROM held"
		       " JOIN unnest($heads::bigint[], $counts::bigint[]) AS c (part, count)"
		       " ON c.part = held.part"
		       " WHERE h.part = held.part RETURNING h.part, h.off - c.count AS off),"
		       " added AS (INSERT INTO outbox (part, off, event_id, topic, agg_id, agg_version,"
		       " schema_version, payload, actor_id, correlation_id, created_at)"
		       " SELECT e.part, head.off + e.place, e.event_id, e.topic, e.agg_id, e.agg_version,"
		       " e.schema_version, e.payload::jsonb,"
		       " nullif(e.actor_id, '00000000-0000-0000-0000-000000000000'), e.correlation_id,"
		       " $created_at"
		       " FROM unnest($parts::bigint[], $places::bigint[], $event_ids::uuid[],"
		       " $topics::text[], $agg_ids::uuid[], $agg_versions::bigint[],"
		       " $schema_versions::bigint[], $payloads::text[], $actor_ids::uuid[],"
		       " $correlation_ids::text[]) AS e (part, place, event_id, topic, agg_id,"
		       " agg_version, schema_version, payload, actor_id, correlation_id)"
		       " LEFT JOIN head ON head.part = e.part)"
		       " SELECT part, off + 1 AS off FROM head",
		.in = &append_schema,
		.out = &place_schema,
	},
	[HEADS] = {
		.name = "bus_heads",
		.sql = "SELECT part, off, clock_timestamp() AS created_at FROM outbox_head",
		.out = &place_schema,
	},
	[WITNESS] = {
		.name = "bus_witness",
		.sql = "SELECT h.part, h.off, o.event_id"
		       " FROM unnest($offs::bigint[]) WITH ORDINALITY AS p (off, n)"
		       " JOIN outbox_head h ON h.part = p.n - 1"
		       " LEFT JOIN outbox o ON o.part = h.part AND o.off = p.off",
		.in = &places_schema,
		.out = &place_schema,
	},
	[FLOORS] = {
		.name = "bus_floors",
		.sql = "SELECT h.part, coalesce((SELECT min(o.off) - 1 FROM outbox o WHERE o.part ="
		       " h.part), h.off) AS off"
		       " FROM outbox_head h",
		.out = &place_schema,
	},
	/* Bisection: created_at grows with off but for the difference of the clocks, and has no index. */
	[SEEK] = {
		.name = "bus_seek",
		.sql = "WITH RECURSIVE step AS ("
		       "  SELECT h.part, coalesce((SELECT min(o.off) FROM outbox o WHERE o.part = h.part),"
		       " h.off + 1) AS low,"
		       "  h.off + 1 AS high FROM outbox_head h"
		       "  UNION ALL"
		       "  SELECT s.part, CASE WHEN o.created_at < $since THEN o.off + 1 ELSE s.low END,"
		       "  CASE WHEN o.created_at < $since THEN s.high ELSE o.off END"
		       "  FROM step s JOIN outbox o ON o.part = s.part AND o.off = (s.low + s.high) / 2"
		       "  WHERE s.low < s.high)"
		       " SELECT part, low - 1 AS off FROM step WHERE low = high",
		.in = &range_schema,
		.out = &place_schema,
	},
	[RANGE] = {
		.name = "bus_range",
		.sql = "SELECT part, off, event_id, topic, agg_id, agg_version, schema_version,"
		       " CASE WHEN topic = ANY ($topics::text[]) THEN payload END AS payload,"
		       " actor_id, correlation_id, created_at"
		       " FROM outbox WHERE part = $part AND off > $off ORDER BY off LIMIT $limit",
		.in = &range_schema,
		.out = &record_schema,
	},
	[TOLD_AT] = {
		.name = "bus_told_at",
		.sql = "SELECT o.part, o.off, o.created_at"
		       " FROM unnest($offs::bigint[]) WITH ORDINALITY AS p (off, n)"
		       " JOIN outbox o ON o.part = p.n - 1 AND o.off = p.off + 1",
		.in = &places_schema,
		.out = &place_schema,
	},
	[TAIL] = {
		.name = "bus_tail",
		.sql = "SELECT $o.* FROM outbox_head h, LATERAL"
		       " (SELECT * FROM outbox WHERE part = h.part ORDER BY off DESC LIMIT $limit) o"
		       " ORDER BY o.created_at DESC, o.part, o.off DESC LIMIT $limit",
		.in = &range_schema,
		.out = &record_schema,
		.lane = LANE_SLOW,
	},
	/* Always a prefix of what is there, so that what is left has no gaps, whatever the clocks say. */
	[PURGE] = {
		.name = "bus_purge",
		.sql = "WITH gone AS (DELETE FROM outbox WHERE part = $part AND off <= $off AND off < ("
		       "  SELECT coalesce(min(off) FILTER (WHERE created_at >= now()"
		       " - $age::bigint * interval '1 second'), max(off) + 1)"
		       "  FROM (SELECT off, created_at FROM outbox WHERE part = $part ORDER BY off LIMIT"
		       " $limit) oldest)"
		       "  RETURNING off)"
		       " SELECT count(*) AS count FROM gone",
		.in = &range_schema,
		.out = &tally_schema,
	},
	[STATEMENTS] = {0},
};
/* clang-format on */

struct statement *outbox_store_copy(void)
{
	return memcpy(memory_take(sizeof outbox_statements), outbox_statements, sizeof outbox_statements);
}

/* --- the append ------------------------------------------------------------------------------------------
 */

/* How many of the events, from the first on, are of its partition. */
static int run_of(const struct record *events, int count)
{
	int n = 1;

	while (n < count && events[n].part == events[0].part)
		n++;
	return n;
}

static void add_heads(struct arena *a, struct append *in, const struct record *events, int count)
{
	int64_t *heads = ARENA_ARRAY(a, int64_t, PARTS), *counts = ARENA_ARRAY(a, int64_t, PARTS);
	int64_t *places = ARENA_ARRAY(a, int64_t, count);
	int n = 0;

	for (int i = 0, run; i < count; i += run) {
		run = run_of(events + i, count - i);
		heads[n] = events[i].part;
		counts[n++] = run;
		for (int place = 0; place < run; place++)
			places[i + place] = place + 1;
	}
	in->heads = (struct ints){heads, n};
	in->counts = (struct ints){counts, n};
	in->places = (struct ints){places, count};
}

/* An array of what stands at a member of each event. */
#define COLUMN(array, type, member)                                                                \
	do {                                                                                       \
		type *column = ARENA_ARRAY(a, type, count);                                        \
		for (int i = 0; i < count; i++)                                                    \
			column[i] = events[i].member;                                              \
		(array) = (typeof(array)){column, count};                                          \
	} while (0)

static struct append append_columns(struct arena *a, const struct record *events, int count)
{
	struct append in = {.created_at = events[0].created_at};

	COLUMN(in.parts, int64_t, part);
	COLUMN(in.event_ids, struct uuid, event_id);
	COLUMN(in.topics, const char *, topic);
	COLUMN(in.agg_ids, struct uuid, agg_id);
	COLUMN(in.agg_versions, int64_t, agg_version);
	COLUMN(in.schema_versions, int64_t, schema_version);
	COLUMN(in.payloads, const char *, payload);
	COLUMN(in.actor_ids, struct uuid, actor_id);
	COLUMN(in.correlation_ids, const char *, correlation_id);
	add_heads(a, &in, events, count);
	return in;
}

void outbox_append(struct change *ch, struct member *m, const struct record *events, int count,
		   struct appended *to)
{
	if (count == 1) {
		to->rows = &to->one;
		to->count = 1;
		change_returning_(ch, &m->outbox[APPEND_ONE], events, &to->one);
	} else {
		struct append in = append_columns(change_arena(ch), events, count);

		change_rows_(ch, &m->outbox[APPEND], &in, (void **)&to->rows, &to->count);
	}
}

int64_t appended_first(const struct appended *a, int part)
{
	for (int i = 0; i < a->count; i++)
		if (a->rows[i].part == part)
			return a->rows[i].off;
	return 0;
}

/* --- reads -----------------------------------------------------------------------------------------------
 */

static err read_places(struct ctx *cx, const struct statement *st, const void *in, int64_t offs[PARTS])
{
	struct place *rows;
	int count;

	TRY(db_rows_(cx, st, in, (void **)&rows, &count));
	for (int i = 0; i < count; i++)
		offs[rows[i].part] = rows[i].off;
	return NULL;
}

err outbox_heads(struct ctx *cx, struct member *m, int64_t heads[PARTS])
{
	struct place *rows;
	int count;

	TRY(db_rows_(cx, &m->outbox[HEADS], NULL, (void **)&rows, &count));
	for (int i = 0; i < count; i++)
		heads[rows[i].part] = rows[i].off;
	if (count)
		clock_hear(rows[count - 1].created_at);
	return NULL;
}

err outbox_witness(struct ctx *cx, struct member *m, const int64_t offs[PARTS], int64_t heads[PARTS],
		   struct uuid events[PARTS])
{
	const struct places in = {.offs = {offs, PARTS}};
	struct place *rows;
	int count;

	TRY(db_rows_(cx, &m->outbox[WITNESS], &in, (void **)&rows, &count));
	for (int i = 0; i < count; i++) {
		heads[rows[i].part] = rows[i].off;
		events[rows[i].part] = rows[i].event_id;
	}
	return NULL;
}

err outbox_floors(struct ctx *cx, struct member *m, int64_t floors[PARTS])
{
	return read_places(cx, &m->outbox[FLOORS], NULL, floors);
}

err outbox_seek(struct ctx *cx, struct member *m, int64_t since, int64_t places[PARTS])
{
	return read_places(cx, &m->outbox[SEEK], &(struct range){.since = since}, places);
}

err outbox_range(struct ctx *cx, struct member *m, int part, int64_t after, int limit, struct texts topics,
		 struct record **events, int *count)
{
	const struct range in = {.part = part, .off = after, .limit = limit, .topics = topics};

	return db_rows_(cx, &m->outbox[RANGE], &in, (void **)events, count);
}

err outbox_told_at(struct ctx *cx, struct member *m, const int64_t offs[PARTS], int64_t told_at[PARTS])
{
	const struct places in = {.offs = {offs, PARTS}};
	struct place *rows;
	int count;

	TRY(db_rows_(cx, &m->outbox[TOLD_AT], &in, (void **)&rows, &count));
	for (int part = 0; part < PARTS; part++)
		told_at[part] = TIME_NULL;
	for (int i = 0; i < count; i++)
		told_at[rows[i].part] = rows[i].created_at;
	return NULL;
}

err outbox_tail(struct ctx *cx, struct member *m, int limit, struct record **events, int *count)
{
	return db_rows_(cx, &m->outbox[TAIL], &(struct range){.limit = limit}, (void **)events, count);
}

err outbox_purge(struct ctx *cx, struct member *m, int part, int64_t keep_after, int64_t age_s, int limit,
		 int64_t *gone)
{
	const struct range in = {.part = part, .off = keep_after, .limit = limit, .age = age_s};
	struct change *ch = change_begin(cx);
	struct tally tally;

	change_alone(ch);
	change_returning_(ch, &m->outbox[PURGE], &in, &tally);
	TRY(change_commit(cx, ch));
	*gone = tally.count;
	return NULL;
}
