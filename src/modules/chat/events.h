/* The subscriptions of chat. */
#ifndef CHAT_EVENTS_H
#define CHAT_EVENTS_H

#include "vobe/subscription.h"

extern const struct subscription chat_hears[];

#endif
