/* Dates of which a part may be unknown. */
#include "support/test.h"
#include "vobe/date.h"

#include <string.h>

static const char *read(const char *s)
{
	static char out[DATE_TEXT + 8];
	struct date d;

	if (!date_read(s, &d))
		return "none";
	date_text(d, out);
	strcat(out, " ");
	return strcat(out, date_precisions[d.precision]);
}

TEST(the_length_says_how_much_is_known)
{
	ck_assert_str_eq(read("1999"), "1999-01-01 year");
	ck_assert_str_eq(read("1999-05"), "1999-05-01 month");
	ck_assert_str_eq(read("1999-05-31"), "1999-05-31 day");
	ck_assert_str_eq(read("0001"), "0001-01-01 year");
	ck_assert_str_eq(read("9999-12-31"), "9999-12-31 day");
	ck_assert_str_eq(read("2000-02-29"), "2000-02-29 day");
}

TEST(what_is_no_date_is_not_read)
{
	static const char *const none[] = {
		"",           "0000",       "0000-01-01", "199",       "19990",       "1999-",
		"1999-00",    "1999-13",    "1999-5",     "1999-05-",  "1999-05-00",  "1999-05-32",
		"1900-02-29", "2023-02-29", "1999/05",    "+1999",     "-1999",       "1999-05-31T",
		" 1999",      "1999 ",      "99-05-31",   "1999-05-3", "1999-05-031", "10000-01-01",
	};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ck_assert_msg(strcmp(read(none[i]), "none") == 0, "read: %s", none[i]);
}

TEST(a_date_can_be_cut_and_not_lengthened)
{
	struct date day = {1999, 5, 31, DATE_DAY}, year = {1999, 1, 1, DATE_YEAR};
	struct date month = date_cut(day, DATE_MONTH), same = date_cut(year, DATE_DAY);

	ck_assert_int_eq(month.precision, DATE_MONTH);
	ck_assert_int_eq(month.month * 100 + month.day, 501);
	ck_assert_int_eq(date_cut(day, DATE_YEAR).month, 1);
	ck_assert_int_eq(same.precision, DATE_YEAR);
}

TEST(a_whole_date_says_its_day)
{
	ck_assert(date_is_valid("2024-02-29"));
	ck_assert(!date_is_valid("2024-02"));
	ck_assert(!date_is_valid("2024"));
	ck_assert(!date_is_valid("2023-02-29"));
	ck_assert(!date_is_valid("2024-02-29T00:00:00Z"));
	ck_assert(!date_is_valid("0000-01-01"));
	ck_assert(!date_is_valid("24-02-29"));
}

TEST(precisions_have_names)
{
	enum date_precision p = DATE_DAY;

	ck_assert(date_precision_read("month", &p) && p == DATE_MONTH);
	ck_assert(!date_precision_read("Month", &p) && p == DATE_MONTH);
}
