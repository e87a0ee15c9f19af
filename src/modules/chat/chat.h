/* Sessions and messages: what they are, how they are read and written. */
#ifndef CHAT_CHAT_H
#define CHAT_CHAT_H

#include "contracts/chat.h"
#include "vobe/db.h"
#include "vobe/http.h"
#include "vobe/keep.h"
#include "vobe/option.h"

#define MODULE "chat"

enum { QUESTION_MAX = 32000 /* code points */ };

PROBLEM(ANSWER_RUNNING, 409, "answer_running", "An answer is being made",
	"This session has an answer under way. Wait for it, or POST /api/v1/chat/messages/{id}/cancel.");
PROBLEM(QUOTA_EXCEEDED, 429, "quota_exceeded", "The day's tokens are used up",
	"Your account may use more from `resets_at` on. GET /api/v1/chat/usage tells how it stands.");

#define CHAT_SESSION_FIELDS(F, T)                                                                  \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, UUID, user_id, 0, "Whose it is")                                                      \
	F(T, TEXT, title, IN | NULLABLE, "Title; without one the first question gives it", .min = 1, \
	  .max = 255, .format = FORMAT_LINE)                                                       \
	F(T, TIME, created_at, 0, "When it was begun")                                             \
	F(T, TIME, updated_at, 0, "When it was last written in")                                   \
	F(T, INT, version, NO_JSON, "Grows with each edit")
STRUCT(chat_session, CHAT_SESSION_FIELDS);
SCHEMA(chat_session, CHAT_SESSION_FIELDS, "A chat with the assistant");

#define SOURCES_SAY                                                                                \
	"\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"additionalProperties\":true,"     \
	"\"properties\":{\"n\":{\"type\":\"integer\"},\"type\":{\"type\":\"string\"},\"id\":{"            \
	"\"type\":\"string\",\"format\":\"uuid\"},\"title\":{\"type\":\"string\"}}}"

#define CHAT_MESSAGE_FIELDS(F, T)                                                                  \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, UUID, session_id, 0, "Its session")                                                   \
	F(T, UUID, user_id, NO_JSON, "Whose session")                                              \
	F(T, TEXT, role, 0, "user or assistant", .one_of = message_roles)                          \
	F(T, TEXT, content, 0, "Its text; of an answer under way, as far as it was last written down") \
	F(T, TEXT, status, 0, "Of an answer: whether it is under way, and how it ended", \
	  .one_of = message_states)                                                                \
	F(T, UUID, question_id, NULLABLE, "Of an answer: the message that it answers")             \
	F(T, TEXT, model, NULLABLE, "What answered")                                               \
	F(T, TEXT, finish_reason, NULLABLE, "In the model's words: stop, length, ...")             \
	F(T, INT, prompt_tokens, NULLABLE, "Tokens of what was asked, sources and history included") \
	F(T, INT, completion_tokens, NULLABLE, "Tokens of the answer")                             \
	F(T, INT, tokens_used, NULLABLE, "Both together, which count for the quota")               \
	F(T, BOOL, tokens_estimated, 0, "The model did not count its tokens: these are ours")      \
	F(T, TEXT, error_code, NULLABLE, "Why it failed")                                          \
	F(T, INT, first_token_ms, NULLABLE, "Milliseconds to its first word")                      \
	F(T, INT, latency_ms, NULLABLE, "Milliseconds to its end")                                 \
	F(T, JSON, sources, NULLABLE, "What [1], [2], ... in an answer stand for",                 \
	  .says = SOURCES_SAY, .example = "[{\"n\":1,\"type\":\"posts\",\"title\":\"Kino\"}]")         \
	F(T, TEXT, idempotency_key, NO_JSON | NULLABLE, "Of a question")                           \
	F(T, INT, reserved, NO_JSON, "Tokens set aside while it is under way")                     \
	F(T, TIME, created_at, 0, "When it was asked")
static const char *const message_roles[] = {"user", "assistant", "system", NULL};
static const char *const message_states[] = {"pending",     "streaming", "completed", "stopped",
					     "interrupted", "failed",    "length",    NULL};
STRUCT(chat_message, CHAT_MESSAGE_FIELDS);
SCHEMA(chat_message, CHAT_MESSAGE_FIELDS, "A question or an answer");

/* Keys of pages, and what belongs to whom. */
#define CHAT_QUERY_FIELDS(F, T)                                                                    \
	F(T, UUID, user_id, 0, "Whose")                                                            \
	F(T, UUID, session_id, 0, "In which session")                                              \
	F(T, TEXT, idempotency_key, NULLABLE, "Of which question")                                 \
	F(T, TIME, time, 0, "Key: updated_at")                                                     \
	F(T, UUID, id, 0, "Key: id")                                                               \
	F(T, INT, limit, 0, "Rows")
STRUCT(chat_query, CHAT_QUERY_FIELDS);
SCHEMA(chat_query, CHAT_QUERY_FIELDS, "Which rows");

/* session_store.c */

/* Of the viewer; otherwise NOT_FOUND. */
err session_find(struct ctx *cx, struct uuid id, struct chat_session *out);
/* The same to be read only: of a superuser's, too, where chat.superusers_read says so; that leaves a row. */
err session_find_to_read(struct ctx *cx, struct uuid id, struct chat_session *out);
err sessions_of_user(struct ctx *cx, const struct chat_query *in, struct chat_session **rows, int *count);
err sessions_all(struct ctx *cx, struct uuid user_id, struct chat_session **rows, int *count);
/* What is left of one that the user had erased: its id, for chat.erased_kept. */
err session_find_erased(struct ctx *cx, const struct chat_query *in, struct by_id *out);
extern const struct keep chat_keeps[];
void session_add(struct change *ch, const struct chat_session *it);
void session_rename(struct change *ch, struct chat_session *it);
void session_delete(struct change *ch, const struct chat_session *it);
/* A question has come; it gives a title to a session without one. NOT_FOUND when the session is gone. */
void session_touch(struct change *ch, struct uuid id, const char *title);

/* message_store.c */

err message_find(struct ctx *cx, struct uuid id, struct chat_message *out); /* of the viewer */
err message_find_to_read(struct ctx *cx, struct uuid id,
			 struct chat_message *out); /* as session_find_to_read */
err messages_page(struct ctx *cx, bool new_first, const struct chat_query *in, struct chat_message **rows,
		  int *count);
err messages_before(struct ctx *cx, const struct chat_query *in, struct chat_message **rows, int *count);
err question_by_key(struct ctx *cx, const struct chat_query *in, struct chat_message *row);
err answer_of(struct ctx *cx, const struct by_id *question, struct chat_message *row);

/* Question and answer; QUOTA_EXCEEDED, ANSWER_RUNNING. The answer's `reserved` is set aside of `quota`. */
void exchange_add(struct change *ch, const struct chat_message *question, const struct chat_message *answer,
		  int64_t quota);

/* How far an answer has come, and that it lives; nothing happens to one that has ended or is gone. */
void answer_progress(struct change *ch, const struct chat_message *it);
/* How it ended, with the event; its tokens count even if its row is gone. */
void answer_end(struct change *ch, const struct chat_message *it);

/* That these answers live, though nothing is written of them. */
err answers_renew(struct ctx *cx, struct uuids ids);

/* A job: answers whose instance is gone have failed; what they had stays. */
err answers_fail_abandoned(struct ctx *cx);

extern const struct route session_routes[], message_routes[], usage_routes[], model_routes[];

#endif
