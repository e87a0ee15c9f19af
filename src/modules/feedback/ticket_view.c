/* What the viewer gets to see of tickets. */
#include "modules/feedback/ticket.h"

static void name_people(struct req *rq, struct ticket *rows, int count)
{
	struct uuid *ids = ARENA_ARRAY(rq->cx.arena, struct uuid, 2 * count);
	struct user_card *cards = ARENA_ARRAY(rq->cx.arena, struct user_card, 2 * count);

	for (int i = 0; i < count; i++) {
		ids[2 * i] = rows[i].user_id;
		ids[2 * i + 1] = rows[i].assignee_id;
	}
	if (auth->user_cards(&rq->cx, ids, 2 * count, cards)) {
		reply_partial(rq, "username");
		return;
	}
	for (int i = 0; i < count; i++) {
		rows[i].username = cards[2 * i].username;
		rows[i].assignee_username = cards[2 * i + 1].username;
	}
}

int64_t ticket_version(const struct ctx *cx, const struct ticket *it)
{
	return viewer_is_moderator(cx) ? it->version : it->public_version;
}

void tickets_show(struct req *rq, struct ticket *rows, int count)
{
	name_people(rq, rows, count);
	rq->view |= viewer_is_moderator(&rq->cx) ? VIEW_STAFF : 0;
	for (int i = 0; i < count; i++)
		rows[i].version = ticket_version(&rq->cx, &rows[i]);
}
