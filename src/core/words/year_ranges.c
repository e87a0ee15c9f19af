/* Ranges of years as few beginnings of lexemes. */
#include "vobe/year_ranges.h"

#include "vobe/buf.h"

struct range {
	const char *mark;
	int64_t from, to;
};

/* `start` has so many digits, and stands for all years that begin with it. */
static void years_write(struct buf *any, const struct range *r, int64_t start, int digits)
{
	int64_t span = 1;

	for (int i = digits; i < YEAR_DIGITS; i++)
		span *= 10;
	const int64_t first = start * span, last = first + span - 1;
	if (last < r->from || first > r->to)
		return;
	if (first >= r->from && last <= r->to) {
		buf_fmt(any, "%s'%s%0*lld'%s", any->len ? " | " : "", r->mark, digits, (long long)start,
			digits < YEAR_DIGITS ? ":*" : "");
		return;
	}
	for (int i = 0; i < 10; i++)
		years_write(any, r, start * 10 + i, digits + 1);
}

const char *years_tsquery(struct arena *a, const char *mark, int64_t from, int64_t to)
{
	const struct range range = {mark, from, to};
	struct buf any = {.arena = a};

	for (int i = 0; i < 10; i++)
		years_write(&any, &range, i, 1);
	return any.len ? arena_fmt(a, "(%s)", buf_text(&any)) : "";
}
