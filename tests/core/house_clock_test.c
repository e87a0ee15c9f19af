/* Clocks that step, leap and come back: what the house believes meanwhile. */
#include "core/value/house_clock.h"
#include "support/test.h"

#define SECOND INT64_C(1000000)
#define HOURS  (3600 * SECOND)
#define NOON   (INT64_C(1767268800) * SECOND)

/* Three clocks that go on together, each with its own error. */
static struct house_clock house;
static int64_t passed, wall_off, boot_off, database_off;

static int64_t wall(void)
{
	return NOON + passed + wall_off;
}

static int64_t boot(void)
{
	return 100 * SECOND + passed + boot_off;
}

static int64_t error_now(void)
{
	return house_clock_now(&house, wall(), boot()) - (NOON + passed);
}

static void seconds_pass(int seconds)
{
	for (int i = 0; i < seconds * 4; i++) {
		passed += SECOND / 4;
		house_clock_hear(&house, NOON + passed + database_off, wall(), boot());
	}
}

static void open_clocks(void)
{
	passed = wall_off = boot_off = database_off = 0;
	house_clock_begin(&house, wall(), boot());
	seconds_pass(10);
}

SCENE(open_clocks, NULL);

TEST(clocks_that_agree_are_believed)
{
	ck_assert_int_eq(error_now(), 0);
	ck_assert(house.agrees);
	wall_off = SECOND / 2; /* slewed a little, and the other machine is not to the second */
	database_off = -3 * SECOND;
	seconds_pass(10);
	ck_assert_int_eq(error_now(), SECOND / 2);
	ck_assert(house.agrees);
}

TEST(wall_a_day_ahead_for_a_minute_is_not_followed)
{
	wall_off = 26 * HOURS;
	ck_assert_int_eq(error_now(), 0); /* not even before the database has spoken */
	seconds_pass(60);
	ck_assert_int_eq(error_now(), 0);
	ck_assert(!house.agrees);
	wall_off = 0;
	seconds_pass(1);
	ck_assert_int_eq(error_now(), 0);
	ck_assert(house.agrees);
}

TEST(wall_and_database_a_day_ahead_for_a_minute_are_not_followed)
{
	wall_off = database_off = 26 * HOURS;
	seconds_pass(60);
	ck_assert_int_eq(error_now(), 0);
	ck_assert(!house.agrees);
	wall_off = database_off = 0;
	seconds_pass(1);
	ck_assert_int_eq(error_now(), 0);
	ck_assert(house.agrees);
}

TEST(clock_that_was_set_right_is_believed_in_ten_minutes)
{
	wall_off = database_off = -2 * HOURS;
	seconds_pass(599);
	ck_assert_int_eq(error_now(), 0);
	seconds_pass(5);
	ck_assert_int_eq(error_now(), -2 * HOURS);
	ck_assert(house.agrees || (seconds_pass(1), house.agrees));
}

TEST(database_a_day_ahead_for_a_minute_is_not_followed)
{
	database_off = 26 * HOURS;
	seconds_pass(60);
	ck_assert_int_eq(error_now(), 0);
	ck_assert(!house.agrees);
	database_off = 0;
	seconds_pass(1);
	ck_assert(house.agrees);
}

/* As when a library fakes both clocks of this process. */
TEST(both_of_our_clocks_ahead_yield_to_the_database)
{
	wall_off = boot_off = 26 * HOURS;
	seconds_pass(1);
	ck_assert_int_le(error_now(), SECOND);
	ck_assert(!house.agrees);
	seconds_pass(60);
	ck_assert_int_le(error_now(), SECOND);
	wall_off = boot_off = 0;
	seconds_pass(1);
	ck_assert_int_le(error_now(), SECOND);
	ck_assert_int_ge(error_now(), -SECOND);
	seconds_pass(1);
	ck_assert(house.agrees);
}

TEST(start_with_a_wrong_wall_is_set_right_by_the_first_word)
{
	wall_off = 26 * HOURS;
	house_clock_begin(&house, wall(), boot());
	passed += SECOND;
	house_clock_hear(&house, NOON + passed, wall(), boot());
	ck_assert_int_eq(error_now(), 0);
	ck_assert(!house.agrees);
}
