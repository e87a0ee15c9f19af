/* Delivery: each event once and in order, whatever happens between the commit and the effect. */
#include "bus/scene.h"
#include "support/test.h"

/* --- telling --- */

SCENE(open_scene, close_scene);

TEST(event_arrives_whole)
{
	struct uuid id = uuid_new();

	tell_one(&item_added, id, 7, 42);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect e JOIN shop.outbox o USING (event_id, agg_id, "
		   "agg_version, part, off)"
		   " WHERE n = 42 AND e.name = 'a name' AND e.agg_version = 7 AND e.correlation_id = 'boot'"
		   " AND o.correlation_id = 'boot' AND o.actor_id IS NULL AND o.topic = 'item.added' AND "
		   "o.schema_version = 1"
		   " AND o.created_at BETWEEN now() - interval '1 minute' AND now() + interval '1 second'",
		   1);
	ck_assert_int_eq(memory.count, 1);
	ck_assert_int_eq(memory.n[0], 42);
}

TEST(many_events)
{
	struct uuid ids[20];

	for (int i = 0; i < 20; i++)
		ids[i] = uuid_new();
	for (int i = 0; i < 300; i++)
		tell_one(i % 3 ? &item_changed : &item_added, ids[i % 20], i / 20 + 1, i + 1);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items'", 300);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.state'", 200);
	ck_assert_int_eq(memory.count, 300);
	assert_complete();
	ck_assert_uint_eq(stats_now().told, 300);
	ck_assert_uint_eq(stats_now().holes, 0);
}

TEST(several_in_one_change)
{
	struct telling_test t = {&item_changed, uuid_new(), 1, 1, 120, "x"};

	run(tell_in_task, &t);
	tell_one(&item_changed, t.id, 121, 121);
	settle();
	ASSERT_SQL(
		"SELECT count(*) FROM shop.outbox WHERE off = agg_version AND (payload->>'n')::bigint = off",
		121);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items' AND n = off", 121);
	assert_complete();
}

static err tell_in_all_parts(struct ctx *cx, void *arg)
{
	struct change *ch = change_begin(cx);

	(void)arg;
	for (int i = 0; i < 64; i++) {
		struct uuid id = id_in_part(15 - i % PARTS, i);
		const struct item item = {.item_id = id, .n = i + 1};

		tell_(ch, &item_added, id, 1, &item);
	}
	return change_commit(cx, ch);
}

TEST(all_partitions_in_one_change)
{
	run(tell_in_all_parts, NULL);
	settle();
	ASSERT_SQL("SELECT count(*) FROM shop.outbox_head WHERE off = 4", 16);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 64);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE name IS NULL", 64);
	assert_complete();
}

static err insert_and_tell(struct ctx *cx, void *arg)
{
	const struct item *item = arg;
	struct change *ch = change_begin(cx);

	tell_(ch, &item_added, item->item_id, 1, item);
	change_add_(ch, &shop_statements[0], item);
	return change_commit(cx, ch);
}

TEST(undone_change_tells_nothing)
{
	struct item item = {.item_id = uuid_new(), .n = 1};

	run(insert_and_tell, &item);
	for (int i = 0; i < 5; i++)
		ck_assert(problem_is(loop_call(insert_and_tell, &item, PATIENCE_MS), ITEM_TAKEN));
	tell_one(&item_added, item.item_id, 2, 2);
	settle();
	ASSERT_SQL("SELECT count(*) FROM shop.outbox", 2);
	ASSERT_SQL("SELECT max(off) FROM shop.outbox_head", 2);
	ck_assert_uint_eq(stats_now().told, 2);
}

TEST(nobody_hears)
{
	for (int i = 1; i <= 30; i++)
		tell_one(&item_ignored, uuid_new(), 1, i);
	settle(); /* the cursors pass what is of no interest */
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 0);
	ck_assert_int_eq(knobs.calls, 0);
	tell_one(&item_mirrored, uuid_new(), 1, 1); /* of mirror: no subscription at all */
	ASSERT_SQL("SELECT count(*) FROM mirror.outbox", 1);
}

