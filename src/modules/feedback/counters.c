/* What feedback counts for its operators, and the number of messages that each ticket holds. */
#include "modules/feedback/feedback.h"
#include "vobe/counter.h"
#include "vobe/figures.h"

#define FEEDBACK_FIGURES(F, T)                                                                     \
	F(T, INT, open, 0, "Tickets that nobody has answered, or that were opened again")          \
	F(T, INT, in_progress, 0, "Tickets that staff works on")                                   \
	F(T, INT, resolved, 0, "Tickets that are resolved and not closed")                         \
	F(T, INT, closed, 0, "Tickets that are closed")                                            \
	F(T, INT, unassigned, 0, "Tickets to be done that nobody of the staff has")                \
	F(T, INT, urgent, 0, "Tickets to be done that are urgent")
STRUCT(feedback_figures, FEEDBACK_FIGURES);
SCHEMA(feedback_figures, FEEDBACK_FIGURES, "What feedback counts");

#define TO_DO "status IN ('open', 'in_progress')"
FIGURES(feedback_figures, "SELECT count(*) FILTER (WHERE status = 'open') AS open,"
			  " count(*) FILTER (WHERE status = 'in_progress') AS in_progress,"
			  " count(*) FILTER (WHERE status = 'resolved') AS resolved,"
			  " count(*) FILTER (WHERE status = 'closed') AS closed,"
			  " count(*) FILTER (WHERE " TO_DO " AND assignee_id IS NULL) AS unassigned,"
			  " count(*) FILTER (WHERE " TO_DO " AND priority = 'urgent') AS urgent"
			  " FROM feedback_tickets");

#define SHOWN "(SELECT count(*) FROM ticket_messages m WHERE m.ticket_id = t.id AND NOT m.is_internal)"
#define WRONG " WHERE messages_count <> " SHOWN
COUNTER(tickets_messages, "feedback_tickets.messages_count", "feedback_tickets",
	"SELECT count(*) AS differing FROM feedback_tickets t" WRONG,
	"UPDATE feedback_tickets t SET messages_count = " SHOWN WRONG);
