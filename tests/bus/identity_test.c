/* A publisher restored from an older state: its log is another one, and that is seen, told and healed. */
#include "bus/scene.h"

#define ITEMS "SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items'"

/* Effects of events that are no more are not asked for their rows. */
static void close_replaced_scene(void)
{
	sql("DELETE FROM mirror.effect e WHERE NOT EXISTS (SELECT FROM shop.outbox o WHERE o.event_id ="
	    " e.event_id)");
	instance_close();
}

static void tell_ten(void)
{
	for (int i = 1; i <= 10; i++)
		tell_one(&item_added, id_in_part(6, i), 1, i);
	settle();
	ASSERT_SQL(ITEMS, 10);
}

#define RESTORED "DELETE FROM shop.outbox WHERE off > 4; UPDATE shop.outbox_head SET off = 4 WHERE part = 6;"

/* What others told before anybody looked, up to an offset. */
#define GROWN(to)                                                                                            \
	"UPDATE shop.outbox_head SET off = " #to " WHERE part = 6; INSERT INTO shop.outbox SELECT 6, n,"     \
	" gen_random_uuid(), 'item.added', gen_random_uuid(), 1, 1,"                                         \
	" jsonb_build_object('item_id', gen_random_uuid(), 'n', 100 + n, 'name', 'new'), NULL, NULL, now()"  \
	" FROM generate_series(5, " #to ") n;"

SCENE(open_scene, close_replaced_scene);

TEST(cursor_beyond_the_head_starts_again)
{
	tell_ten();
	instance_close();
	sql(RESTORED);
	instance_open();
	ck_assert_uint_gt(stats_now().replaced, 0);
	for (int i = 1; i <= 3; i++)
		tell_one(&item_added, id_in_part(6, i), 2, 100 + i);
	settle();
	ASSERT_SQL(ITEMS " AND n > 100", 3);
	ASSERT_SQL(ITEMS " AND n <= 4", 8); /* heard again: effects are idempotent */
	ck_assert_int_eq(memory.count, 3);
}

TEST(head_that_has_grown_past_the_cursor_again_is_known_by_its_events)
{
	tell_ten();
	instance_close();
	sql(RESTORED GROWN(14));
	instance_open();
	ck_assert_uint_gt(stats_now().replaced, 0);
	settle();
	ASSERT_SQL(ITEMS " AND n > 100", 10);
}

TEST(log_that_goes_back_under_a_running_instance_is_seen)
{
	tell_ten();
	sql("BEGIN;" RESTORED "COMMIT");
	const int64_t limit = clock_mono_now() + 10 * SECOND_US;
	while (!stats_now().replaced && clock_mono_now() < limit)
		spin(20);
	ck_assert_uint_gt(stats_now().replaced, 0);
	for (int i = 1; i <= 3; i++)
		tell_one(&item_added, id_in_part(6, i), 2, 100 + i);
	until_sql(ITEMS " AND n > 100", 3);
	while (memory.count < 13 && clock_mono_now() < limit)
		spin(20);
	ck_assert_int_eq(memory.count, 13);
}

TEST(what_is_told_while_a_replaced_log_is_found_out_is_heard_in_memory)
{
	tell_ten();
	const int64_t limit = clock_mono_now() + 10 * SECOND_US;
	while (memory.count < 10 && clock_mono_now() < limit)
		spin(20);
	knobs.meanwhile = GROWN(7);
	sql("BEGIN;" RESTORED "COMMIT");
	while (memory.count < 13 && clock_mono_now() < limit)
		spin(20);
	ck_assert_int_eq(memory.count, 13);
	ck_assert_ptr_null(knobs.meanwhile);
}

/* The same log moved to another cluster, or a restart: nothing is heard again. */
TEST(log_that_is_the_same_is_left_alone)
{
	tell_ten();
	for (int i = 0; i < 2; i++) {
		instance_close();
		instance_open();
		ck_assert_uint_eq(stats_now().replaced, 0);
	}
	settle();
	ASSERT_SQL(ITEMS, 10);
}
