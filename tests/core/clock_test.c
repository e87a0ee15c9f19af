/* Times as text against the C library's calendar, what is refused, and the clock of a turn. */
#include "core/value/clock_turn.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *text(int64_t t)
{
	static char out[TIME_TEXT];

	ck_assert_uint_eq(time_text(t, out), strlen(out));
	return out;
}

TEST(known_times)
{
	ck_assert_str_eq(text(0), "1970-01-01T00:00:00.000Z");
	ck_assert_str_eq(text(-1), "1969-12-31T23:59:59.999Z");
	ck_assert_str_eq(text(INT64_C(1767323045678901)), "2026-01-02T03:04:05.678Z");
	ck_assert_str_eq(text(INT64_C(951782400000000)), "2000-02-29T00:00:00.000Z");
	ck_assert_str_eq(text(TIME_START), "0001-01-01T00:00:00.000Z");
	ck_assert_str_eq(text(INT64_MIN + 1), "0001-01-01T00:00:00.000Z");
	ck_assert_str_eq(text(TIME_END), "9999-12-31T23:59:59.999Z");
}

/* Days of the years 1 to 9999, at some time of day, both ways. 11 does not divide the 146097 days of an era.
 */
TEST(days_of_the_calendar)
{
	for (int64_t day = -719162; day < 2932897; day += 11) {
		time_t t = day * 86400 + (day * 7919 % 86400 + 86400) % 86400;
		char expected[48];
		int64_t back;
		struct tm tm;

		gmtime_r(&t, &tm);
		snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		if (strcmp(text(t * SECOND_US), expected) != 0)
			ck_abort_msg("%s is not %s", text(t * SECOND_US), expected);
		if (!time_read(expected, strlen(expected), &back) || back != t * SECOND_US)
			ck_abort_msg("%s is read wrongly", expected);
	}
}

TEST(forms_that_are_read)
{
	static const struct {
		const char *text;
		const char *utc;
	} forms[] = {
		{"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
		{"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"},
		{"2026-01-02 03:04:05+00:00", "2026-01-02T03:04:05.000Z"},
		{"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"},
		{"2026-01-02T03:04:05.678901234Z", "2026-01-02T03:04:05.678Z"},
		{"2026-01-02T03:04:05+05:30", "2026-01-01T21:34:05.000Z"},
		{"2026-01-02T03:04:05-23:59", "2026-01-03T03:03:05.000Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
		{"2024-02-29", "2024-02-29T00:00:00.000Z"},
		{"0001-01-01", "0001-01-01T00:00:00.000Z"},
		{"0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"},
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		int64_t t = TIME_NULL;

		ck_assert_msg(time_read(forms[i].text, strlen(forms[i].text), &t), "refused: %s",
			      forms[i].text);
		ck_assert_str_eq(text(t), forms[i].utc);
	}
}

TEST(microseconds_are_kept)
{
	int64_t t;

	ck_assert(time_read("1970-01-01T00:00:00.123456789Z", 30, &t));
	ck_assert_int_eq(t, 123456);
}

TEST(forms_that_are_refused)
{
	static const char *const forms[] = {
		"",
		"2026",
		"2026-01",
		"2026-1-2",
		"2026-13-01",
		"2026-00-01",
		"2026-01-32",
		"2026-01-00",
		"2025-02-29",
		"1900-02-29",
		"2026-01-02T",
		"2026-01-02T03:04Z",
		"2026-01-02T03:04:05",
		"2026-01-02T24:00:00Z",
		"2026-01-02T03:60:00Z",
		"2026-01-02T03:04:61Z",
		"2026-01-02T03:04:05.Z",
		"2026-01-02T03:04:05+0530",
		"2026-01-02T03:04:05+24:00",
		"2026-01-02T03:04:05+05:60",
		"2026-01-02T03:04:05Zx",
		"2026-01-02Z",
		" 2026-01-02",
		"2026-01-02 ",
		"+2026-01-02",
		"02026-01-02",
		"2026-01-02T-3:04:05Z",
		"2026-01-02T03:04:05,5Z",
		/* Years 1 to 9999, as of dates (vobe/date.h), in UTC. */
		"0000-01-01",
		"0000-12-31T23:59:59Z",
		"0000-02-29T12:00:00+02:00",
		"0001-01-01T00:59:59+01:00",
		"9999-12-31T23:59:60Z",
		"9999-12-31T23:00:00-01:00",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		int64_t t = 42;

		ck_assert_msg(!time_read(forms[i], strlen(forms[i]), &t), "accepted: %s", forms[i]);
		ck_assert_int_eq(t, 42);
	}
}

TEST(nothing_is_read_beyond_the_length)
{
	const char *whole = "2026-01-02T03:04:05.678+05:30";
	int64_t t;

	for (size_t len = 0; len < strlen(whole); len++) {
		char *part = malloc(len ? len : 1); /* exactly as long: a sanitizer sees a read beyond */

		memcpy(part, whole, len);
		ck_assert_int_eq(time_read(part, len, &t), len == 10);
		free(part);
	}
}

TEST(now_is_cut_to_milliseconds)
{
	int64_t us = clock_now_us(), ms = clock_now();

	ck_assert_int_eq(ms % 1000, 0);
	ck_assert_int_lt(llabs(ms - us), 5 * SECOND_US);
	ck_assert_int_lt(llabs(us / SECOND_US - (int64_t)time(NULL)), 5);
}

TEST(the_clock_stands_still_within_a_turn)
{
	int64_t before = clock_mono(), then;

	clock_turn_begin();
	then = clock_mono();
	usleep(2000);
	ck_assert_int_eq(clock_mono(), then);
	ck_assert_int_gt(clock_mono_now(), then);
	clock_turn_begin();
	ck_assert_int_gt(clock_mono(), then);
	clock_turn_end();
	ck_assert_int_ge(then, before);
	then = clock_mono();
	usleep(2000);
	ck_assert_int_gt(clock_mono(), then);
}
