/* How much of a day's tokens an account has used. Days are UTC. */
#ifndef CHAT_USAGE_H
#define CHAT_USAGE_H

#include "modules/chat/chat.h"

#define TODAY "(now() AT TIME ZONE 'UTC')::date"

/* QUOTA_EXCEEDED, with `resets_at` and Retry-After. */
err usage_exceeded(struct ctx *cx);

/* Makes sure of the day's row, and holds it until the change has been committed. */
void usage_open(struct change *ch, struct uuid user_id);
void usage_add(struct change *ch, struct uuid user_id, int64_t tokens);
void usage_erase(struct change *ch, struct uuid user_id);

/* A job: days of a quarter ago go. */
err usage_forget_old(struct ctx *cx);

#endif
