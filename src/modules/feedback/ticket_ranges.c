/*
 * Whose tickets, what narrows them and the order are put together here from the texts above the tables;
 * `vobemusic statements feedback` prints the statements whole.
 */
#include "modules/feedback/ticket_ranges.h"

const char *const ticket_sorts[] = {
	[CREATED_LAST] = "-created_at",
	[CREATED_FIRST] = "created_at",
	[UPDATED_LAST] = "-updated_at",
	[UPDATED_FIRST] = "updated_at",
	[MOST_URGENT] = "-priority",
	[LEAST_URGENT] = "priority",
	[ORDERS] = NULL,
};

/* --- Whose --- */

#define OWN_TICKETS      " FROM feedback_tickets t WHERE t.user_id = $user_id"
#define TO_DO_TICKETS    " FROM feedback_tickets t WHERE t.status IN ('open', 'in_progress')"
#define ASSIGNED_TICKETS " FROM feedback_tickets t WHERE t.assignee_id = $assignee_id"
#define ALL_TICKETS      " FROM feedback_tickets t WHERE true"
#define FOUND_TICKETS    ALL_TICKETS " AND ($user_id::uuid IS NULL OR t.user_id = $user_id)"

/*
 * Tickets with every word, each in any of their texts. Words are stemmed in both languages; those that say
 * nothing ("the") make no query and are not asked for. An owner's search does not read what is internal.
 */
#define STEMS(language) "plainto_tsquery('" language "', translate(w.word, 'ёЁ', 'еЕ'))"
#define ASKED                                                                                      \
	"WITH asked AS MATERIALIZED (SELECT w.n, s.stems"                                          \
	" FROM unnest($words::text[]) WITH ORDINALITY AS w(word, n),"                              \
	" LATERAL (SELECT " STEMS("russian") " || " STEMS("english") " AS stems) s"                \
	" WHERE numnode(s.stems) > 0)"
#define IN_TICKETS "SELECT d.id FROM feedback_tickets d WHERE d.words @@ asked.stems"
#define IN_NOTES   "SELECT d.id FROM feedback_tickets d WHERE d.note_words @@ asked.stems"
#define IN_MESSAGES                                                                                \
	"SELECT m.ticket_id FROM ticket_messages m WHERE m.words @@ asked.stems"
#define FOUND(texts)                                                                               \
	" AND t.id IN (" ASKED " SELECT h.id FROM asked, LATERAL (" texts ") h(id)"                \
	" GROUP BY h.id HAVING count(DISTINCT asked.n) = (SELECT count(*) FROM asked))"
#define OWN_TEXTS                                                                                  \
	IN_TICKETS " AND d.user_id = $user_id"                                                     \
	" UNION " IN_MESSAGES " AND NOT m.is_internal"                                             \
	" AND m.ticket_id IN (SELECT id FROM feedback_tickets WHERE user_id = $user_id)"
#define ALL_TEXTS IN_TICKETS " UNION " IN_NOTES " UNION " IN_MESSAGES

/* --- What narrows them --- */

#define ONE_OF(column) " AND (cardinality($" column "::text[]) = 0 OR t." column " = ANY ($" column "))"
#define SINCE(column)                                                                              \
	" AND ($" column "_after::timestamptz IS NULL OR t." column "_at >= $" column "_after)"    \
	" AND ($" column "_before::timestamptz IS NULL OR t." column "_at < $" column "_before)"
#define FILTERS                                                                                    \
	ONE_OF("status") ONE_OF("category") ONE_OF("priority")                                     \
	" AND ($assignee_id::uuid IS NULL OR t.assignee_id = $assignee_id)"                        \
	" AND (NOT $unassigned::boolean OR t.assignee_id IS NULL)"                                 \
	SINCE("created") SINCE("updated")

/* --- The rows behind the key, in order --- */

#define FALLING(key, value) \
	" AND (" key ", t.id) < (" value ", $key_id) ORDER BY " key " DESC, t.id DESC"
#define RISING(key, value)  " AND (" key ", t.id) > (" value ", $key_id) ORDER BY " key ", t.id"
#define NEWEST(key)         FALLING(key, "$key_time")
#define OLDEST(key)         RISING(key, "$key_time")
#define URGENT_FIRST        RISING("t.priority_rank", "$key_rank")
#define URGENT_LAST         FALLING("t.priority_rank", "$key_rank")

/* --- Whole statements --- */

/* 101 rows, one more than the largest page: to the planner, an unknown limit is 10 % of the table. */
#define PAGE(name, rows)                                                                           \
	QUERY_OF("tickets_" name,                                                                  \
		 "SELECT $t.* FROM (SELECT t.*" rows " LIMIT 101) t LIMIT $limit", .lane = LANE_SLOW)
#define IN_EACH_ORDER(drive, name, rows)                                                           \
	[drive * ORDERS + CREATED_LAST] = PAGE(name "_created_last", rows NEWEST("t.created_at")), \
	[drive * ORDERS + CREATED_FIRST] = PAGE(name "_created_first", rows OLDEST("t.created_at")), \
	[drive * ORDERS + UPDATED_LAST] = PAGE(name "_updated_last", rows NEWEST("t.updated_at")), \
	[drive * ORDERS + UPDATED_FIRST] = PAGE(name "_updated_first", rows OLDEST("t.updated_at")), \
	[drive * ORDERS + MOST_URGENT] = PAGE(name "_most_urgent", rows URGENT_FIRST),             \
	[drive * ORDERS + LEAST_URGENT] = PAGE(name "_least_urgent", rows URGENT_LAST)
#define COUNTED(name, rows)                                                                        \
	QUERY_OF("tickets_" name "_total",                                                         \
		 "SELECT count(*) AS total FROM (SELECT" rows " LIMIT 10001) AS bounded",          \
		 .lane = LANE_SLOW)

/* clang-format off */
QUERIES(tickets_range, ticket_list, ticket,
	IN_EACH_ORDER(OWN,       "own",       OWN_TICKETS FILTERS),
	IN_EACH_ORDER(TO_DO,     "to_do",     TO_DO_TICKETS FILTERS),
	IN_EACH_ORDER(ASSIGNED,  "assigned",  ASSIGNED_TICKETS FILTERS),
	IN_EACH_ORDER(ALL,       "all",       ALL_TICKETS FILTERS),
	IN_EACH_ORDER(UNFILTERED, "unfiltered", ALL_TICKETS),
	IN_EACH_ORDER(OWN_FOUND, "own_found", OWN_TICKETS FOUND(OWN_TEXTS) FILTERS),
	IN_EACH_ORDER(ALL_FOUND, "all_found", FOUND_TICKETS FOUND(ALL_TEXTS) FILTERS));

QUERIES(tickets_total, ticket_list, total,
	[OWN] = COUNTED("own", OWN_TICKETS FILTERS),
	[TO_DO] = COUNTED("to_do", TO_DO_TICKETS FILTERS),
	[ASSIGNED] = COUNTED("assigned", ASSIGNED_TICKETS FILTERS),
	[ALL] = COUNTED("all", ALL_TICKETS FILTERS),
	[UNFILTERED] = COUNTED("unfiltered", ALL_TICKETS),
	[OWN_FOUND] = COUNTED("own_found", OWN_TICKETS FOUND(OWN_TEXTS) FILTERS),
	[ALL_FOUND] = COUNTED("all_found", FOUND_TICKETS FOUND(ALL_TEXTS) FILTERS));
/* clang-format on */

_Static_assert(sizeof tickets_range_statements / sizeof *tickets_range_statements == DRIVES * ORDERS,
	       "one for each");
