/* Judging clocks by one another. Pure: whoever reads the clocks hands their times in. */
#include "core/value/house_clock.h"

#define SECOND INT64_C(1000000)

/* clang-format off */
#define STEP   (5 * SECOND)   /* a wall that differs more from the clock since boot was set, not slewed */
#define APART  (60 * SECOND)  /* two machines in order are nearer than that */
#define LASTS  (600 * SECOND) /* then a clock that was set is believed */
/* clang-format on */

static bool are_near(int64_t a, int64_t b, int64_t limit)
{
	return a - b <= limit && b - a <= limit;
}

void house_clock_begin(struct house_clock *h, int64_t wall, int64_t boot)
{
	*h = (struct house_clock){.offset = wall - boot};
}

static bool is_stepped(const struct house_clock *h, int64_t wall, int64_t boot)
{
	return !are_near(wall, boot + h->offset, STEP);
}

int64_t house_clock_now(const struct house_clock *h, int64_t wall, int64_t boot)
{
	return is_stepped(h, wall, boot) ? boot + h->offset : wall;
}

/* It ran ahead of the clock since boot: nothing in reality does that. Until it comes back, or it has lasted.
 */
static bool has_leapt(struct house_clock *h, int64_t database, int64_t believed, int64_t boot)
{
	if (h->at && database - h->database > boot - h->at + APART && boot >= h->at)
		h->leapt_at = boot;
	if (are_near(database, believed, APART) || boot - h->leapt_at > LASTS)
		h->leapt_at = 0;
	return h->leapt_at != 0;
}

/* Wall and database were set together: so was the machine, or both machines by one that knows. */
static void believe_in_time(struct house_clock *h, int64_t wall, int64_t boot)
{
	if (!h->stepped_at)
		h->stepped_at = boot;
	if (boot - h->stepped_at < LASTS)
		return;
	h->offset = wall - boot;
	h->stepped_at = 0;
}

void house_clock_hear(struct house_clock *h, int64_t database, int64_t wall, int64_t boot)
{
	if (boot < h->at) /* what never goes back was wrong before */
		*h = (struct house_clock){.offset = database - boot};
	const int64_t believed = house_clock_now(h, wall, boot);
	const bool leapt = has_leapt(h, database, believed, boot), stepped = is_stepped(h, wall, boot);
	const bool near = are_near(database, believed, APART);

	h->agrees = near && !stepped;
	if (stepped && !near && are_near(wall, database, APART))
		believe_in_time(h, wall, boot);
	else
		h->stepped_at = 0;
	if (h->agrees)
		h->offset = wall - boot;
	else if (!near && !leapt && !h->stepped_at)
		h->offset = database - boot; /* ours are wrong together, or nothing was known before */
	h->database = database;
	h->at = boot;
}
