/*
 * Clocks, and times as text (RFC 3339). Dates are the proleptic Gregorian calendar, years 1 to 9999.
 * Days are counted in 400-year eras that begin on 1 March, so that the leap day is the last of its year
 * (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
#include "vobe/clock.h"

#include "core/for_tests.h"
#include "core/value/clock_turn.h"
#include "core/value/digits.h"
#include "core/value/house_clock.h"
#include "vobe/date.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { ERA_DAYS = 146097, EPOCH_DAYS = 719468 /* 0000-03-01 to 1970-01-01 */, DAY_S = 86400 };

enum { AGREED_S = 30 /* without a further word of the database nobody knows */ };

#define TIME_LAST (INT64_C(253402300800) * SECOND_US - 1) /* 9999-12-31T23:59:59.999999Z */

static bool in_turn;
static int64_t turn_mono; /* 0: not read in this turn */
static int64_t wall_shift;
static struct house_clock house;
static _Atomic int64_t believed; /* the house's offset; 0: no clock has been read */

static int64_t read_clock(clockid_t which)
{
	struct timespec ts;

	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

/* Any thread may ask for the time; only the loop's hears of the database's. */
static int64_t offset_now(int64_t wall, int64_t boot)
{
	int64_t none = 0, first = wall - boot;

	if (atomic_compare_exchange_strong(&believed, &none, first))
		house_clock_begin(&house, wall, boot);
	return atomic_load(&believed);
}

int64_t clock_now_us(void)
{
	const int64_t wall = read_clock(CLOCK_REALTIME), boot = read_clock(CLOCK_BOOTTIME);
	const struct house_clock now = {.offset = offset_now(wall, boot)};

	return house_clock_now(&now, wall, boot) + wall_shift;
}

void clock_hear(int64_t database)
{
	const int64_t wall = read_clock(CLOCK_REALTIME), boot = read_clock(CLOCK_BOOTTIME);

	house.offset = offset_now(wall, boot);
	house_clock_hear(&house, database, wall, boot);
	atomic_store(&believed, house.offset);
}

bool clock_is_agreed(void)
{
	const int64_t boot = read_clock(CLOCK_BOOTTIME);

	return house.agrees && boot - house.at < AGREED_S * SECOND_US && boot >= house.at;
}

int64_t clock_now(void)
{
	int64_t us = clock_now_us();

	return us - us % 1000;
}

int64_t clock_mono_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_mono(void)
{
	if (!in_turn)
		return clock_mono_now();
	if (!turn_mono)
		turn_mono = clock_mono_now();
	return turn_mono;
}

void clock_turn_begin(void)
{
	in_turn = true;
	turn_mono = 0;
}

void clock_turn_end(void)
{
	in_turn = false;
}

void clock_shift(int64_t us)
{
	wall_shift += us;
}

/* --- times as text --- */

static struct date date_of(int64_t days_since_epoch)
{
	int64_t days =
		days_since_epoch + EPOCH_DAYS + ERA_DAYS; /* an era more: not negative from the year 0 on */
	int era_day = (int)(days % ERA_DAYS);
	int era_year = (era_day - era_day / 1460 + era_day / 36524 - era_day / (ERA_DAYS - 1)) / 365;
	int year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
	int march_month = (5 * year_day + 2) / 153;
	struct date d = {.day = year_day - (153 * march_month + 2) / 5 + 1,
			 .month = march_month < 10 ? march_month + 3 : march_month - 9};

	d.year = era_year + (int)(days / ERA_DAYS - 1) * 400 + (d.month <= 2);
	return d;
}

static int64_t days_of(struct date d)
{
	int year = d.year - (d.month <= 2) + 400;
	int era_year = year % 400;
	int year_day = (153 * (d.month > 2 ? d.month - 3 : d.month + 9) + 2) / 5 + d.day - 1;

	return (int64_t)(year / 400 - 1) * ERA_DAYS + era_year * 365 + era_year / 4 - era_year / 100 +
	       year_day - EPOCH_DAYS;
}

/* Writes two digits and the character that follows them. */
static char *put(char *to, int number, char after)
{
	memcpy(to, digit_pairs + 2 * number, 2);
	to[2] = after;
	return to + 3;
}

size_t time_text(int64_t t, char out[TIME_TEXT])
{
	int64_t since = (t < TIME_START ? TIME_START : t > TIME_LAST ? TIME_LAST : t) - TIME_START;
	int64_t seconds = since / SECOND_US;
	struct date d = date_of(seconds / DAY_S + TIME_START / SECOND_US / DAY_S);
	int second = (int)(seconds % DAY_S), ms = (int)(since % SECOND_US / 1000);
	char *p = out;

	p = put(p, d.year / 100, 0) - 1;
	p = put(p, d.year % 100, '-');
	p = put(p, d.month, '-');
	p = put(p, d.day, 'T');
	p = put(p, second / 3600, ':');
	p = put(p, second / 60 % 60, ':');
	p = put(p, second % 60, '.');
	*p++ = (char)('0' + ms / 100);
	p = put(p, ms % 100, 'Z');
	*p = '\0';
	return (size_t)(p - out);
}

struct cursor {
	const char *at, *end;
};

static bool read_digits(struct cursor *c, int width, int *number)
{
	int n = 0;

	if (c->end - c->at < width)
		return false;
	for (int i = 0; i < width; i++) {
		if (c->at[i] < '0' || c->at[i] > '9')
			return false;
		n = n * 10 + (c->at[i] - '0');
	}
	c->at += width;
	*number = n;
	return true;
}

static bool read_one_of(struct cursor *c, const char *accepted)
{
	if (c->at == c->end || !*c->at || !strchr(accepted, *c->at))
		return false;
	c->at++;
	return true;
}

static bool read_date(struct cursor *c, struct date *d)
{
	return read_digits(c, 4, &d->year) && read_one_of(c, "-") && read_digits(c, 2, &d->month) &&
	       read_one_of(c, "-") && read_digits(c, 2, &d->day) && d->month >= 1 && d->month <= 12 &&
	       d->day >= 1 && d->day <= date_month_days(d->year, d->month);
}

/* A leap second (RFC 3339 section 5.7) is read as the first of the next minute, as PostgreSQL does. */
static bool read_time_of_day(struct cursor *c, int64_t *us)
{
	int hour, minute, second, digit, fraction = 0, scale = SECOND_US;

	if (!read_digits(c, 2, &hour) || !read_one_of(c, ":") || !read_digits(c, 2, &minute) ||
	    !read_one_of(c, ":") || !read_digits(c, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	if (read_one_of(c, ".")) {
		if (!read_digits(c, 1, &digit))
			return false;
		do
			fraction += digit * (scale /= 10);
		while (read_digits(c, 1, &digit));
	}
	*us = ((hour * 60 + minute) * 60 + second) * SECOND_US + fraction;
	return true;
}

static bool read_offset(struct cursor *c, int64_t *us)
{
	int sign = c->at < c->end && *c->at == '-' ? -1 : 1, hour, minute;

	*us = 0;
	if (read_one_of(c, "Zz"))
		return true;
	if (!read_one_of(c, "+-") || !read_digits(c, 2, &hour) || !read_one_of(c, ":") ||
	    !read_digits(c, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*us = sign * (hour * 60 + minute) * 60 * SECOND_US;
	return true;
}

bool time_read(const char *s, size_t len, int64_t *out)
{
	struct cursor c = {s, s + len};
	int64_t of_day = 0, offset = 0;
	struct date d;

	if (!read_date(&c, &d))
		return false;
	if (c.at < c.end &&
	    !(read_one_of(&c, "Tt ") && read_time_of_day(&c, &of_day) && read_offset(&c, &offset)))
		return false;
	const int64_t t = days_of(d) * DAY_S * SECOND_US + of_day - offset;
	if (c.at != c.end || t < TIME_START || t > TIME_LAST)
		return false;
	*out = t;
	return true;
}
