/* SQL of the subscriber's side: inbox_cursor, dead_letter, parked, and the answers kept for Idempotency-Keys.
 */
#include "bus/store/inbox_store.h"

#include "core/memory/memory.h"
#include "db/change.h"

SCHEMA(cursor, CURSOR_FIELDS, "Where a subscription stands");
SCHEMA(letter, LETTER_FIELDS, "An event put aside");
SCHEMA(waiting, WAITING_FIELDS, "How many events lie aside");

#define MOVE_FIELDS(F, T)                                                                          \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "To here")                                                               \
	F(T, INT, expected, 0, "From here")                                                        \
	F(T, INT, epoch, 0, "As read with the aggregates that wait")                               \
	F(T, INT, growth, 0, "0 or 1")                                                             \
	F(T, UUID, event_id, 0, "The event there")                                                 \
	F(T, TEXT, fault, 0, "Why it does not move")
STRUCT(move, MOVE_FIELDS);
SCHEMA(move, MOVE_FIELDS, "A step of a cursor");

#define BEGIN_FIELDS(F, T)                                                                         \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INTS, offs, 0, "An offset for each partition, from 0 on")
STRUCT(begin, BEGIN_FIELDS);
SCHEMA(begin, BEGIN_FIELDS, "First cursors of a subscription");

#define LIMIT_FIELDS(F, T)                                                                         \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, limit, 0, "At most so many")                                                     \
	F(T, TIME, before, 0, "Older than this")
STRUCT(limit, LIMIT_FIELDS);
SCHEMA(limit, LIMIT_FIELDS, "How many, how old");

#define GONE_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(gone, GONE_FIELDS);
SCHEMA(gone, GONE_FIELDS, "How many were deleted");

enum {
	CURSORS,
	CURSOR,
	BEGIN,
	MOVE,
	STANDS,
	LOCK,
	GO_BACK,
	BLOCKED,
	LOOSE,
	WAITING,
	BURY,
	PARK,
	UNPARK,
	SUPERSEDE,
	LETTERS,
	LETTER,
	TAKE,
	FORGET_ANSWERS,
	STATEMENTS,
};

#define EVENT_COLUMNS                                                                                        \
	"part, off, event_id, topic, agg_id, agg_version, schema_version, payload, actor_id," \
	" correlation_id," \
	" created_at"
#define EVENT_VALUES                                                                                         \
	"$part, $off, $event_id, $topic, $agg_id, $agg_version, $schema_version, $payload, $actor_id," \
	" $correlation_id, $created_at"

