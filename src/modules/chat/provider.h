/* Who makes answers. */
#ifndef CHAT_PROVIDER_H
#define CHAT_PROVIDER_H

#include "contracts/operator/chat.h"
#include "modules/chat/generation.h"

enum { PROVIDERS_MAX = 3 };

PROBLEM(UPSTREAM_DOWN, 503, "upstream_down", "The assistant is out of order",
	"The server behind the assistant has failed several times in a row. Try again later.");
PROBLEM(UPSTREAM_REFUSED, 502, "upstream_refused", "The assistant was refused",
	"The server behind the assistant answered with an error. Try again later.");
PROBLEM(UPSTREAM_INCOMPLETE, 502, "upstream_incomplete", "The answer broke off",
	"The server behind the assistant ended without saying that it was done. Ask again.");
PROBLEM(UPSTREAM_BUSY, 503, "upstream_busy", "The assistant is busy",
	"The server behind the assistant takes no more questions now. Try again later.");

struct provider {
	const char *name;
	const char *(*model)(void);

	/* NULL, or why it takes no question now: before anything is written. */
	err (*refuses)(void);

	/*
	 * Makes the answer: says it with generation_say, and lets generation_flush be called between. Ends at
	 * once when g->stop is set. An err ends the answer as failed; what was said stays. Suspends.
	 */
	err (*answer)(struct ctx *cx, struct generation *g, const struct prompt *prompt);

	/* For the operator: asks something short; provider, model and total_ms are not for it to fill in.
	 * Suspends. */
	void (*check)(struct ctx *cx, struct provider_check *out);
};

extern const struct provider builtin_provider, openai_provider;

/* Those that the settings offer, the default first; NULL-terminated. */
const struct provider *const *providers(void);

extern const struct chat_operator chat_operator;

/* The one of that model; NULL: the default. NULL when there is none. */
const struct provider *provider_of(const char *model);

#endif