TEST(apply_tells_on)
{
	knobs.tells_on = true;
	for (int i = 1; i <= 20; i++)
		tell_one(&item_added, uuid_new(), 1, i);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.outbox WHERE topic = 'item.mirrored' AND correlation_id = "
		   "'boot'",
		   20);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 20);
}

/* --- gaps between commit and effect --- */

TEST(ring_overflow)
{
	struct uuid id = id_in_part(3, 0);

	instance_close();
	scene_config.ring_slots = 4;
	scene_config.batch_max = 3;
	instance_open();
	knobs.wait_ms = 5;
	for (int i = 0; i < 10; i++) {
		struct telling_test t = {&item_changed, id, i * 20 + 1, i * 20 + 1, 20, "x"};

		run(tell_in_task, &t);
	}
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items' AND n = off", 200);
	ck_assert_int_eq(memory.count, 200);
	ck_assert_uint_gt(stats_now().read_back, 0);
	assert_complete();
}

/* Commits an event as another instance would: nothing is pushed here. */
static void tell_elsewhere(int part, int n)
{
	free(test_sql(conninfo,
		      "BEGIN; UPDATE shop.outbox_head SET off = off + 1 WHERE part = %d;"
		      "INSERT INTO shop.outbox SELECT %d, off, gen_random_uuid(), 'item.changed', "
		      "gen_random_uuid(), 1, 1,"
		      " '{\"item_id\": \"0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee\", \"n\": %d, \"name\": "
		      "\"elsewhere\"}', NULL, NULL,"
		      " now() FROM shop.outbox_head WHERE part = %d; COMMIT",
		      part, part, n, part));
}

TEST(commit_without_push)
{
	for (int i = 0; i < 40; i++)
		tell_elsewhere(i % 16, i);
	int64_t began = clock_mono_now();
	while (memory.count < 40 && clock_mono_now() < began + 10 * SECOND_US)
		spin(5);
	ck_assert_int_eq(memory.count, 40);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 80);
	tell_one(&item_added, id_in_part(2, 0), 1, 100); /* and the fast path goes on behind it */
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 81);
	assert_complete();
}

TEST(gap_before_pushed_event)
{
	for (int i = 0; i < 30; i++) {
		tell_elsewhere(5, 2 * i);
		tell_one(&item_changed, id_in_part(5, i), 1, 2 * i + 1);
	}
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items' AND n = off - 1",
		   60);
	ck_assert_int_eq(memory.count, 60);
	for (int i = 0; i < 60; i++)
		ck_assert_int_eq(memory.n[i], i);
	assert_complete();
}

#define SUM_OF_ITEMS "SELECT sum(n) FROM mirror.effect WHERE subscription = 'mirror.items'"

TEST(other_instance_was_first)
{
	struct uuid id = id_in_part(9, 0);

	reopen_without_sweep(); /* none sees it before the reader does */
	tell_one(&item_added, id, 1, 1);
	until_sql(SUM_OF_ITEMS, 1);
	/* The other instance applies 2 and 3 between our read of the cursor and our change. */
	sql("UPDATE mirror.inbox_cursor SET off = 3 WHERE subscription = 'mirror.items' AND part = 9");
	tell_one(&item_added, id, 2, 2);
	tell_one(&item_added, id, 3, 3);
	tell_one(&item_added, id, 4, 4);
	until_sql(SUM_OF_ITEMS, 5);
	ck_assert_uint_gt(stats_now().moved, 0);
}

TEST(restart_catches_up)
{
	run(scene_drain, NULL);
	struct telling_test t = {&item_changed, id_in_part(1, 0), 1, 1, 170, "while nobody delivers"};
	run(tell_in_task, &t);
	instance_close_undrained();
	instance_open();
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items' AND n = off", 170);
	ck_assert_int_eq(memory.count, 0); /* what is kept in memory begins at the head */
	tell_one(&item_changed, t.id, 171, 171);
	settle();
	ck_assert_int_eq(memory.count, 1);
	assert_complete();
}

