/* Routes of messages: asking, following the answer, stopping it, reading. */
#include "modules/chat/neighbours.h"
#include "modules/chat/provider.h"
#include "modules/chat/usage.h"

#include "vobe/page.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_MAX = 80, WAIT_S = 330 /* an answer's total and its queue */, ROOM_AT_HEAD = 40 };

PROBLEM(MODEL_UNKNOWN, 422, "model_unknown", "No such model",
	"GET /api/v1/chat/models lists those there are.");
PROBLEM(KEY_USED, 422, "idempotency_mismatch", "Idempotency-Key used before",
	"This key belongs to another question of this session. Take a new key for a new question.");

#define QUESTION_FIELDS(F, T)                                                                      \
	F(T, TEXT, content, IN | REQ, "The question", .min = 1, .max = QUESTION_MAX)               \
	F(T, TEXT, model, IN | NULLABLE, "What shall answer: an id of GET /chat/models", .min = 1, .max = 200)
STRUCT(chat_question, QUESTION_FIELDS);
SCHEMA(chat_question, QUESTION_FIELDS, "A question to the assistant");

/* --- following --- */

static bool wants_stream(const struct req *rq)
{
	const char *accept = req_header(rq, "Accept");

	return accept && strstr(accept, "text/event-stream");
}

/* An answer may take minutes: whoever waited for all of it may have been sent away meanwhile. */
static err may_still_see(struct ctx *cx)
{
	TRY(sessions->endings_must_be_known(cx));
	return sessions->session_is_live(cx->viewer.user_id, cx->viewer.session_id) ? NULL : SESSION_ENDED;
}

/* What is under way here, or what the row says. */
static err answer_with(struct req *rq, struct chat_message_reply *re, struct uuid answer_id)
{
	struct generation *g = generation_of(answer_id);
	struct chat_message it;
	err e;

	if (!g) {
		TRY(message_find(&rq->cx, answer_id, &it));
		if (!wants_stream(rq))
			return reply(re, &it);
		watch_row(rq, &it, 0);
		return NULL;
	}
	if (wants_stream(rq)) {
		watch(rq, g, 0);
		return NULL;
	}
	generation_hold(g);
	e = generation_await(&rq->cx, g, &it);
	generation_leave(g);
	TRY(e);
	TRY(may_still_see(&rq->cx));
	return reply(re, &it);
}

/* --- asking --- */

static struct chat_message question_of(struct req *rq, struct uuid session_id,
				       const struct chat_question *body)
{
	struct chat_message it;

	schema_clear(&chat_message_schema, &it);
	it.id = uuid_new();
	it.session_id = session_id;
	it.user_id = rq->cx.viewer.user_id;
	it.role = "user";
	it.status = "completed";
	it.content = body->content;
	it.idempotency_key = req_header(rq, "Idempotency-Key");
	it.created_at = clock_now();
	return it;
}

static struct chat_message answer_to(const struct chat_message *question, const struct provider *provider)
{
	struct chat_message it;

	schema_clear(&chat_message_schema, &it);
	it.id = uuid_new();
	it.session_id = question->session_id;
	it.user_id = question->user_id;
	it.role = "assistant";
	it.content = "";
	it.status = "pending";
	it.question_id = question->id;
	it.model = provider->model();
	it.reserved = tokens_of(question->content) + option_int("chat", "answer_tokens");
	it.created_at = question->created_at;
	return it;
}

static err find_provider(struct ctx *cx, const struct chat_question *body, const struct provider **provider)
{
	*provider = provider_of(body->model);
	return *provider ? NULL
			 : problem_fault(cx, "/model", MODEL_UNKNOWN->code, "%s", MODEL_UNKNOWN->detail);
}

FINDER(find_question_faults, by_id, chat_question);
static err find_question_faults(struct req *rq, const struct by_id *in, const struct chat_question *body,
				struct faults *fs)
{
	const struct provider *provider;
	struct chat_session session;

	TRY(session_find(&rq->cx, in->id, &session));
	faults_take(rq->cx.arena, fs, find_provider(&rq->cx, body, &provider));
	return NULL;
}

