/* What can answer. */
#include "modules/chat/provider.h"

#define CHAT_MODEL_FIELDS(F, T)                                                                    \
	F(T, TEXT, id, 0, "Name, for `model` of a question")                                       \
	F(T, TEXT, provider, 0, "builtin: this site's own search, no language model; openai: an upstream") \
	F(T, BOOL, is_default, 0, "Whether it answers when a question names none")                 \
	F(T, INT, context_tokens, 0, "Tokens of question, sources, history and answer together")   \
	F(T, INT, answer_tokens, 0, "Tokens of an answer at most")
STRUCT(chat_model, CHAT_MODEL_FIELDS);
SCHEMA(chat_model, CHAT_MODEL_FIELDS, "What can answer");

HANDLER(list_chat_models, none, none, chat_model);
static err list_chat_models(struct req *rq, struct chat_model_reply *re)
{
	struct chat_model *rows = ARENA_ARRAY(rq->cx.arena, struct chat_model, PROVIDERS_MAX);
	struct list list = {.total = -1};

	for (const struct provider *const *p = providers(); *p; p++)
		rows[list.count++] =
			(struct chat_model){.id = (*p)->model(),
					    .provider = (*p)->name,
					    .is_default = *p == provider_of(NULL),
					    .context_tokens = option_int("chat", "context_tokens"),
					    .answer_tokens = option_int("chat", "answer_tokens")};
	return reply_list(re, rows, &list);
}

const struct route model_routes[] = {
	ROUTE(GET, "/chat/models", USER, 200, list_chat_models, "List what can answer", .list = true),
	{0},
};
