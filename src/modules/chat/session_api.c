/* Routes of sessions: one's chats, their titles, their end, and what can be taken along. */
#include "modules/chat/generation.h"

#include "vobe/buf.h"
#include "vobe/page.h"

#include <string.h>

HANDLER(create_chat_session, none, chat_session, chat_session);
static err create_chat_session(struct req *rq, struct chat_session *body, struct chat_session_reply *re)
{
	struct change *ch = change_begin(&rq->cx);

	body->id = uuid_new();
	body->user_id = rq->cx.viewer.user_id;
	body->created_at = body->updated_at = clock_now();
	body->version = 1;
	session_add(ch, body);
	return reply_commit(re, ch, body);
}

HANDLER(get_chat_session, by_id, none, chat_session);
static err get_chat_session(struct req *rq, const struct by_id *in, struct chat_session_reply *re)
{
	struct chat_session it;

	TRY(session_find_to_read(&rq->cx, in->id, &it));
	return reply(re, &it);
}

STRUCT(chat_session_list, PAGE_FIELDS);
SCHEMA(chat_session_list, PAGE_FIELDS, "Which of your sessions");

HANDLER(list_chat_sessions, chat_session_list, none, chat_session);
static err list_chat_sessions(struct req *rq, const struct chat_session_list *in,
			      struct chat_session_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct page_key key = {.number = TIME_END};
	struct list list = {.total = -1};
	struct chat_session *rows;

	TRY(page_read(cx, in->cursor, "chat_sessions", &key));
	const struct chat_query query = {
		.user_id = cx->viewer.user_id, .time = key.number, .id = key.id, .limit = in->limit + 1};
	TRY(sessions_of_user(cx, &query, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = (int)in->limit;
		key = (struct page_key){.number = rows[list.count - 1].updated_at,
					.id = rows[list.count - 1].id};
		list.next_cursor = page_write(cx, "chat_sessions", &key);
	}
	return reply_list(re, rows, &list);
}

HANDLER(update_chat_session, by_id, chat_session, chat_session);
static err update_chat_session(struct req *rq, const struct by_id *in, struct chat_session *body,
			       struct chat_session_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct chat_session it;

	TRY(session_find(cx, in->id, &it));
	TRY(require_match(rq, it.version));
	const struct chat_session before = it;
	TRY(merge_body(rq, body, &it));
	if (schema_equal(&chat_session_schema, &before, &it))
		return reply(re, &it);
	struct change *ch = change_begin(cx);
	session_rename(ch, &it);
	return reply_commit(re, ch, &it);
}

/* For good, and at once: what is being answered stops. One that is gone already is as it should be. */
HANDLER(delete_chat_session, by_id, none, none);
static err delete_chat_session(struct req *rq, const struct by_id *in)
{
	struct ctx *cx = &rq->cx;
	const struct chat_query wanted = {.session_id = in->id, .user_id = cx->viewer.user_id};
	struct chat_session it;
	struct by_id erased;

	err e = session_find(cx, in->id, &it);
	if (problem_is(e, NOT_FOUND) && !session_find_erased(cx, &wanted, &erased))
		return reply_empty(rq);
	TRY(e);
	TRY(require_match(rq, it.version));
	generations_stop_of_session(it.id, STOP_ERASED);
	struct change *ch = change_begin(cx);
	session_delete(ch, &it);
	return reply_commit_empty(rq, ch);
}

HANDLER(delete_chat_sessions, none, none, none);
static err delete_chat_sessions(struct req *rq)
{
	struct ctx *cx = &rq->cx;
	struct chat_session *rows;
	int count;

	TRY(sessions_all(cx, cx->viewer.user_id, &rows, &count));
	generations_stop_of_user(cx->viewer.user_id, STOP_ERASED);
	struct change *ch = change_begin(cx);
	for (int i = 0; i < count; i++)
		session_delete(ch, &rows[i]);
	return reply_commit_empty(rq, ch);
}

/* --- taking it along --- */

static const char *const formats[] = {"markdown", "json", NULL};

#define EXPORT_PARAM_FIELDS(F, T)                                                                  \
	F(T, UUID, id, IN | REQ, "The session")                                                    \
	F(T, TEXT, format, IN, "markdown or json", .one_of = formats, .otherwise = "markdown")
STRUCT(export_param, EXPORT_PARAM_FIELDS);
SCHEMA(export_param, EXPORT_PARAM_FIELDS, "One session, and how it is written");

static void write_markdown(struct buf *b, const struct chat_session *it, const struct chat_message *rows,
			   int count)
{
	buf_fmt(b, "# %s\n", it->title ? it->title : "Chat");
	for (int i = 0; i < count; i++) {
		char when[TIME_TEXT];
		time_text(rows[i].created_at, when);
		buf_fmt(b, "\n## %s, %s\n\n%s\n", strcmp(rows[i].role, "user") ? "Assistant" : "You", when,
			rows[i].content);
	}
}

static void write_json_message(struct buf *b, const struct chat_message *it)
{
	buf_str(b, "{\"id\":");
	json_uuid(b, it->id);
	buf_str(b, ",\"role\":");
	json_str(b, it->role);
	buf_str(b, ",\"content\":");
	json_str(b, it->content);
	buf_str(b, ",\"status\":");
	json_str(b, it->status);
	buf_str(b, ",\"model\":");
	json_str(b, it->model);
	buf_str(b, ",\"created_at\":");
	json_time(b, it->created_at);
	buf_fmt(b, ",\"sources\":%s}", it->sources ? it->sources : "null");
}

static void write_json(struct buf *b, const struct chat_session *it, const struct chat_message *rows,
		       int count)
{
	buf_str(b, "{\"id\":");
	json_uuid(b, it->id);
	buf_str(b, ",\"title\":");
	json_str(b, it->title);
	buf_str(b, ",\"created_at\":");
	json_time(b, it->created_at);
	buf_str(b, ",\"messages\":[");
	for (int i = 0; i < count; i++) {
		buf_str(b, i ? "," : "");
		write_json_message(b, &rows[i]);
	}
	buf_str(b, "]}");
}

HANDLER(export_chat_session, export_param, none, none);
static err export_chat_session(struct req *rq, const struct export_param *in)
{
	enum { MESSAGES_MAX = 10000 };
	struct ctx *cx = &rq->cx;
	struct chat_session it;
	struct chat_message *rows;
	struct buf out = {.arena = cx->arena};
	bool is_json = !strcmp(in->format, "json");
	int count;

	TRY(session_find_to_read(cx, in->id, &it));
	const struct chat_query all = {.session_id = it.id, .limit = MESSAGES_MAX};
	TRY(messages_page(cx, false, &all, &rows, &count));
	(is_json ? write_json : write_markdown)(&out, &it, rows, count);
	reply_header(rq, "Content-Disposition",
		     is_json ? "attachment; filename=\"chat.json\"" : "attachment; filename=\"chat.md\"");
	return reply_bytes(rq, is_json ? "application/json" : "text/markdown; charset=utf-8", out.at,
			   out.len);
}

static const err edit_problems[] = {EDIT_CONFLICT, NULL};

const struct route session_routes[] = {
	ROUTE(POST, "/chat/sessions", USER, 201, create_chat_session, "Begin a chat with the assistant"),
	ROUTE(GET, "/chat/sessions", USER, 200, list_chat_sessions, "List your chats, the latest first",
	      .list = true),
	ROUTE(DELETE, "/chat/sessions", USER, 204, delete_chat_sessions, "Erase all your chats for good"),
	ROUTE(GET, "/chat/sessions/{id}", USER, 200, get_chat_session, "Read a chat's title and times"),
	ROUTE(PATCH, "/chat/sessions/{id}", USER, 200, update_chat_session, "Rename your chat",
	      .problems = edit_problems),
	ROUTE(DELETE, "/chat/sessions/{id}", USER, 204, delete_chat_session, "Erase a chat for good"),
	ROUTE(GET, "/chat/sessions/{id}/export", USER, 200, export_chat_session,
	      "Take a chat along, as Markdown or JSON", .produces = "text/markdown",
	      .or_produces = "application/json"),
	{0},
};
