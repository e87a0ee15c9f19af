/* What chat asks of others. */
#ifndef CHAT_NEIGHBOURS_H
#define CHAT_NEIGHBOURS_H

#include "contracts/auth.h"
#include "contracts/search.h"

extern const struct search_passages *search;
extern const struct auth_sessions *sessions;

/* At start, once. */
void neighbours_meet(void);

#endif
