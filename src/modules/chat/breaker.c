/* Failures in a row open it; any success closes it. */
#include "modules/chat/breaker.h"

int breaker_rest_s(const struct breaker *b, int64_t now_us)
{
	return now_us < b->open_until_us ? (int)((b->open_until_us - now_us) / 1000000) + 1 : 0;
}

void breaker_note(struct breaker *b, bool is_failure, int64_t now_us)
{
	b->failures = is_failure ? b->failures + 1 : 0;
	if (b->failures >= BREAKER_FAILURES)
		b->open_until_us = now_us + BREAKER_REST_S * INT64_C(1000000);
}
