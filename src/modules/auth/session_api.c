/* One's own sessions over HTTP: sign out, list them, end one. */
#include "modules/auth/session.h"

#include <string.h>

static const char *const scopes[] = {"local", "others", "all", NULL};

#define LOGOUT_FIELDS(F, T)                                                                         \
	F(T, TEXT, scope, IN | NULLABLE,                                                            \
	  "Which sessions end: this one (local), the others, or all; in the query or in a body",    \
	  .one_of = scopes)
STRUCT(logout, LOGOUT_FIELDS);
SCHEMA(logout, LOGOUT_FIELDS, "Which sessions end");

#define SESSION_LIST_FIELDS(F, T)                                            \
	PAGE_FIELDS(F, T)                                                    \
	F(T, UUID, user_id, NO_JSON, "Whose")                                \
	F(T, UUID, before, NO_JSON, "Only those that began before this one") \
	F(T, TIME, now, NO_JSON, "Only those that have not run out by then")
STRUCT(session_list, SESSION_LIST_FIELDS);
SCHEMA(session_list, SESSION_LIST_FIELDS, "A page of sessions");

static QUERY(sessions_open, session_list, session,
	     "SELECT $* FROM sessions"
	     " WHERE user_id = $user_id AND ended_at IS NULL AND expires_at > $now AND id < $before"
	     " ORDER BY id DESC LIMIT $limit");

/* From either place; in both it must be the same. */
static err scope_of(struct ctx *cx, const struct logout *in, const struct logout *body, const char **scope)
{
	if (in->scope && body->scope && strcmp(in->scope, body->scope) != 0)
		return problem_fault(cx, "/scope", "contradiction",
				     "The query says \"%s\": send one of the two.", in->scope);
	*scope = in->scope ? in->scope : body->scope ? body->scope : "local";
	return NULL;
}

FINDER(find_logout_faults, logout, logout);
static err find_logout_faults(struct req *rq, const struct logout *in, const struct logout *body,
			      struct faults *fs)
{
	const char *scope;
	faults_take(rq->cx.arena, fs, scope_of(&rq->cx, in, body, &scope));
	return NULL;
}

HANDLER(log_out, logout, logout, none);
static err log_out(struct req *rq, const struct logout *in, struct logout *body)
{
	const struct viewer *viewer = &rq->cx.viewer;
	struct ending ending = {.user_id = viewer->user_id, .reason = "logout"};
	const char *scope = "local";

	TRY(scope_of(&rq->cx, in, body, &scope));
	if (!strcmp(scope, "local"))
		ending.session_id = viewer->session_id;
	else if (!strcmp(scope, "others"))
		ending.kept_session_id = viewer->session_id;
	err e = sessions_end_now(&rq->cx, &ending);
	return e && !problem_is(e, NOT_FOUND) ? e : reply_empty(rq); /* ended meanwhile: as was asked */
}

HANDLER(list_sessions, session_list, none, session);
static err list_sessions(struct req *rq, const struct session_list *wanted, struct session_reply *re)
{
	struct session_list in = *wanted;
	struct list list = {.total = -1};
	struct page_key key;
	struct session *rows;

	memset(&key, 0xff, sizeof key); /* behind every id */
	TRY(page_read(&rq->cx, in.cursor, "sessions", &key));
	in.user_id = rq->cx.viewer.user_id;
	in.before = key.id;
	in.now = clock_now();
	in.limit++;
	TRY(sessions_open(&rq->cx, &in, &rows, &list.count));
	if (list.count == in.limit)
		list.next_cursor =
			page_write(&rq->cx, "sessions", &(struct page_key){.id = rows[--list.count - 1].id});
	for (int i = 0; i < list.count; i++)
		rows[i].is_current = uuid_equal(rows[i].id, rq->cx.viewer.session_id);
	return reply_list(re, rows, &list);
}

static QUERY_ROW(
	session_ended, session_list, by_id,
	"SELECT id FROM sessions WHERE id = $before AND user_id = $user_id AND ended_at IS NOT NULL");

HANDLER(end_session, by_id, none, none);
static err end_session(struct req *rq, const struct by_id *in)
{
	struct ending ending = {.user_id = rq->cx.viewer.user_id, .session_id = in->id, .reason = "logout"};
	struct by_id ended;
	err e = sessions_end_now(&rq->cx, &ending);
	if (problem_is(e, NOT_FOUND)) /* unless it has ended before: as was asked */
		e = session_ended(
			&rq->cx, &(struct session_list){.user_id = ending.user_id, .before = in->id}, &ended);
	return e ? e : reply_empty(rq);
}

const struct route session_routes[] = {
	ROUTE(POST, "/auth/logout", USER, 204, log_out, "Sign out", .no_idempotency = true,
	      FINDS(find_logout_faults)),
	ROUTE(GET, "/auth/sessions", USER, 200, list_sessions, "List your sessions, newest first",
	      .list = true),
	ROUTE(DELETE, "/auth/sessions/{id}", USER, 204, end_session, "End one of your sessions"),
	{0},
};
