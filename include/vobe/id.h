/*
 * Identifiers: UUIDs in binary, made here as version 7 (RFC 9562 section 5.7).
 * The nil UUID stands for SQL NULL and JSON null.
 */
#ifndef VOBE_ID_H
#define VOBE_ID_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct uuid {
	uint8_t b[16];
};

struct uuids {
	const struct uuid *at;
	int count;
};

enum { UUID_TEXT = 37 }; /* 36 characters and the NUL */

/*
 * A new UUIDv7: 48 bits of Unix milliseconds, then a counter that makes ids of one process strictly
 * increasing even when the clock steps back, then random bits.
 */
struct uuid uuid_new(void);

/* Writes the lower-case text form and a NUL. */
void uuid_text(struct uuid id, char out[UUID_TEXT]);

/* Reads the 36-character text form, either letter case. False: not a UUID, *out untouched. */
bool uuid_read(const char *s, size_t len, struct uuid *out);

static inline bool uuid_is_nil(struct uuid id)
{
	static const struct uuid nil;
	return memcmp(&id, &nil, sizeof id) == 0;
}

static inline bool uuid_equal(struct uuid a, struct uuid b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

#endif
