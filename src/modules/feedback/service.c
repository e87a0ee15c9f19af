/* What other modules may ask of feedback: how many tickets there are. */
#include "modules/feedback/feedback.h"

#define COUNTS_FIELDS(F, T)                                                                          \
	F(T, INT, open, 0, "")                                                                       \
	F(T, INT, in_progress, 0, "")                                                                \
	F(T, INT, resolved, 0, "")                                                                   \
	F(T, INT, closed, 0, "")                                                                     \
	F(T, INT, unassigned, 0, "Of those to be done")                                              \
	F(T, INT, urgent, 0, "Of those to be done")
STRUCT(counts, COUNTS_FIELDS);
SCHEMA(counts, COUNTS_FIELDS, "How many tickets");

#define TO_DO "status IN ('open', 'in_progress')"

static QUERY_ROW(tickets_counted, none, counts,
		 "SELECT count(*) FILTER (WHERE status = 'open') AS open,"
		 " count(*) FILTER (WHERE status = 'in_progress') AS in_progress,"
		 " count(*) FILTER (WHERE status = 'resolved') AS resolved,"
		 " count(*) FILTER (WHERE status = 'closed') AS closed,"
		 " count(*) FILTER (WHERE " TO_DO " AND assignee_id IS NULL) AS unassigned,"
		 " count(*) FILTER (WHERE " TO_DO " AND priority = 'urgent') AS urgent"
		 " FROM feedback_tickets",
		 .lane = LANE_SLOW);

static err count_tickets(struct ctx *cx, struct ticket_counts *out)
{
	struct counts found;

	TRY(tickets_counted(cx, &found));
	*out = (struct ticket_counts){.open = found.open,
				      .in_progress = found.in_progress,
				      .resolved = found.resolved,
				      .closed = found.closed,
				      .unassigned = found.unassigned,
				      .urgent = found.urgent};
	return NULL;
}

static const struct feedback_stats stats = {.count_tickets = count_tickets};

const struct service feedback_services[] = {OFFER(feedback_stats, stats), {0}};
