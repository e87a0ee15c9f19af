/* What fails for now and goes on failing: halved, set aside with its reason, or told of; never for ever. */
#include "bus/scene.h"

#define ITEMS "SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items'"

SCENE(open_scene, close_scene);

/* Until it holds, for as long as an event's patience takes. */
static void until_slowly(const char *query, int64_t wanted)
{
	const int64_t limit = clock_mono_now() + 60 * SECOND_US;

	while (sql_int(query) != wanted && clock_mono_now() < limit)
		spin(50);
	ASSERT_SQL(query, wanted);
}

TEST(batch_that_is_too_much_is_halved)
{
	struct telling_test t = {&item_added, id_in_part(6, 0), 1, 1, 50, "x"};

	knobs.too_many = 4;
	run(tell_in_task, &t);
	settle();
	ASSERT_SQL(ITEMS " AND n = off", 50);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	assert_complete();
}

TEST(event_that_fails_for_now_for_ever_is_set_aside_with_its_reason)
{
	knobs.stuck = 666; /* before it is told, or it passes */
	for (int i = 1; i <= 6; i++)
		tell_one(&item_added, id_in_part(6, i), 1, i == 3 ? 666 : i);
	until_slowly("SELECT count(*) FROM mirror.dead_letter", 1);
	settle();
	ASSERT_SQL(ITEMS, 5);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE fault LIKE '%no room (SQLSTATE 53100)'"
		   " AND payload->>'n' = '666'",
		   1);
}

static void open_stuck(void)
{
	open_scene();
	knobs.stuck = 666;
}

static err look_at_health(struct ctx *cx, void *arg)
{
	bus_read_health(cx->arena, arg);
	return NULL;
}

SCENE(open_stuck, close_scene);

TEST(event_behind_it_flows)
{
	tell_one(&item_added, id_in_part(6, 1), 1, 666);
	tell_one(&item_added, id_in_part(6, 2), 1, 2);
	until_slowly(ITEMS, 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 1);
}

static err read_status(struct ctx *cx, void *arg)
{
	struct bus_status *rows;
	int count;

	TRY(bus_status(cx, &rows, &count));
	*(struct bus_status *)arg = rows[6];
	return NULL;
}

/* A lock passes when it is let go, however long that takes; meanwhile everybody can see it. */
TEST(partition_that_stands_is_told_and_lets_nothing_go)
{
	struct bus_health health;
	struct bus_status status;

	knobs.contended = true;
	for (int i = 1; i <= 5; i++)
		tell_one(&item_added, id_in_part(6, i), 1, i);
	until_slowly("SELECT count(*) FROM mirror.inbox_cursor WHERE stands_since IS NOT NULL AND fault LIKE"
		     " '%By others.'",
		     1);
	spin(8000); /* longer than an event's patience */
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	run(look_at_health, &health);
	ck_assert_int_eq(health.standing, 1);
	ck_assert_int_gt(health.behind_us, 10 * SECOND_US);
	run(read_status, &status);
	ck_assert_int_gt(status.stands_us, 1 * SECOND_US);
	knobs.contended = false;
	until_slowly(ITEMS, 5);
	settle();
	run(look_at_health, &health);
	ck_assert_int_eq(health.standing, 0);
	ASSERT_SQL("SELECT count(*) FROM mirror.inbox_cursor WHERE stands_since IS NOT NULL", 0);
}