/* clang-format off */
static const struct statement inbox_statements[] = {
	[CURSORS] = {
		.name = "bus_cursors",
		.sql = "SELECT $* FROM inbox_cursor",
		.out = &cursor_schema,
	},
	[CURSOR] = {
		.name = "bus_cursor",
		.sql = "SELECT $* FROM inbox_cursor WHERE subscription = $subscription AND part = $part",
		.in = &move_schema,
		.out = &cursor_schema,
	},
	[BEGIN] = {
		.name = "bus_begin",
		.sql = "INSERT INTO inbox_cursor (subscription, part, off)"
		       " SELECT $subscription, n - 1, off FROM unnest($offs::bigint[]) WITH ORDINALITY AS p"
		       " (off, n)"
		       " ON CONFLICT DO NOTHING",
		.in = &begin_schema,
	},
	[MOVE] = {
		.name = "bus_move",
		.sql = "UPDATE inbox_cursor SET off = $off, epoch = epoch + $growth, event_id = $event_id,"
		       " stands_since = NULL, fault = NULL"
		       " WHERE subscription = $subscription"
		       " AND part = $part AND off = $expected AND epoch = $epoch",
		.in = &move_schema,
		.rows = 1,
		.otherwise = CURSOR_MOVED,
	},
	[STANDS] = {
		.name = "bus_stands",
		.sql = "UPDATE inbox_cursor SET stands_since = coalesce(stands_since, now()), fault = $fault"
		       " WHERE subscription = $subscription AND part = $part AND off = $expected",
		.in = &move_schema,
	},
	[LOCK] = {
		.name = "bus_lock",
		.sql = "UPDATE inbox_cursor SET epoch = epoch + 1 WHERE subscription = $subscription AND"
		       " part = $part",
		.in = &move_schema,
		.rows = 1,
		.otherwise = NOT_FOUND,
	},
	[GO_BACK] = {
		.name = "bus_go_back",
		.sql = "UPDATE inbox_cursor SET event_id = CASE WHEN off <= $off THEN event_id END,"
		       " off = least(off, $off), epoch = epoch + 1"
		       " WHERE subscription = $subscription AND part = $part",
		.in = &move_schema,
		.rows = 1,
		.otherwise = NOT_FOUND,
	},
	[BLOCKED] = {
		.name = "bus_blocked",
		.sql = "SELECT agg_id AS id FROM dead_letter WHERE subscription = $subscription AND part ="
		       " $part"
		       " UNION SELECT agg_id FROM parked WHERE subscription = $subscription AND part ="
		       " $part ORDER BY id",
		.in = &move_schema,
		.out = &by_id_schema,
	},
	[LOOSE] = {
		.name = "bus_loose",
		.sql = "SELECT $p.* FROM parked p WHERE p.subscription = $subscription AND p.part = $part"
		       " AND NOT EXISTS (SELECT FROM dead_letter d"
		       " WHERE d.subscription = p.subscription AND d.part = p.part AND d.agg_id = p.agg_id)"
		       " ORDER BY p.off LIMIT $limit",
		.in = &limit_schema,
		.out = &record_schema,
	},
	[WAITING] = {
		.name = "bus_waiting",
		.sql = "SELECT subscription, part, sum(dead)::bigint AS dead, sum(parked)::bigint AS parked"
		       " FROM ("
		       " SELECT subscription, part, 1 AS dead, 0 AS parked FROM dead_letter"
		       " UNION ALL SELECT subscription, part, 0, 1 FROM parked) aside GROUP BY"
		       " subscription, part",
		.out = &waiting_schema,
		.lane = LANE_SLOW,
	},
	/* An event that dies again after a replay keeps its place and its id. */
	[BURY] = {
		.name = "bus_bury",
		.sql = "INSERT INTO dead_letter (subscription, source, fault, tries, died_at, "
		       EVENT_COLUMNS ")"
		       " VALUES ($subscription, $source, $fault, $tries, $died_at, " EVENT_VALUES ")"
		       " ON CONFLICT (subscription, part, off) DO UPDATE"
		       " SET fault = $fault, tries = dead_letter.tries + $tries, died_at = $died_at",
		.in = &letter_schema,
	},
	/* After a replay an event may come that lies aside already. */
	[PARK] = {
		.name = "bus_park",
		.sql = "INSERT INTO parked (subscription, " EVENT_COLUMNS ") SELECT $subscription, "
		       EVENT_VALUES
		       " WHERE NOT EXISTS (SELECT FROM dead_letter"
		       " WHERE subscription = $subscription AND part = $part AND off = $off)"
		       " ON CONFLICT DO NOTHING",
		.in = &letter_schema,
	},
	[UNPARK] = {
		.name = "bus_unpark",
		.sql = "DELETE FROM parked WHERE subscription = $subscription AND part = $part AND off ="
		       " $off",
		.in = &letter_schema,
	},
	[SUPERSEDE] = {
		.name = "bus_supersede",
		.sql = "WITH dead AS (DELETE FROM dead_letter"
		       " WHERE subscription = $subscription AND part = $part AND agg_id = $agg_id AND off"
		       " <= $off)"
		       " DELETE FROM parked"
		       " WHERE subscription = $subscription AND part = $part AND agg_id = $agg_id AND off"
		       " <= $off",
		.in = &letter_schema,
	},
	[LETTERS] = {
		.name = "bus_letters",
		.sql = "SELECT $* FROM dead_letter ORDER BY id LIMIT $limit",
		.in = &limit_schema,
		.out = &letter_schema,
		.lane = LANE_SLOW,
	},
	[LETTER] = {
		.name = "bus_letter",
		.sql = "SELECT $* FROM dead_letter WHERE id = $id",
		.in = &letter_schema,
		.out = &letter_schema,
	},
	[TAKE] = {
		.name = "bus_take",
		.sql = "DELETE FROM dead_letter WHERE id = $id",
		.in = &letter_schema,
		.rows = 1,
		.otherwise = NOT_FOUND,
	},
	[FORGET_ANSWERS] = {
		.name = "bus_forget_answers",
		.sql = "WITH old AS (DELETE FROM idempotency_keys WHERE ctid IN (SELECT ctid FROM"
		       " idempotency_keys"
		       " WHERE created_at < $before ORDER BY created_at LIMIT $limit FOR UPDATE SKIP LOCKED)"
		       " RETURNING key) SELECT count(*) AS count FROM old",
		.in = &limit_schema,
		.out = &gone_schema,
	},
	[STATEMENTS] = {0},
};
/* clang-format on */

struct statement *inbox_store_copy(void)
{
	return memcpy(memory_take(sizeof inbox_statements), inbox_statements, sizeof inbox_statements);
}

static const struct statement *statement_of(const struct hearer *h, int which)
{
	return &h->member->inbox[which];
}

/* --- cursors ---------------------------------------------------------------------------------------------
 */

static struct move place_of(const struct hearer *h, int part)
{
	return (struct move){.subscription = h->sub->name, .part = part};
}

err inbox_cursors(struct ctx *cx, struct member *m, struct cursor **rows, int *count)
{
	return db_rows_(cx, &m->inbox[CURSORS], NULL, (void **)rows, count);
}

err inbox_cursor(struct ctx *cx, struct hearer *h, int part, struct cursor *row)
{
	const struct move in = place_of(h, part);
	err e = db_row_(cx, statement_of(h, CURSOR), &in, row);

	if (problem_is(e, NOT_FOUND))
		return problem_detail(cx, UNAVAILABLE,
				      "The cursor of %s, partition %d, is missing from inbox_cursor;"
				      " a restart makes it anew.",
				      h->sub->name, part);
	return e;
}

