/* The statements of messages. */
#include "modules/chat/chat.h"
#include "modules/chat/usage.h"

#include <string.h>

#define UNDER_WAY "status IN ('pending', 'streaming')"

static QUERY_ROW(message_row, by_id, chat_message, "SELECT $* FROM chat_messages WHERE id = $id");

#define PAGE "SELECT $* FROM chat_messages WHERE session_id = $session_id AND id "
/* clang-format off */
static QUERIES(messages_in, chat_query, chat_message,
	       QUERY_OF("messages_old", "SELECT $* FROM chat_messages WHERE session_id = $session_id"
			" AND ($id::uuid IS NULL OR id > $id) ORDER BY id LIMIT $limit"),
	       QUERY_OF("messages_new", PAGE "< $id ORDER BY id DESC LIMIT $limit"));
/* clang-format on */

QUERY(messages_before, chat_query, chat_message, PAGE "< $id ORDER BY id DESC LIMIT $limit");

QUERY_ROW(
	question_by_key, chat_query, chat_message,
	"SELECT $* FROM chat_messages WHERE session_id = $session_id AND idempotency_key = $idempotency_key");

static QUERY_ROW(answer_row, by_id, chat_message,
		 "SELECT $a.* FROM chat_messages q"
		 " JOIN chat_messages a ON a.session_id = q.session_id AND a.question_id = q.id"
		 " WHERE q.id = $id");

static COMMAND(
	question_insert, chat_message,
	"INSERT INTO chat_messages (id, session_id, user_id, role, content, idempotency_key, created_at)"
	" VALUES ($id, $session_id, $user_id, $role, $content, $idempotency_key, $created_at)");

/*
 * The day's row is locked before (usage_open), so that answers of one user see one another here. An answer
 * may go over the quota, since nobody knows its length before; the next one is refused.
 */
#define RESERVING_FIELDS(F, T)                                                                     \
	CHAT_MESSAGE_FIELDS(F, T)                                                                  \
	F(T, INT, quota, NO_COLUMN, "Tokens of a day")
STRUCT(reserving, RESERVING_FIELDS);
SCHEMA(reserving, RESERVING_FIELDS, "An answer to be made");
_Static_assert(offsetof(struct reserving, quota) == sizeof(struct chat_message),
	       "it begins as chat_message does");

static COMMAND(
	answer_insert, reserving,
	"INSERT INTO chat_messages (id, session_id, user_id, role, content, status, question_id, model,"
	" reserved, created_at)"
	" SELECT $id, $session_id, $user_id, $role, $content, $status, $question_id, $model,"
	" $reserved, $created_at"
	" FROM chat_usage u WHERE u.user_id = $user_id AND u.day = " TODAY " AND u.used + coalesce("
	"  (SELECT sum(m.reserved) FROM chat_messages m WHERE m.user_id = $user_id AND m." UNDER_WAY
	"), 0) < $quota::bigint",
	.rows = 1, .otherwise = QUOTA_EXCEEDED);

static COMMAND(progress_update, chat_message,
	       "UPDATE chat_messages SET content = $content, status = 'streaming', sources = $sources,"
	       " alive_at = now() WHERE id = $id AND " UNDER_WAY);

static COMMAND(
	end_update, chat_message,
	"UPDATE chat_messages SET content = $content, status = $status, finish_reason = $finish_reason,"
	" prompt_tokens = $prompt_tokens, completion_tokens = $completion_tokens, tokens_used = $tokens_used,"
	" tokens_estimated = $tokens_estimated, error_code = $error_code, first_token_ms = $first_token_ms,"
	" latency_ms = $latency_ms, sources = $sources, reserved = 0 WHERE id = $id AND " UNDER_WAY);

/* One that is being written down is renewed by that. */
static COMMAND(alive_update, by_ids,
	       "UPDATE chat_messages SET alive_at = now() WHERE id IN (SELECT id FROM chat_messages"
	       " WHERE id = ANY($ids) AND " UNDER_WAY " FOR UPDATE SKIP LOCKED)");

/* Three bytes of text make about one token; nobody is left who knows better. */
static COMMAND(
	abandoned_fail, none,
	"WITH lost AS (UPDATE chat_messages SET status = 'failed', error_code = 'interrupted', reserved = 0,"
	"  tokens_estimated = true, completion_tokens = octet_length(content) / 3,"
	"  tokens_used = octet_length(content) / 3"
	"  WHERE " UNDER_WAY " AND alive_at < now() - interval '15 seconds'"
	"  RETURNING user_id, tokens_used)"
	" INSERT INTO chat_usage AS u (user_id, day, used)"
	" SELECT user_id, " TODAY ", sum(tokens_used) FROM lost GROUP BY user_id"
	" ON CONFLICT (user_id, day) DO UPDATE SET used = u.used + excluded.used");

err message_find(struct ctx *cx, struct uuid id, struct chat_message *out)
{
	TRY(message_row(cx, &(struct by_id){.id = id}, out));
	return viewer_is(cx, out->user_id) ? NULL : NOT_FOUND;
}

err message_find_to_read(struct ctx *cx, struct uuid id, struct chat_message *out)
{
	struct chat_session session;

	TRY(message_row(cx, &(struct by_id){.id = id}, out));
	return session_find_to_read(cx, out->session_id, &session);
}

err messages_page(struct ctx *cx, bool new_first, const struct chat_query *in, struct chat_message **rows,
		  int *count)
{
	return messages_in(cx, new_first, in, rows, count);
}

err answer_of(struct ctx *cx, const struct by_id *question, struct chat_message *row)
{
	return answer_row(cx, question, row);
}

void exchange_add(struct change *ch, const struct chat_message *question, const struct chat_message *answer,
		  int64_t quota)
{
	struct reserving r = {.quota = quota};

	memcpy(&r, answer, offsetof(struct reserving, quota));
	usage_open(ch, answer->user_id);
	question_insert(ch, question);
	answer_insert(ch, &r);
}

void answer_progress(struct change *ch, const struct chat_message *it)
{
	progress_update(ch, it);
}

void answer_end(struct change *ch, const struct chat_message *it)
{
	end_update(ch, it);
	usage_add(ch, it->user_id, it->tokens_used);
	tell_chat_message_answered(ch, it->session_id, clock_now_us(),
				   &(struct chat_answer_event){.session_id = it->session_id,
							       .message_id = it->id,
							       .user_id = it->user_id,
							       .model = it->model,
							       .status = it->status,
							       .tokens_used = it->tokens_used});
}

err answers_renew(struct ctx *cx, struct uuids ids)
{
	struct change *ch = change_begin(cx);

	alive_update(ch, &(struct by_ids){.ids = ids});
	return change_commit(cx, ch);
}

err answers_fail_abandoned(struct ctx *cx)
{
	struct change *ch = change_begin(cx);

	abandoned_fail(ch);
	return change_commit(cx, ch);
}