/* Everything that can be refused before anything is written. */
static err may_ask(struct req *rq, const struct chat_question *body, const struct provider **provider)
{
	TRY(find_provider(&rq->cx, body, provider));
	TRY(prompt_fits(body->content));
	TRY(generation_may_begin(rq->cx.viewer.user_id));
	return (*provider)->refuses();
}

static const char *title_of(struct arena *a, const char *question)
{
	const char *first = text_trim(a, arena_strn(a, question, strcspn(question, "\r\n")));

	return *first ? text_cut(a, first, TITLE_MAX) : NULL;
}

/* The same question under the same key: its answer. NULL answer: the key is new. */
static err find_repetition(struct ctx *cx, const struct chat_message *question, struct chat_message *answer,
			   bool *found)
{
	struct chat_message before;
	const struct chat_query by_key = {.session_id = question->session_id,
					  .idempotency_key = question->idempotency_key};
	err e = question->idempotency_key ? question_by_key(cx, &by_key, &before) : NOT_FOUND;

	*found = !e;
	if (e)
		return problem_is(e, NOT_FOUND) ? NULL : e;
	if (strcmp(before.content, question->content) != 0)
		return KEY_USED;
	return answer_of(cx, &(struct by_id){.id = before.id}, answer);
}

static err write_exchange(struct ctx *cx, const struct chat_message *question,
			  const struct chat_message *answer)
{
	struct change *ch = change_begin(cx);

	session_touch(ch, question->session_id, title_of(cx->arena, question->content));
	exchange_add(ch, question, answer, option_int("chat", "daily_tokens"));
	err e = change_commit(cx, ch);
	return problem_is(e, QUOTA_EXCEEDED) ? usage_exceeded(cx) : e;
}

HANDLER(ask_assistant, by_id, chat_question, chat_message);
static err ask_assistant(struct req *rq, const struct by_id *in, struct chat_question *body,
			 struct chat_message_reply *re)
{
	struct ctx *cx = &rq->cx;
	const struct provider *provider;
	struct chat_session session;
	struct chat_message question = question_of(rq, in->id, body), answer;
	bool is_repeated;

	TRY(session_find(cx, in->id, &session));
	TRY(find_repetition(cx, &question, &answer, &is_repeated));
	if (is_repeated)
		return answer_with(rq, re, answer.id);
	TRY(may_ask(rq, body, &provider));
	answer = answer_to(&question, provider);
	TRY(write_exchange(cx, &question, &answer));
	struct generation *g = generation_begin(cx, provider, &question, &answer);
	if (!g)
		return UNAVAILABLE;
	err e = answer_with(rq, re, answer.id);
	generation_leave(g);
	return e;
}

/* --- coming back --- */

#define STREAM_PARAM_FIELDS(F, T)                                                                  \
	F(T, UUID, id, IN | REQ, "The answer")                                                     \
	F(T, INT, offset, IN, "Bytes of its text that you have; Last-Event-ID wins", .min = 0, \
	  .max = 10000000, .otherwise = "0")
STRUCT(stream_param, STREAM_PARAM_FIELDS);
SCHEMA(stream_param, STREAM_PARAM_FIELDS, "One answer, and from where on");

/* Where a client goes on: within the text, at the beginning of a code point. */
static err place_in(struct req *rq, const struct stream_param *in, const char *text, size_t len, size_t *from)
{
	const char *last = req_header(rq, "Last-Event-ID");
	char *end;
	long long at = last && *last ? strtoll(last, &end, 10) : in->offset;

	if ((last && *last && *end) || at < 0 || (size_t)at > len || (len && (text[at] & 0xc0) == 0x80))
		return problem_detail(
			&rq->cx, BAD_REQUEST,
			"Last-Event-ID (or `offset`) must be the id of an event of this answer.");
	*from = (size_t)at;
	return NULL;
}

HANDLER(stream_chat_message, stream_param, none, none);
static err stream_chat_message(struct req *rq, const struct stream_param *in)
{
	struct generation *g;
	struct chat_message it;
	size_t from = 0;

	TRY(message_find(&rq->cx, in->id, &it));
	if (strcmp(it.role, "assistant") != 0)
		return NOT_FOUND;
	g = generation_of(in->id);
	if (g) {
		TRY(place_in(rq, in, buf_text(&g->text), g->text.len, &from));
		watch(rq, g, from);
		return NULL;
	}
	TRY(message_find(&rq->cx, in->id, &it)); /* it may have ended while its row was read */
	TRY(place_in(rq, in, it.content, strlen(it.content), &from));
	watch_row(rq, &it, from);
	return NULL;
}

