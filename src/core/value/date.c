/* Calendar dates: see vobe/date.h. */
#include "vobe/date.h"

#include <stdio.h>
#include <string.h>

const char *const date_precisions[] = {
	[DATE_YEAR] = "year",
	[DATE_MONTH] = "month",
	[DATE_DAY] = "day",
	NULL,
};

int date_month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Exactly `width` digits off the front of *s; -1: there are not so many. */
static int take_digits(const char **s, int width)
{
	int n = 0;

	for (; width > 0; width--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		n = n * 10 + (**s - '0');
	}
	return n;
}

/* A hyphen and two digits off the front of *s; -1: something else. */
static int take_part(const char **s)
{
	if (**s != '-')
		return -1;
	(*s)++;
	return take_digits(s, 2);
}

bool date_read(const char *s, struct date *out)
{
	struct date d = {.year = take_digits(&s, 4), .month = 1, .day = 1};

	if (d.year < 1)
		return false;
	if (*s) {
		d.precision = DATE_MONTH;
		d.month = take_part(&s);
		if (d.month < 1 || d.month > 12)
			return false;
	}
	if (*s) {
		d.precision = DATE_DAY;
		d.day = take_part(&s);
		if (d.day < 1 || d.day > date_month_days(d.year, d.month))
			return false;
	}
	if (*s)
		return false;
	*out = d;
	return true;
}

bool date_is_valid(const char *s)
{
	struct date d;

	return date_read(s, &d) && d.precision == DATE_DAY;
}

bool date_precision_read(const char *name, enum date_precision *out)
{
	for (int i = 0; date_precisions[i]; i++)
		if (strcmp(date_precisions[i], name) == 0) {
			*out = (enum date_precision)i;
			return true;
		}
	return false;
}

struct date date_cut(struct date d, enum date_precision precision)
{
	if (precision >= d.precision)
		return d;
	d.precision = precision;
	d.day = 1;
	if (precision == DATE_YEAR)
		d.month = 1;
	return d;
}

void date_text(struct date d, char out[DATE_TEXT])
{
	snprintf(out, DATE_TEXT, "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.day % 100);
}
