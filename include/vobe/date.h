/*
 * Calendar dates of which the day, or the month too, may be unknown: YYYY, YYYY-MM or YYYY-MM-DD, the years 1
 * to 9999. One reader for every door: fields of type DATE, imports, `year:` of a search. The length of the
 * text says how much is known; what is not known is the first: 1999-05 begins on 1999-05-01.
 */
#ifndef VOBE_DATE_H
#define VOBE_DATE_H

#include <stdbool.h>

enum date_precision { DATE_YEAR, DATE_MONTH, DATE_DAY };

/* "year", "month", "day", NULL: what a field that names a precision may be. */
extern const char *const date_precisions[];

struct date {
	int year, month, day; /* month and day are 1 where they are not known */
	enum date_precision precision;
};

enum { DATE_TEXT = 16 };

/* Reads the whole of `s`. False: no such date, *out untouched. */
bool date_read(const char *s, struct date *out);

/* Whether `s` is a date whose day is known: YYYY-MM-DD. */
bool date_is_valid(const char *s);

/* Reads a name of date_precisions. False: none of them, *out untouched. */
bool date_precision_read(const char *name, enum date_precision *out);

/* The date as far as `precision` goes; one that goes further changes nothing. */
struct date date_cut(struct date d, enum date_precision precision);

/* YYYY-MM-DD, the first day of what is known. */
void date_text(struct date d, char out[DATE_TEXT]);

/* Days of a month, 28 to 31; `month` is 1 to 12. */
int date_month_days(int year, int month);

#endif
