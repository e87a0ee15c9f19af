/* The statements of sessions. */
#include "modules/chat/chat.h"

static QUERY_ROW(session_row, by_id, chat_session, "SELECT $* FROM chat_sessions WHERE id = $id");

QUERY(sessions_of_user, chat_query, chat_session,
      "SELECT $* FROM chat_sessions WHERE user_id = $user_id AND (updated_at, id) < ($time, $id)"
      " ORDER BY updated_at DESC, id DESC LIMIT $limit");

static QUERY(sessions_of, by_id, chat_session, "SELECT $* FROM chat_sessions WHERE user_id = $id",
	     .lane = LANE_SLOW);

static COMMAND(session_insert, chat_session,
	       "INSERT INTO chat_sessions (id, user_id, title, created_at, updated_at)"
	       " VALUES ($id, $user_id, $title, $created_at, $updated_at)");

static COMMAND(session_update, chat_session,
	       "UPDATE chat_sessions SET title = $title, updated_at = $updated_at, version = version + 1"
	       " WHERE id = $id AND version = $version",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

static COMMAND(session_take_title, chat_session,
	       "UPDATE chat_sessions SET title = coalesce(title, $title), updated_at = $updated_at,"
	       " version = version + 1 WHERE id = $id",
	       .rows = 1, .otherwise = NOT_FOUND);

static COMMAND(session_remove, chat_session,
	       "WITH gone AS (DELETE FROM chat_sessions WHERE id = $id RETURNING id, user_id)"
	       " INSERT INTO erased_sessions (id, user_id) SELECT id, user_id FROM gone");

QUERY_ROW(session_find_erased, chat_query, by_id,
	  "SELECT id FROM erased_sessions WHERE id = $session_id AND user_id = $user_id");

FORGETS(erased_forget, "WITH gone AS (DELETE FROM erased_sessions WHERE id IN (SELECT id FROM erased_sessions"
		       " WHERE erased_at < now() - $age_s::bigint * interval '1 second' LIMIT $limit)"
		       " RETURNING id)"
		       " SELECT count(*) AS count FROM gone");
const struct keep chat_keeps[] = {{"erased", "erased_kept", erased_forget}, {0}};

#define CHAT_ACCESS_FIELDS(F, T)                                                                   \
	F(T, UUID, session_id, 0, "What was read")                                                 \
	F(T, UUID, reader_id, 0, "By whom")
STRUCT(chat_access, CHAT_ACCESS_FIELDS);
SCHEMA(chat_access, CHAT_ACCESS_FIELDS, "A superuser reads what is another's");

static COMMAND(access_insert, chat_access,
	       "INSERT INTO chat_accesses (session_id, reader_id) VALUES ($session_id, $reader_id)");

/* Nothing is read before the row is written. */
static err note_access(struct ctx *cx, const struct chat_session *it)
{
	struct change *ch = change_begin(cx);

	access_insert(ch, &(struct chat_access){.session_id = it->id, .reader_id = cx->viewer.user_id});
	return change_commit(cx, ch);
}

err session_find(struct ctx *cx, struct uuid id, struct chat_session *out)
{
	TRY(session_row(cx, &(struct by_id){.id = id}, out));
	return viewer_is(cx, out->user_id) ? NULL : NOT_FOUND;
}

err session_find_to_read(struct ctx *cx, struct uuid id, struct chat_session *out)
{
	TRY(session_row(cx, &(struct by_id){.id = id}, out));
	if (viewer_is(cx, out->user_id))
		return NULL;
	if (cx->viewer.role != ROLE_SUPERUSER || !option_bool("chat", "superusers_read"))
		return NOT_FOUND;
	return note_access(cx, out);
}

err sessions_all(struct ctx *cx, struct uuid user_id, struct chat_session **rows, int *count)
{
	return sessions_of(cx, &(struct by_id){.id = user_id}, rows, count);
}

static void tell(struct change *ch, chat_session_event_teller *teller, const struct chat_session *it)
{
	teller(ch, it->id, it->version,
	       &(struct chat_session_event){.session_id = it->id, .user_id = it->user_id});
}

void session_add(struct change *ch, const struct chat_session *it)
{
	session_insert(ch, it);
	tell(ch, tell_chat_session_created, it);
}

void session_rename(struct change *ch, struct chat_session *it)
{
	it->updated_at = clock_now();
	session_update(ch, it);
	it->version++;
}

void session_delete(struct change *ch, const struct chat_session *it)
{
	session_remove(ch, it);
	tell(ch, tell_chat_session_deleted, it);
}

void session_touch(struct change *ch, struct uuid id, const char *title)
{
	session_take_title(ch, &(struct chat_session){.id = id, .title = title, .updated_at = clock_now()});
}
