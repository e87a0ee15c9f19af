/* What an answer is made from: the question, what the site says about it, and what was said before. */
#ifndef CHAT_PROMPT_H
#define CHAT_PROMPT_H

#include "modules/chat/chat.h"

enum { SOURCES_MAX = 10 };

PROBLEM(CONTEXT_EXCEEDED, 413, "context_exceeded", "The question is too long",
	"The question does not fit into what the assistant can read at once. Shorten it; nothing was cut.");

/* A published post or artist; its words are stripped of what cannot be seen and of what could pass for ours.
 */
struct source {
	const char *type, *title, *slug, *text;
	struct uuid id;
};

struct turn {
	const char *question, *answer;
};

struct prompt {
	const char *question;
	const char *system; /* rules, and the sources between two lines of a random word */
	const struct source *sources;
	int source_count;
	const struct turn *turns; /* the oldest first */
	int turn_count;
	int64_t tokens; /* estimated */
	bool is_russian;
};

/* Tokens of a text, by its letters: nearly always more than a tokenizer makes of it. */
int64_t tokens_of(const char *text);

/* CONTEXT_EXCEEDED if the question does not fit beside the rules and an answer. Does not suspend. */
err prompt_fits(const char *question);

/* Finds sources with everybody's rights, and takes of the session whole pairs, the newest first, while they
 * fit. */
err prompt_make(struct ctx *cx, const struct chat_message *question, struct prompt *out);

/* [{"n":1,"type":"posts","id":...,"title":...,"slug":...}] */
const char *sources_json(struct arena *a, const struct prompt *p);

#endif
