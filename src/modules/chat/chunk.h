/* A chunk of an OpenAI-compatible stream. */
#ifndef CHAT_CHUNK_H
#define CHAT_CHUNK_H

#include "vobe/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk {
	const char *content;                      /* a piece of the answer, or NULL */
	const char *finish_reason;                /* or NULL */
	int64_t prompt_tokens, completion_tokens; /* INT_NULL: not said */
	const char *error;                        /* upstream's own words for the log, or NULL */
};

/* False: it is no chunk. Texts are in the arena, and bytes as upstream wrote them: perhaps no whole UTF-8. */
bool chunk_read(struct arena *a, const char *text, size_t len, struct chunk *out);

#endif
