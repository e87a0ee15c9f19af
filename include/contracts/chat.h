/* What other modules may know of chat: that sessions and answers come and go. Never a word of them. */
#ifndef CONTRACTS_CHAT_H
#define CONTRACTS_CHAT_H

#include "vobe/event.h"

#define CHAT_SESSION_EVENT_FIELDS(F, T)                                                            \
	F(T, UUID, session_id, IN, "The session; also the aggregate")                              \
	F(T, UUID, user_id, IN, "Whose it is")
PAYLOAD(chat_session_event, CHAT_SESSION_EVENT_FIELDS, "A chat session began or was erased");

#define CHAT_ANSWER_EVENT_FIELDS(F, T)                                                             \
	F(T, UUID, session_id, IN, "The session; also the aggregate")                              \
	F(T, UUID, message_id, IN, "The answer")                                                   \
	F(T, UUID, user_id, IN, "Who asked")                                                       \
	F(T, TEXT, model, IN | NULLABLE, "What answered")                                          \
	F(T, TEXT, status, IN, "completed, length, stopped, interrupted or failed")                \
	F(T, INT, tokens_used, IN, "Tokens of prompt and answer")
PAYLOAD(chat_answer_event, CHAT_ANSWER_EVENT_FIELDS, "An answer has ended");

#define CHAT_EVENTS(E)                                                                             \
	E(chat_session_created, "chat_session.created", chat_session_event, 1)                     \
	E(chat_session_deleted, "chat_session.deleted", chat_session_event, 1)                     \
	E(chat_message_answered, "chat_message.answered", chat_answer_event, 1)
EVENTS(CHAT_EVENTS)

#endif
