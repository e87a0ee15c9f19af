/* What an account may use and has used. */
#include "modules/chat/usage.h"

#define USAGE_FIELDS(F, T)                                                                         \
	F(T, UUID, user_id, NO_JSON, "Whose")                                                      \
	F(T, INT, used, 0, "Tokens used today (UTC)")                                              \
	F(T, INT, reserved, NO_COLUMN, "Tokens set aside for answers under way")                   \
	F(T, INT, quota, NO_COLUMN, "Tokens of a day")                                             \
	F(T, TIME, resets_at, NO_COLUMN, "When the next day begins")
STRUCT(chat_usage, USAGE_FIELDS);
SCHEMA(chat_usage, USAGE_FIELDS, "How much of a day's tokens is used");

static QUERY_ROW(usage_of, by_id, chat_usage,
		 "SELECT coalesce((SELECT used FROM chat_usage WHERE user_id = $id AND day = " TODAY
		 "), 0) AS used,"
		 " coalesce((SELECT sum(reserved)::bigint FROM chat_messages"
		 "  WHERE user_id = $id AND status IN ('pending', 'streaming')), 0) AS reserved");

static COMMAND(usage_touch, chat_usage,
	       "INSERT INTO chat_usage AS u (user_id, day, used) VALUES ($user_id, " TODAY ", $used)"
	       " ON CONFLICT (user_id, day) DO UPDATE SET used = u.used + excluded.used");

static COMMAND(usage_delete, chat_usage, "DELETE FROM chat_usage WHERE user_id = $user_id");
static COMMAND(usage_purge, none, "DELETE FROM chat_usage WHERE day < " TODAY " - 92");

static int64_t resets_at(void)
{
	int64_t day_us = 86400 * SECOND_US;

	return (clock_now() / day_us + 1) * day_us;
}

err usage_exceeded(struct ctx *cx)
{
	char when[TIME_TEXT];
	struct problem *p;

	time_text(resets_at(), when);
	p = arena_copy(cx->arena, problem_members(cx, QUOTA_EXCEEDED, "\"resets_at\":\"%s\"", when),
		       sizeof *p);
	p->retry_after_s = (int)((resets_at() - clock_now()) / SECOND_US) + 1;
	return p;
}

void usage_open(struct change *ch, struct uuid user_id)
{
	usage_touch(ch, &(struct chat_usage){.user_id = user_id});
}

void usage_add(struct change *ch, struct uuid user_id, int64_t tokens)
{
	usage_touch(ch, &(struct chat_usage){.user_id = user_id, .used = tokens});
}

void usage_erase(struct change *ch, struct uuid user_id)
{
	usage_delete(ch, &(struct chat_usage){.user_id = user_id});
}

err usage_forget_old(struct ctx *cx)
{
	struct change *ch = change_begin(cx);

	usage_purge(ch);
	return change_commit(cx, ch);
}

HANDLER(get_chat_usage, none, none, chat_usage);
static err get_chat_usage(struct req *rq, struct chat_usage_reply *re)
{
	struct chat_usage usage;

	TRY(usage_of(&rq->cx, &(struct by_id){.id = rq->cx.viewer.user_id}, &usage));
	usage.quota = option_int("chat", "daily_tokens");
	usage.resets_at = resets_at();
	return reply(re, &usage);
}

const struct route usage_routes[] = {
	ROUTE(GET, "/chat/usage", USER, 200, get_chat_usage, "Tell how much of today's tokens you have used"),
	{0},
};
