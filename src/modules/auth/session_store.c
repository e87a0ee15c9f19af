/* Sessions and refresh tokens in the database. */
#include "modules/auth/session.h"
#include "modules/auth/sql.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/option.h"
#include "vobe/text.h"

#include <string.h>

enum { USER_AGENT_MOST = 255, IP_MOST = 64 }; /* bytes */

/* How long a session that has ended or run out can still be looked up by an operator. */
#define REMEMBERED_US (30 * 24 * 3600 * SECOND_US)

#define SESSION_START_FIELDS(F, T)                                 \
	F(T, UUID, id, 0, "The session")                           \
	F(T, UUID, user_id, 0, "Whose it is")                      \
	F(T, TIME, now, 0, "Now")                                  \
	F(T, TIME, expires_at, 0, "When it runs out unless used")  \
	F(T, TEXT, token, 0, "Its refresh token, as it is stored") \
	F(T, TEXT, ip, NULLABLE, "Address")                        \
	F(T, TEXT, user_agent, NULLABLE, "Client")
STRUCT(session_start, SESSION_START_FIELDS);
SCHEMA(session_start, SESSION_START_FIELDS, "A session that begins");

static COMMAND(session_insert, session_start, SESSION_INSERT_SQL);

#define REFRESH_FIELDS(F, T)                                                     \
	F(T, TEXT, token, 0, "A refresh token, as it is stored")                 \
	F(T, TEXT, successor, 0, "The next one")                                 \
	F(T, TIME, now, 0, "Now")                                                \
	F(T, TIME, expires_at, 0, "When the session runs out unless used again") \
	F(T, TIME, oldest, 0, "Sessions begun before this have run out")         \
	F(T, TEXT, ip, NULLABLE, "Address")                                      \
	F(T, TEXT, user_agent, NULLABLE, "Client")
STRUCT(refresh, REFRESH_FIELDS);
SCHEMA(refresh, REFRESH_FIELDS, "A refresh token that comes back");

/*
 * Of any number of clients with one token exactly one finds it unused: the others wait for its row lock and
 * look again.
 */
static COMMAND_ROW(refresh_rotate, refresh, refresh_state, REFRESH_ROTATE_SQL);

static QUERY_ROW(refresh_look_up, refresh, refresh_state, REFRESH_LOOK_UP_SQL);

#define SESSION_END_FIELDS(F, T)                               \
	F(T, UUID, user_id, 0, "Whose sessions end")           \
	F(T, UUID, id, NULLABLE, "The one that ends")          \
	F(T, UUID, kept_id, NULLABLE, "The one that does not") \
	F(T, TIME, now, 0, "Now")                              \
	F(T, TEXT, reason, 0, "Why")
STRUCT(session_end, SESSION_END_FIELDS);
SCHEMA(session_end, SESSION_END_FIELDS, "Which sessions end");

static COMMAND_ROWS(session_end_one, session_end, by_id,
		    "UPDATE sessions SET ended_at = $now, end_reason = $reason"
		    " WHERE id = $id AND user_id = $user_id AND ended_at IS NULL"
		    " RETURNING id",
		    .rows = 1, .otherwise = NOT_FOUND);

static COMMAND_ROWS(session_end_all, session_end, by_id,
		    "UPDATE sessions SET ended_at = $now, end_reason = $reason"
		    " WHERE user_id = $user_id AND ended_at IS NULL"
		    " AND ($kept_id::uuid IS NULL OR id <> $kept_id)"
		    " RETURNING id");

COMMAND(sessions_forget_origin, by_id,
	"UPDATE sessions SET ip = NULL, user_agent = NULL WHERE user_id = $id");

#define SESSION_CROWD_FIELDS(F, T)               \
	F(T, UUID, user_id, 0, "Whose sessions") \
	F(T, INT, most, 0, "So many may be")     \
	F(T, TIME, now, 0, "Now")
STRUCT(session_crowd, SESSION_CROWD_FIELDS);
SCHEMA(session_crowd, SESSION_CROWD_FIELDS, "Too many sessions");

static QUERY(sessions_beyond, session_crowd, by_id,
	     "SELECT id FROM sessions WHERE user_id = $user_id AND ended_at IS NULL AND expires_at > $now"
	     " ORDER BY last_used_at DESC, id DESC OFFSET $most LIMIT 100");

#define SESSION_AGE_FIELDS(F, T)                                       \
	F(T, TIME, now, 0, "Tokens that have run out by now are gone") \
	F(T, TIME, oldest, 0, "Sessions that were over before this too")