TEST(drain_waits_for_applies)
{
	knobs.wait_ms = 200;
	for (int i = 0; i < 16; i++)
		tell_one(&item_added, id_in_part(i, 0), 1, i + 1);
	spin(20);
	ck_assert_int_gt(bus.running, 0);
	run(scene_drain, NULL);
	ck_assert_int_eq(bus.running, 0);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", knobs.calls);
	tell_one(&item_added, id_in_part(0, 0), 2, 100); /* committed, delivered after the restart */
	instance_close_undrained();
	instance_open();
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 17);
}

TEST(drain_cancels_what_hangs)
{
	knobs.wait_ms = 60000;
	tell_one(&item_added, id_in_part(0, 0), 1, 1);
	spin(20);
	ck_assert_int_gt(bus.running, 0);
	int64_t began = clock_mono_now();
	run(scene_drain, NULL);
	ck_assert_int_lt(clock_mono_now() - began, 10 * SECOND_US);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 0);
	instance_close_undrained();
	instance_open();
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 1);
}

/* No sweep is needed between a commit and its effect. */
TEST(fast_path)
{
	reopen_without_sweep();
	for (int i = 1; i <= 20; i++) {
		const int64_t limit = clock_mono_now() + 5 * SECOND_US;

		tell_one(&item_added, id_in_part(i % 4, i), 1, i);
		while ((stats_now().applied < 2 * (uint64_t)i || memory.count < i) &&
		       clock_mono_now() < limit)
			spin(1);
		ck_assert_uint_eq(stats_now().applied, 2 * (uint64_t)i); /* mirror.items and mirror.memory */
	}
	ck_assert_uint_eq(stats_now().read_back, 0);
	ck_assert_uint_eq(stats_now().moved, 0);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 20);
}

/* An operator in another process moves a cursor back: nothing new has to happen for it to be seen. */
TEST(cursor_moved_back_elsewhere)
{
	for (int i = 1; i <= 8; i++)
		tell_one(&item_added, id_in_part(7, i), 1, i);
	settle();
	sql("UPDATE mirror.inbox_cursor SET off = 3, epoch = epoch + 1 WHERE subscription = 'mirror.items' "
	    "AND part = 7");
	until_sql("SELECT count(*) FROM mirror.effect", 8 + 5);
	settle();
	sql("DELETE FROM mirror.effect WHERE id > 8"); /* for assert_sound: these were asked for twice */
}

/* --- failures that pass --- */

TEST(passing_failures_keep_order)
{
	struct uuid id = id_in_part(4, 0);

	knobs.passing = 4;
	for (int i = 1; i <= 30; i++)
		tell_one(&item_added, id, i, i);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE n = off", 30);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	ck_assert_uint_ge(stats_now().retries, 4);
	assert_complete();
}

TEST(lost_connections)
{
	struct uuid ids[8];
	int told = 0, unknown = 0;

	for (int i = 0; i < 8; i++)
		ids[i] = uuid_new();
	for (int i = 0; i < 400; i++) {
		struct telling_test t = {&item_changed, ids[i % 8], i / 8 + 1, i + 1, 1, "x"};

		if (i % 100 == 50)
			sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
			    " WHERE datname = current_database() AND pid <> pg_backend_pid()");
		err e = loop_call(tell_in_task, &t, PATIENCE_MS);
		told += !e;
		unknown += e != NULL;
		ck_assert(!e || e->status == 503);
	}
	settle();
	ck_assert_int_ge(told, 300);
	int64_t logged = sql_int("SELECT count(*) FROM shop.outbox");
	ck_assert_int_ge(logged, told);
	ck_assert_int_le(logged, told + unknown);
	ck_assert_int_eq(sql_int("SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items'"),
			 logged);
	ck_assert_int_eq(memory.count, logged);
	assert_complete();
}

