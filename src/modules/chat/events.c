/* What chat hears: accounts that end. Each instance stops what it makes; one of them erases. */
#include "modules/chat/events.h"

#include "modules/chat/generation.h"
#include "modules/chat/neighbours.h"
#include "modules/chat/usage.h"

/* user.deleted: nobody is left whose chats they are. */
HEARER(erase_chats, user_event);
static err erase_chats(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch, int count)
{
	for (int i = 0; i < count; i++) {
		struct chat_session *rows;
		int n;
		TRY(sessions_all(cx, batch[i].payload->user_id, &rows, &n));
		for (int j = 0; j < n; j++)
			session_delete(ch, &rows[j]);
		usage_erase(ch, batch[i].payload->user_id);
	}
	return NULL;
}

HEARER(stop_answers, user_event);
static err stop_answers(struct ctx *cx, struct change *ch, const struct user_event_delivery *batch, int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++)
		generations_stop_of_user(batch[i].payload->user_id, STOP_ERASED);
	return NULL;
}

const struct subscription chat_hears[] = {
	{.name = "chat.auth", .source = "auth", .hearing = DURABLE, HEARS(erase_chats, &user_deleted)},
	{.name = "chat.running",
	 .source = "auth",
	 .hearing = IN_MEMORY,
	 HEARS(stop_answers, &user_deleted, &user_deactivated)},
	{0},
};
