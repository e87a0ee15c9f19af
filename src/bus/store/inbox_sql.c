/* SQL of the subscriber's side: inbox_cursor, dead_letter, parked, and the answers kept for Idempotency-Keys.
 */
#include "bus/store/inbox_sql.h"

#include "core/memory/memory.h"

#include <string.h>

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
		       " WHERE created_at < now() - $age::bigint * interval '1 second'"
		       " ORDER BY created_at LIMIT $limit FOR UPDATE SKIP LOCKED)"
		       " RETURNING key) SELECT count(*) AS count FROM old",
		.in = &limit_schema,
		.out = &gone_schema,
	},
	/* With what is parked behind it: without its dead letter it would be loose, and applied. */
	[FORGET_LETTERS] = {
		.name = "bus_forget_letters",
		.sql = "WITH old AS (DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter"
		       " WHERE died_at < now() - $age::bigint * interval '1 second' ORDER BY id LIMIT $limit)"
		       " RETURNING subscription, part, agg_id), behind AS (DELETE FROM parked p USING old o"
		       " WHERE p.subscription = o.subscription AND p.part = o.part AND p.agg_id = o.agg_id)"
		       " SELECT count(*) AS count FROM old",
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
