/* What the operator may ask of the assistant. */
#ifndef CONTRACTS_OPERATOR_CHAT_H
#define CONTRACTS_OPERATOR_CHAT_H

#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/* How a provider answered a short question of the operator's. */
struct provider_check {
	const char *provider, *model;
	err fault;          /* NULL: it answers; otherwise detail and cause say what is wrong */
	int64_t first_ms;   /* to its first word; INT_NULL: there was none */
	int64_t total_ms;   /* to its end */
	const char *remark; /* what works but not as it should, or NULL */
};

#define USAGE_DAY_FIELDS(F, T)                                     \
	F(T, TEXT, day, 0, "Day (UTC)")                            \
	F(T, INT, accounts, 0, "Accounts that asked")              \
	F(T, INT, tokens, 0, "Tokens that they used")              \
	F(T, INT, most, 0, "Tokens of the account that used most") \
	F(T, UUID, most_id, NULLABLE, "That account")
STRUCT(usage_day, USAGE_DAY_FIELDS);
SCHEMA(usage_day, USAGE_DAY_FIELDS, "What the assistant was used in a day");

struct chat_operator {
	/* Asks each provider that the settings offer, the default first. Costs some ten tokens. Suspends. */
	err (*check)(struct ctx *cx, struct provider_check **checks, int *count);

	/* The last `days` days on which anybody asked, newest first; at most 92 are kept. Suspends. */
	err (*usage)(struct ctx *cx, int days, struct usage_day **rows, int *count);
};
SERVICE(chat_operator, "chat.operator");

#endif