STRUCT(session_age, SESSION_AGE_FIELDS);
SCHEMA(session_age, SESSION_AGE_FIELDS, "What is too old to be kept");

static COMMAND(sessions_delete, session_age,
	       "WITH spent AS (DELETE FROM refresh_tokens WHERE expires_at < $now)"
	       " DELETE FROM sessions WHERE expires_at < $oldest OR ended_at < $oldest");

/* `text` in at most `most` bytes, cut before anything that is not UTF-8: header values may hold any byte. */
static const char *bounded(struct arena *a, const char *text, size_t most)
{
	return text ? arena_strn(a, text, utf8_whole(text, strnlen(text, most))) : NULL;
}

struct origin origin_of(struct req *rq)
{
	return (struct origin){bounded(rq->cx.arena, req_address(rq), IP_MOST),
			       bounded(rq->cx.arena, req_header(rq, "User-Agent"), USER_AGENT_MOST)};
}

static int64_t seconds_us(const char *option)
{
	return option_int("auth", option) * SECOND_US;
}

void session_begin(struct arena *a, struct change *ch, const struct user *u, const struct origin *from,
		   struct grant *out)
{
	const struct refresh_token token = refresh_new(a);
	const int64_t now = clock_now();
	const struct session_start row = {.id = uuid_new(),
					  .user_id = u->id,
					  .now = now,
					  .expires_at = now + seconds_us("refresh_life"),
					  .token = token.stored,
					  .ip = from->ip,
					  .user_agent = from->user_agent};

	session_insert(ch, &row);
	tell_session_created(ch, u->id, 0, &(struct session_event){.user_id = u->id, .session_id = row.id});
	*out = (struct grant){u->id, row.id, role_of(u), token.text};
}

err session_rotate(struct ctx *cx, const struct refresh_token *token, const struct refresh_token *successor,
		   int64_t now, const struct origin *from, struct refresh_state *out)
{
	struct change *ch = change_begin(cx);
	const struct refresh row = {.now = now,
				    .expires_at = now + seconds_us("refresh_life"),
				    .oldest = now - seconds_us("session_life"),
				    .token = token->stored,
				    .successor = successor->stored,
				    .ip = from->ip,
				    .user_agent = from->user_agent};

	change_touches_name(ch, "refresh_token", row.token);
	refresh_rotate(ch, &row, out);
	return change_commit(cx, ch);
}

err refresh_find(struct ctx *cx, const struct refresh_token *token, struct refresh_state *out)
{
	const struct refresh row = {.now = clock_now(), .token = token->stored};
	return refresh_look_up(cx, &row, out);
}

void sessions_end(struct change *ch, struct ending *e)
{
	const struct session_event fact = {e->user_id, e->session_id, e->kept_session_id, e->reason};
	const struct session_end row = {.user_id = e->user_id,
					.id = e->session_id,
					.kept_id = e->kept_session_id,
					.now = clock_now(),
					.reason = e->reason};

	if (uuid_is_nil(e->session_id))
		session_end_all(ch, &row, &e->ended, &e->count);
	else
		session_end_one(ch, &row, &e->ended, &e->count);
	tell_session_revoked(ch, e->user_id, 0, &fact);
}

void sessions_have_ended(const struct ending *e)
{
	for (int i = 0; i < e->count; i++)
		session_was_ended(e->ended[i].id, clock_now());
}

err sessions_end_now(struct ctx *cx, struct ending *e)
{
	struct change *ch = change_begin(cx);
	sessions_end(ch, e);
	TRY(change_commit(cx, ch));
	sessions_have_ended(e);
	return NULL;
}

err sessions_trim(struct ctx *cx, struct uuid user_id)
{
	const struct session_crowd crowd = {user_id, option_int("auth", "sessions_max"), clock_now()};
	struct by_id *beyond;
	int count;

	TRY(sessions_beyond(cx, &crowd, &beyond, &count));
	for (int i = 0; i < count; i++) {
		struct ending e = {.user_id = user_id, .session_id = beyond[i].id, .reason = "too_many"};
		err fault = sessions_end_now(cx, &e);
		if (fault && !problem_is(fault, NOT_FOUND)) /* it has ended meanwhile */
			return fault;
	}
	return NULL;
}

err sessions_prune(struct ctx *cx)
{
	const int64_t now = clock_now();
	const struct session_age row = {.now = now, .oldest = now - REMEMBERED_US};
	struct change *ch = change_begin(cx);

	sessions_delete(ch, &row);
	return change_commit(cx, ch);
}
