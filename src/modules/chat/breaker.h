/* A circuit breaker: an upstream that fails again and again is left alone for a while. */
#ifndef CHAT_BREAKER_H
#define CHAT_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_FAILURES = 5, BREAKER_REST_S = 30 };

struct breaker {
	int failures;          /* in a row */
	int64_t open_until_us; /* monotonic */
};

/* Seconds until it may be asked again; 0: now. After the rest one failure is enough to open it again. */
int breaker_rest_s(const struct breaker *b, int64_t now_us);
void breaker_note(struct breaker *b, bool is_failure, int64_t now_us);

#endif
