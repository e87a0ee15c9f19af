/* Payloads of events as operators may see them over the network. */
#ifndef APP_REDACT_H
#define APP_REDACT_H

#include "vobe/arena.h"

/*
 * The JSON text with its shape, member names, numbers, booleans, ids and times, and without words: any other
 * string becomes "(17 characters)". `json` is valid, as jsonb gives it. In the arena.
 */
const char *json_redacted(struct arena *a, const char *json);

#endif
