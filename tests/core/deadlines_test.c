/* The heap of deadlines against a plain array that is searched. */
#include "core/task/deadlines.h"
#include "support/test.h"

#include <stdlib.h>

enum { COUNT = 300, STEPS = 60000 };

static struct deadline all[COUNT];

static const struct deadline *earliest(void)
{
	const struct deadline *first = NULL;

	for (int i = 0; i < COUNT; i++)
		if (all[i].place && (!first || all[i].at < first->at))
			first = &all[i];
	return first;
}

static void same_first(int step)
{
	const struct deadline *expected = earliest(), *first = deadline_first();

	if (expected ? !first || first->at != expected->at : first != NULL)
		ck_abort_msg("step %d: not the earliest comes first", step);
}

TEST(the_earliest_comes_first_whatever_is_set_moved_and_cleared)
{
	srand(3);
	for (int step = 0; step < STEPS; step++) {
		struct deadline *d = &all[rand() % COUNT];

		if (rand() % 3)
			deadline_set(d, rand() % 1000);
		else
			deadline_clear(d);
		same_first(step);
	}
	for (int64_t before = -1; deadline_first(); deadline_clear(deadline_first())) {
		ck_assert_int_ge(deadline_first()->at, before);
		before = deadline_first()->at;
	}
	for (int i = 0; i < COUNT; i++)
		ck_assert_int_eq(all[i].place, 0);
	deadlines_close();
}