static void allow_connections(bool allow)
{
	const char *server = getenv("VOBE_TEST_PG"),
		   *name = strstr(conninfo, "dbname='test") + strlen("dbname='");
	const int len = (int)strcspn(name, "'");

	free(test_sql(server, "ALTER DATABASE \"%.*s\" ALLOW_CONNECTIONS %s", len, name,
		      allow ? "true" : "false"));
	if (!allow)
		free(test_sql(server,
			      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%.*s'",
			      len, name));
}

TEST(outage)
{
	struct uuid id = id_in_part(8, 0);
	struct telling_test t = {&item_added, id, 1, 1, 40, "x"};

	knobs.wait_ms = 20;
	bus.cfg.batch_max = 1;
	for (int part = 0; part < PARTS; part++) {
		t.id = id_in_part(part, 0);
		run(tell_in_task, &t);
	}
	spin(100);
	allow_connections(false);
	spin(1500);
	t.id = id;
	ck_assert_int_eq(loop_call(tell_in_task, &t, PATIENCE_MS)->status, 503);
	for (int part = 0; part < PARTS; part++)
		bus.hearers[0].readers[part].passing =
			9; /* as if it had lasted: the next wait is half a minute */
	spin(1500);
	allow_connections(true);
	int64_t back = clock_mono_now();
	knobs.wait_ms = 0;
	while (stats_now().applied < 2 * 640 && clock_mono_now() < back + 15 * SECOND_US)
		spin(10);
	ck_assert_int_lt(clock_mono_now() - back, 10 * SECOND_US);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect", 640);
	assert_complete();
}

/* --- many writers --- */

enum { WRITERS = 8, CHANGES = 60 };

struct writer {
	struct ctx cx;
	int number, committed, undone;
	bool ended;
};

/* A third of the changes fails at a unique key, after the events were told. */
static err write_much(struct ctx *cx, void *arg)
{
	struct writer *w = arg;
	struct uuid taken = uuid_of("test", "taken");

	for (int i = 0; i < CHANGES; i++) {
		const bool fails = (i + w->number) % 3 == 0;
		const struct item item = {.item_id = fails ? taken : uuid_new(), .n = i + 1};
		struct change *ch = change_begin(cx);

		for (int j = 0; j <= i % 4; j++)
			tell_(ch, &item_added, j ? uuid_new() : item.item_id, 1, &item);
		change_add_(ch, &shop_statements[0], &item);
		err e = change_commit(cx, ch);
		ck_assert(fails ? problem_is(e, ITEM_TAKEN) : !e);
		w->committed += !e ? i % 4 + 1 : 0;
		w->undone += e != NULL;
		if (i % 5 == 0)
			TRY(wait_ms(cx, w->number % 3));
	}
	return NULL;
}

static void writer_ended(void *arg, err result)
{
	struct writer *w = arg;

	ck_assert_ptr_null(result);
	w->ended = true;
}

TEST(gapless_under_writers)
{
	struct item item = {.item_id = uuid_of("test", "taken"), .n = 1};
	struct writer writers[WRITERS] = {0};
	int64_t committed = 1;

	run(insert_and_tell, &item);
	for (int i = 0; i < WRITERS; i++) {
		writers[i].number = i;
		writers[i].cx = (struct ctx){.arena = arena_new(), .request_id = "writer"};
		ck_assert(task_start(&writers[i].cx, write_much, &writers[i], writer_ended));
	}
	for (int i = 0; i < WRITERS; i++) {
		ck_assert(loop_until(&writers[i].ended, PATIENCE_MS));
		committed += writers[i].committed;
		ck_assert_int_eq(writers[i].undone, CHANGES / 3);
		arena_free(writers[i].cx.arena);
	}
	settle();
	ck_assert_int_eq(sql_int("SELECT count(*) FROM shop.outbox"), committed);
	ck_assert_int_eq(sql_int("SELECT count(*) FROM mirror.effect"), committed);
	ck_assert_int_eq(sql_int("SELECT sum(off) FROM shop.outbox_head"), committed);
	ck_assert_int_eq(memory.count, committed);
	ck_assert_uint_eq(stats_now().holes, 0);
	assert_complete();
}