err inbox_begin(struct ctx *cx, struct hearer *h, const int64_t offs[PARTS])
{
	const struct begin in = {.subscription = h->sub->name, .offs = {offs, PARTS}};
	struct change *ch = change_begin(cx);

	change_add_(ch, statement_of(h, BEGIN), &in);
	return change_commit(cx, ch);
}

void inbox_restart(struct change *ch, struct hearer *h, const struct cursor *row, int64_t off)
{
	struct move in = place_of(h, (int)row->part);

	in.expected = row->off;
	in.epoch = row->epoch;
	in.off = off;
	in.growth = 1;
	change_add_(ch, statement_of(h, MOVE), &in);
}

err inbox_stands(struct ctx *cx, const struct reader *r)
{
	struct move in = place_of(r->hearer, r->part);
	struct change *ch = change_begin(cx);

	in.expected = r->saved;
	in.fault = r->fault;
	change_add_(ch, statement_of(r->hearer, STANDS), &in);
	return change_commit(cx, ch);
}

void inbox_move(struct change *ch, const struct reader *r, int64_t off, struct uuid event_id,
		enum epoch_move epoch)
{
	struct move in = place_of(r->hearer, r->part);

	in.event_id = event_id;

	in.expected = r->saved;
	in.epoch = r->epoch;
	in.off = off;
	in.growth = epoch == EPOCH_GROWS;
	change_add_(ch, statement_of(r->hearer, MOVE), &in);
}

void inbox_lock(struct change *ch, struct member *m, const char *subscription, int part)
{
	change_add_(ch, &m->inbox[LOCK], &(struct move){.subscription = subscription, .part = part});
}

void inbox_go_back(struct change *ch, struct hearer *h, int part, int64_t off)
{
	struct move in = place_of(h, part);

	in.off = off;
	change_add_(ch, statement_of(h, GO_BACK), &in);
}

/* --- events put aside ------------------------------------------------------------------------------------
 */

static struct letter letter_of(const struct subscription *sub, const struct record *e)
{
	return (struct letter){
		.part = e->part,
		.off = e->off,
		.event_id = e->event_id,
		.topic = e->topic,
		.agg_id = e->agg_id,
		.agg_version = e->agg_version,
		.schema_version = e->schema_version,
		.payload = e->payload,
		.actor_id = e->actor_id,
		.correlation_id = e->correlation_id,
		.created_at = e->created_at,
		.subscription = sub->name,
		.source = sub->source,
	};
}

err inbox_blocked(struct ctx *cx, struct hearer *h, int part, struct by_id **aggregates, int *count)
{
	const struct move in = place_of(h, part);

	return db_rows_(cx, statement_of(h, BLOCKED), &in, (void **)aggregates, count);
}

err inbox_loose(struct ctx *cx, struct hearer *h, int part, int limit, struct record **events, int *count)
{
	const struct limit in = {.subscription = h->sub->name, .part = part, .limit = limit};

	return db_rows_(cx, statement_of(h, LOOSE), &in, (void **)events, count);
}

err inbox_waiting(struct ctx *cx, struct member *m, struct waiting **rows, int *count)
{
	return db_rows_(cx, &m->inbox[WAITING], NULL, (void **)rows, count);
}

void inbox_bury(struct change *ch, struct hearer *h, const struct record *e, const char *fault, int tries)
{
	struct letter in = letter_of(h->sub, e);

	in.fault = fault;
	in.tries = tries;
	in.died_at = clock_now();
	change_add_(ch, statement_of(h, BURY), &in);
}

void inbox_park(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, PARK), &in);
}

void inbox_unpark(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, UNPARK), &in);
}

void inbox_supersede(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, SUPERSEDE), &in);
}

err inbox_letters(struct ctx *cx, struct member *m, int limit, struct letter **rows, int *count)
{
	return db_rows_(cx, &m->inbox[LETTERS], &(struct limit){.limit = limit}, (void **)rows, count);
}

err inbox_letter(struct ctx *cx, struct member *m, int64_t id, struct letter *row)
{
	return db_row_(cx, &m->inbox[LETTER], &(struct letter){.id = id}, row);
}

void inbox_take(struct change *ch, struct member *m, const struct letter *l)
{
	change_add_(ch, &m->inbox[TAKE], l);
}

void inbox_loosen(struct change *ch, struct member *m, const struct letter *l)
{
	inbox_take(ch, m, l);
	change_add_(ch, &m->inbox[PARK], l);
}

/* --- answers ---------------------------------------------------------------------------------------------
 */

err inbox_forget_answers(struct ctx *cx, struct member *m, int64_t before, int limit, int64_t *gone)
{
	struct change *ch = change_begin(cx);
	struct gone row;

	change_returning_(ch, &m->inbox[FORGET_ANSWERS], &(struct limit){.limit = limit, .before = before},
			  &row);
	TRY(change_commit(cx, ch));
	*gone = row.count;
	return NULL;
}
