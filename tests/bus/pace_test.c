/* Paced subscriptions: what comes fast is applied together, what comes alone at once, and nothing waits for
 * ever. */
#include "bus/scene.h"
#include "support/test.h"

enum { PACE_MS = 300, EVENTS = 60 };

static void open_paced(void)
{
	scene_pace(PACE_MS);
	open_scene();
}

static void close_paced(void)
{
	scene_pace(0);
	close_scene();
}

#define ITEMS    "FROM mirror.effect WHERE subscription = 'mirror.items'"
#define CHANGES  "SELECT count(DISTINCT xmin::text) " ITEMS
#define BATCHES  (EVENTS / 3) /* a machine must be slow indeed: PACE_MS for each */

static void tell_many(int from)
{
	for (int i = from; i < from + EVENTS; i++)
		tell_one(&item_added, id_in_part(4, 0), i, i);
}

SCENE(open_paced, close_paced);

TEST(what_comes_fast_is_applied_together)
{
	tell_many(1);
	settle();
	ASSERT_SQL("SELECT count(*) " ITEMS " AND n = off", EVENTS);
	ck_assert_int_le(sql_int(CHANGES), BATCHES);
	assert_complete();
}

TEST(what_comes_alone_is_applied_at_once)
{
	scene_pace(3600 * 1000);
	tell_one(&item_added, id_in_part(4, 0), 1, 1);
	until_sql("SELECT count(*) " ITEMS, 1);
}

TEST(a_full_batch_waits_for_no_beat)
{
	scene_pace(3600 * 1000);
	tell_one(&item_added, id_in_part(4, 0), 1, 1);
	until_sql("SELECT count(*) " ITEMS, 1);
	for (int i = 2; i <= scene_config.batch_max + 1; i++)
		tell_one(&item_added, id_in_part(4, 0), i, i);
	until_sql("SELECT count(*) " ITEMS, scene_config.batch_max + 1);
	tell_one(&item_added, id_in_part(4, 0), 1000, 1000);
	spin(2 * scene_config.sweep_ms);
	ASSERT_SQL("SELECT count(*) " ITEMS, scene_config.batch_max + 1); /* this one gathers */
}

TEST(a_drain_waits_for_no_beat)
{
	scene_pace(3600 * 1000);
	tell_many(1);
	run(scene_drain, NULL);
	scene_pace(0);
	instance_close();
	instance_open(); /* what gathered is in the log, and follows */
	settle();
	ASSERT_SQL("SELECT count(*) " ITEMS " AND n = off", EVENTS);
	assert_complete();
}
