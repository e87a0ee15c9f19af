/* Time. Wall time is microseconds since the Unix epoch, UTC; TIME_NULL stands for SQL NULL and JSON null. */
#ifndef VOBE_CLOCK_H
#define VOBE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_NULL INT64_MIN
#define TIME_END INT64_MAX /* PostgreSQL's 'infinity' */
#define SECOND_US INT64_C(1000000)
/* 1 January of the year 1: nothing that time_read() gives lies before it. */
#define TIME_START (INT64_C(-62135596800) * SECOND_US)

enum { TIME_TEXT = 32 };

/*
 * Wall clock as this machine and the database agree on it, cut to the millisecond (what the API shows is what
 * the database holds). A step of hours is followed when it has lasted ten minutes.
 */
int64_t clock_now(void);

/* Wall clock with its microseconds, for event envelopes. */
int64_t clock_now_us(void);

/* Monotonic microseconds, cached once a loop turn: for deadlines. */
int64_t clock_mono(void);

/* Monotonic microseconds read now: for measuring. */
int64_t clock_mono_now(void);

/* RFC 3339, UTC, milliseconds: 2026-01-02T03:04:05.678Z. Returns the length. */
size_t time_text(int64_t t, char out[TIME_TEXT]);

/*
 * Reads RFC 3339 with any offset, or a plain date (midnight UTC), of the years 1 to 9999 in UTC, as dates
 * are. False: not such a time, *out untouched.
 */
bool time_read(const char *s, size_t len, int64_t *out);

#endif