/* What has ended is as it should be. */
HANDLER(cancel_chat_message, by_id, none, chat_message);
static err cancel_chat_message(struct req *rq, const struct by_id *in, struct chat_message_reply *re)
{
	struct chat_message it;

	TRY(message_find(&rq->cx, in->id, &it));
	struct generation *g = generation_of(in->id);
	if (!g)
		return reply(re, &it);
	generation_hold(g);
	generation_stop(g, STOP_ASKED);
	err e = generation_await(&rq->cx, g, &it);
	generation_leave(g);
	return e ? e : reply(re, &it);
}

/* --- reading --- */

HANDLER(get_chat_message, by_id, none, chat_message);
static err get_chat_message(struct req *rq, const struct by_id *in, struct chat_message_reply *re)
{
	struct chat_message it;

	TRY(message_find_to_read(&rq->cx, in->id, &it));
	return reply(re, &it);
}

static const char *const orders[] = {"old", "new", NULL};

#define MESSAGE_LIST_FIELDS(F, T)                                                                  \
	BY_ID_FIELDS(F, T)                                                                         \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, TEXT, sort, IN, "Oldest or newest first", .one_of = orders, .otherwise = "old")
STRUCT(message_list, MESSAGE_LIST_FIELDS);
SCHEMA(message_list, MESSAGE_LIST_FIELDS, "Which messages of a session");

HANDLER(list_chat_messages, message_list, none, chat_message);
static err list_chat_messages(struct req *rq, const struct message_list *in, struct chat_message_reply *re)
{
	struct ctx *cx = &rq->cx;
	bool new_first = !strcmp(in->sort, "new");
	struct page_key key = {0};
	struct list list = {.total = -1};
	struct chat_session session;
	struct chat_message *rows;
	char id[UUID_TEXT];

	TRY(session_find_to_read(cx, in->id, &session));
	if (new_first)
		memset(&key.id, 0xff, sizeof key.id);
	uuid_text(in->id, id);
	const char *scope = arena_fmt(cx->arena, "chat_messages %s %s", id, in->sort);
	TRY(page_read(cx, in->cursor, scope, &key));
	const struct chat_query query = {.session_id = in->id, .id = key.id, .limit = in->limit + 1};
	TRY(messages_page(cx, new_first, &query, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = (int)in->limit;
		key.id = rows[list.count - 1].id;
		list.next_cursor = page_write(cx, scope, &key);
	}
	return reply_list(re, rows, &list);
}

static const err ask_problems[] = {
	ANSWER_RUNNING,
	QUOTA_EXCEEDED,
	TOO_MANY_ANSWERS,
	CONTEXT_EXCEEDED,
	CHAT_BUSY,
	KEY_USED,
	UPSTREAM_DOWN,
	UPSTREAM_BUSY,
	UPSTREAM_REFUSED,
	UPSTREAM_INCOMPLETE,
	TRANSFER_UNREACHABLE,
	TRANSFER_TIMEOUT,
	TRANSFER_BROKEN,
	NULL,
};

const struct route message_routes[] = {
	ROUTE(POST, "/chat/sessions/{id}/messages", USER, 201, ask_assistant,
	      "Ask the assistant, and wait for the answer or follow it", .problems = ask_problems,
	      .streams = true, .patience_s = WAIT_S, .own_idempotency = true, .bucket = "chat",
	      FINDS(find_question_faults)),
	ROUTE(GET, "/chat/sessions/{id}/messages", USER, 200, list_chat_messages, "Read a chat",
	      .list = true),
	ROUTE(GET, "/chat/messages/{id}", USER, 200, get_chat_message, "Read a question or an answer"),
	ROUTE(GET, "/chat/messages/{id}/stream", USER, 200, stream_chat_message,
	      "Follow an answer from where you were", .produces = "text/event-stream"),
	ROUTE(POST, "/chat/messages/{id}/cancel", USER, 200, cancel_chat_message,
	      "Stop an answer; what came is kept"),
	{0},
};
