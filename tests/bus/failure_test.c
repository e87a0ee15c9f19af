/* Events that cannot be applied, and what operators do: dead letters, retry, discard, replay, holes, status.
 */
#include "bus/scene.h"
#include "support/test.h"

#include <stdio.h>

static struct uuid bad, good; /* two aggregates of one partition */

static void open_poisoned(void)
{
	conninfo = scene_database();
	instance_open();
	bad = id_in_part(6, 1);
	good = id_in_part(6, 2);
	knobs.poison = 666;
}

#define ITEMS "SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.items'"

/* A dead letter of mirror.items: item.added of `bad`, version 2, and around it events that can be applied. */
static void poison_items(void)
{
	tell_one(&item_added, bad, 1, 1);
	tell_one(&item_added, bad, 2, 666);
	tell_one(&item_added, good, 1, 2);
	tell_one(&item_added, bad, 3, 3);
	tell_one(&item_added, good, 2, 4);
	tell_one(&item_added, bad, 4, 5);
	settle();
}

static int64_t dead_id(void)
{
	return sql_int("SELECT id FROM mirror.dead_letter ORDER BY id LIMIT 1");
}

static err retry(struct ctx *cx, void *arg)
{
	return bus_retry_dead(cx, "mirror", *(int64_t *)arg);
}

static err discard(struct ctx *cx, void *arg)
{
	return bus_discard_dead(cx, "mirror", *(int64_t *)arg);
}

/* --- dead letters --- */

SCENE(open_poisoned, instance_close);

TEST(poison_is_put_aside)
{
	poison_items();
	ASSERT_SQL(ITEMS " AND agg_version < 3", 3);
	ASSERT_SQL(ITEMS " AND n IN (3, 5, 666)", 0);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE subscription = 'mirror.items' AND source = "
		   "'shop'"
		   " AND part = 6 AND off = 2 AND topic = 'item.added' AND agg_version = 2 AND tries = 8"
		   " AND fault LIKE 'poison: The test%'"
		   " AND payload->>'n' = '666' AND correlation_id = 'boot'",
		   1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked WHERE subscription = 'mirror.items' AND off IN (4, 6)",
		   2);
	assert_sound();
	assert_complete();
	ck_assert_uint_eq(stats_now().dead, 1);
	ck_assert_uint_eq(stats_now().parked, 2);
	ck_assert_int_eq(memory.count, 6);
}

TEST(poison_within_a_batch)
{
	struct telling_test t = {&item_added, good, 1, 600, 100, "x"};

	run(scene_drain, NULL); /* so that all come in one batch */
	run(tell_in_task, &t);
	instance_close_undrained();
	instance_open();
	knobs.poison = 666;
	settle();
	ASSERT_SQL(ITEMS, 66);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE (payload->>'n')::int = 666", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 33);
	assert_sound();
	assert_complete();
}

TEST(hundred_poisons)
{
	for (int i = 0; i < 400; i++)
		tell_one(&item_added, id_in_part((i + i / 16) % 16, i), 1, i % 4 == 3 ? 666 : i + 1000);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 100);
	ASSERT_SQL(ITEMS, 300);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 0);
	assert_complete();
}

TEST(blocked_after_restart)
{
	poison_items();
	instance_close();
	instance_open();
	knobs.poison = 666;
	tell_one(&item_added, bad, 5, 7);
	tell_one(&item_added, good, 3, 8);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 3);
	ASSERT_SQL(ITEMS " AND n = 8", 1);
	assert_complete();
}

TEST(retry_unparks_in_order)
{
	poison_items();
	int64_t id = dead_id();
	knobs.heals = true;
	run(retry, &id);
	tell_one(&item_added, bad, 5, 9);
	until_sql("SELECT count(*) FROM mirror.parked", 0);
	settle();
	ASSERT_SQL(ITEMS, 7);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	assert_sound(); /* in order, each once */
	assert_complete();
	ck_assert(problem_is(loop_call(retry, &id, PATIENCE_MS), NOT_FOUND));
}

TEST(retry_that_fails_again)
{
	poison_items();
	int64_t id = dead_id();
	run(retry, &id);
	until_sql("SELECT count(*) FROM mirror.dead_letter", 1);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 2);
	ASSERT_SQL(ITEMS, 3);
	ck_assert_int_ne(dead_id(), id);
	assert_complete();
	knobs.heals = true;
	id = dead_id();
	run(retry, &id);
	until_sql(ITEMS, 6);
	assert_sound();
}

TEST(discard_unparks_in_order)
{
	poison_items();
	int64_t id = dead_id();
	run(discard, &id);
	until_sql("SELECT count(*) FROM mirror.parked", 0);
	ASSERT_SQL(ITEMS, 5);
	ASSERT_SQL(ITEMS " AND n = 666", 0);
	tell_one(&item_added, bad, 5, 9);
	settle();
	ASSERT_SQL(ITEMS, 6);
	assert_sound();
	ck_assert(problem_is(loop_call(discard, &id, PATIENCE_MS), NOT_FOUND));
}

/* The second of the parked is poison too: it takes the place of the first. */
TEST(poison_behind_poison)
{
	tell_one(&item_added, bad, 1, 666);
	tell_one(&item_added, bad, 2, 2);
	tell_one(&item_added, bad, 3, 666);
	tell_one(&item_added, bad, 4, 4);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 3);
	int64_t id = dead_id();
	run(discard, &id);
	until_sql("SELECT count(*) FROM mirror.dead_letter WHERE off = 3", 1);
	ASSERT_SQL(ITEMS " AND n = 2", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked WHERE off = 4", 1);
	id = dead_id();
	run(discard, &id);
	until_sql(ITEMS " AND n = 4", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 0);
	assert_sound();
}

/* As another process would: the reader here learns of it by the cursor's epoch. */
TEST(discard_elsewhere)
{
	poison_items();
	sql("BEGIN; UPDATE mirror.inbox_cursor SET epoch = epoch + 1 WHERE subscription = 'mirror.items' AND "
	    "part = 6;"
	    "DELETE FROM mirror.dead_letter; COMMIT");
	until_sql("SELECT count(*) FROM mirror.parked", 0);
	ASSERT_SQL(ITEMS, 5);
	assert_sound();
}

/* Two instances find the same loose events: only the epoch tells the second that they are gone. */
TEST(loose_applied_elsewhere)
{
	poison_items();
	int64_t id = dead_id();
	knobs.heals = true;
	knobs.wait_ms = 400;
	int calls = knobs.calls;
	run(retry, &id);
	while (knobs.calls == calls)
		spin(5);
	sql("BEGIN; UPDATE mirror.inbox_cursor SET epoch = epoch + 1 WHERE subscription = 'mirror.items' AND "
	    "part = 6;"
	    "INSERT INTO mirror.effect (subscription, event_id, agg_id, agg_version, part, off, n)"
	    " SELECT subscription, event_id, agg_id, agg_version, part, off, 0 FROM mirror.parked ORDER BY "
	    "off;"
	    "DELETE FROM mirror.parked; COMMIT");
	until_sql(ITEMS, 6);
	tell_one(&item_added, bad, 5, 9);
	settle();
	ASSERT_SQL(ITEMS, 7);
	assert_sound();
	ck_assert_uint_gt(stats_now().moved, 0);
}

/* --- later events that make up for a dead letter --- */

#define STATE "SELECT count(*) FROM mirror.effect WHERE subscription = 'mirror.state'"

TEST(later_state_supersedes)
{
	tell_one(&item_changed, bad, 1, 666);
	tell_one(&item_changed, bad, 2, 666);
	tell_one(&item_changed, good, 1, 5);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE subscription = 'mirror.state' AND off = 1",
		   1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked WHERE subscription = 'mirror.state' AND off = 2", 1);
	ASSERT_SQL(STATE, 1);
	tell_one(&item_changed, bad, 3, 7);
	settle();
	ASSERT_SQL(STATE " AND n = 7", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE subscription = 'mirror.state'", 0);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked WHERE subscription = 'mirror.state'", 0);
	tell_one(&item_changed, bad, 4, 8); /* and nothing is in its way any more */
	settle();
	ASSERT_SQL(STATE " AND n = 8", 1);
	/* The other subscription does not work so: there all wait. */
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE subscription = 'mirror.items'", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked WHERE subscription = 'mirror.items'", 3);
}

/* --- other failures --- */

TEST(memory_drops_poison)
{
	knobs.poison = 0;
	tell_one(&item_added, bad, 1, 1);
	tell_one(&item_added, bad, 2, -1);
	tell_one(&item_added, bad, 3, 3);
	settle();
	for (int i = 0; memory.count < 2 && i < 1000; i++)
		spin(10);
	ck_assert_int_eq(memory.count, 2);
	ck_assert_int_eq(memory.n[1], 3);
	ck_assert_int_ge(memory.fails, 8); /* and once more when it came with others */
	ck_assert_int_le(memory.fails, 9);
	ck_assert_uint_eq(stats_now().dropped, 1);
}

TEST(unreadable_payload)
{
	sql("UPDATE shop.outbox_head SET off = 1 WHERE part = 6;"
	    "INSERT INTO shop.outbox VALUES (6, 1, gen_random_uuid(), 'item.added', gen_random_uuid(), 1, 1,"
	    " '{\"item_id\": 7, \"n\": \"many\"}', NULL, NULL, now())");
	tell_one(&item_added, good, 1, 2);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter WHERE off = 1 AND fault LIKE 'validation_failed: "
		   "/%'",
		   1);
	ASSERT_SQL(ITEMS " AND n = 2", 1);
}

TEST(hole_is_an_alarm)
{
	run(scene_drain, NULL);
	for (int i = 1; i <= 5; i++)
		tell_one(&item_added, good, i, i);
	sql("CREATE TABLE shop.lost AS SELECT * FROM shop.outbox WHERE off = 3; DELETE FROM shop.outbox "
	    "WHERE off = 3");
	instance_close_undrained();
	instance_open();
	until_sql(ITEMS, 2);
	spin(300);
	ASSERT_SQL(ITEMS, 2); /* never passed over */
	ck_assert_uint_gt(stats_now().holes, 0);
	ASSERT_SQL("SELECT off FROM mirror.inbox_cursor WHERE subscription = 'mirror.items' AND part = 6", 2);
	sql("INSERT INTO shop.outbox SELECT * FROM shop.lost; DROP TABLE shop.lost");
	settle();
	ASSERT_SQL(ITEMS, 5);
	assert_sound();
	assert_complete();
}

/* --- replay --- */

static err replay_all(struct ctx *cx, void *arg)
{
	return bus_replay(cx, "mirror.items", *(int64_t *)arg);
}

static err replay_memory(struct ctx *cx, void *arg)
{
	(void)arg;
	return bus_replay(cx, "mirror.memory", 0);
}

static err replay_unknown(struct ctx *cx, void *arg)
{
	(void)arg;
	return bus_replay(cx, "mirror.nothing", 0);
}

TEST(replay)
{
	for (int i = 0; i < 60; i++)
		tell_one(&item_added, id_in_part(i % 3, i), 1, i + 1);
	settle();
	sql("UPDATE shop.outbox SET created_at = created_at - interval '1 hour' WHERE off <= 15");
	int64_t since = clock_now_us() - 600 * SECOND_US;
	run(replay_all, &since);
	until_sql(ITEMS, 60 + 15);
	settle();
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE off > 15", 30);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect WHERE off <= 15", 45);
	since = 0;
	run(replay_all, &since);
	until_sql(ITEMS, 75 + 60);
	since = clock_now_us() + 600 * SECOND_US; /* never forward, and nothing to do */
	run(replay_all, &since);
	settle();
	spin(200);
	ASSERT_SQL(ITEMS, 75 + 60);
	ck_assert(problem_is(loop_call(replay_unknown, NULL, PATIENCE_MS), NOT_FOUND));
	ck_assert_int_eq(loop_call(replay_memory, NULL, PATIENCE_MS)->status, 409);
}

TEST(replay_never_goes_forward)
{
	int64_t since = clock_now_us() + 600 * SECOND_US;

	run(scene_drain, NULL);
	for (int i = 1; i <= 5; i++)
		tell_one(&item_added, good, i, i);
	run(replay_all, &since);
	instance_close_undrained();
	instance_open();
	settle();
	ASSERT_SQL(ITEMS, 5);
}

TEST(replay_over_dead_letters)
{
	int64_t since = 0;

	poison_items();
	run(replay_all, &since);
	until_sql(ITEMS " AND n IN (2, 4)", 4);
	settle();
	/* Whatever is aside stays aside, once; the first event of the aggregate waits with them now. */
	ASSERT_SQL("SELECT count(*) FROM mirror.dead_letter", 1);
	ASSERT_SQL("SELECT count(*) FROM mirror.parked", 3);
	knobs.heals = true;
	int64_t id = dead_id();
	run(retry, &id);
	until_sql("SELECT count(*) FROM mirror.parked", 0);
	ASSERT_SQL(ITEMS " AND agg_version = 4", 1);
}

TEST(new_subscription_hears_what_is_kept)
{
	for (int i = 1; i <= 10; i++)
		tell_one(&item_added, good, i, i);
	settle();
	instance_close();
	sql("DELETE FROM mirror.inbox_cursor WHERE subscription = 'mirror.items'; DELETE FROM mirror.effect;"
	    "DELETE FROM shop.outbox WHERE off <= 4");
	instance_open();
	settle();
	ASSERT_SQL(ITEMS, 6);
	ASSERT_SQL("SELECT min(n) FROM mirror.effect", 5);
}

/* --- retention --- */

static err purge(struct ctx *cx, void *arg)
{
	(void)arg;
	return purge_all(cx);
}

TEST(retention)
{
	knobs.poison = 0;
	for (int i = 0; i < 64; i++)
		tell_one(&item_added, id_in_part(i % 16, i), 1, i + 1);
	settle();
	sql("UPDATE shop.outbox SET created_at = now() - interval '8 days' WHERE off <= 3 AND part < 8;"
	    /* ... and one behind younger ones: clocks differ. */
	    "UPDATE shop.outbox SET created_at = now() - interval '8 days' WHERE off = 4 AND part = 8;"
	    "INSERT INTO shop.idempotency_keys VALUES (NULL, 'old', '', 200, '', now() - interval '25 "
	    "hours'),"
	    " (NULL, 'new', '', 200, '', now() - interval '23 hours')");
	/* One subscriber has not passed partition 0. */
	run(scene_drain, NULL);
	sql("UPDATE mirror.inbox_cursor SET off = 1 WHERE subscription = 'mirror.state' AND part = 0");
	instance_close_undrained();
	instance_open_unstarted();
	run(scene_check, NULL);
	run(purge, NULL);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox WHERE part BETWEEN 1 AND 7", 7);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox WHERE part >= 8", 32);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox WHERE part = 0", 3);
	ASSERT_SQL("SELECT count(*) FROM shop.idempotency_keys WHERE key = 'new'", 1);
	ASSERT_SQL("SELECT count(*) FROM shop.idempotency_keys", 1);
	run(scene_boot, NULL);
	settle();
	ck_assert_uint_eq(stats_now().holes, 0);
	tell_one(&item_added, id_in_part(1, 0), 2, 100);
	settle();
	ASSERT_SQL(ITEMS, 65);
}

/* --- what operators see --- */

static err look(struct ctx *cx, void *arg)
{
	struct bus_status *rows;
	struct dead_letter *letters;
	int count, dead;

	(void)arg;
	TRY(bus_status(cx, &rows, &count));
	ck_assert_int_eq(count, 3 * 16);
	for (int i = 0; i < count; i++) {
		ck_assert_str_eq(rows[i].source, "shop");
		ck_assert_int_eq(rows[i].part, i % 16);
		ck_assert_int_eq(rows[i].head, i % 16 == 6 ? 6 : 0);
		ck_assert_int_eq(rows[i].cursor, rows[i].head);
		ck_assert_int_eq(rows[i].dead, i == 6);
		ck_assert_int_eq(rows[i].parked, i == 6 ? 2 : 0);
		ck_assert_int_eq(rows[i].lag_us, 0);
		ck_assert_ptr_null(rows[i].fault);
	}
	TRY(bus_dead_letters(cx, "mirror", 10, &letters, &dead));
	ck_assert_int_eq(dead, 1);
	ck_assert_str_eq(letters[0].subscription, "mirror.items");
	ck_assert_str_eq(letters[0].topic, "item.added");
	ck_assert_str_eq(letters[0].source, "shop");
	ck_assert_int_eq(letters[0].off, 2);
	ck_assert_int_eq(letters[0].tries, 8);
	ck_assert(uuid_equal(letters[0].aggregate_id, bad));
	ck_assert_ptr_nonnull(strstr(letters[0].fault, "wants this event to fail"));
	ck_assert(problem_is(bus_dead_letters(cx, "nowhere", 10, &letters, &dead), NOT_FOUND));
	return NULL;
}

static err look_at_lag(struct ctx *cx, void *arg)
{
	struct bus_status *rows;
	int count;

	(void)arg;
	TRY(bus_status(cx, &rows, &count));
	ck_assert_str_eq(rows[6].subscription, "mirror.items");
	ck_assert_int_eq(rows[6].head - rows[6].cursor, 1);
	ck_assert_int_ge(rows[6].lag_us, 1000);
	ck_assert_ptr_nonnull(strstr(rows[6].fault, "unavailable: The service cannot answer"));
	return NULL;
}

TEST(status)
{
	poison_items();
	run(look, NULL);
	knobs.passing = 1000;
	tell_one(&item_added, good, 9, 9);
	spin(100);
	run(look_at_lag, NULL);
	knobs.passing = 0;
	settle();
}

static err write_tail(struct ctx *cx, void *arg)
{
	TRY(bus_tail(cx, "shop", 3, arg));
	ck_assert(problem_is(bus_tail(cx, "nowhere", 3, arg), NOT_FOUND));
	return NULL;
}

TEST(tail)
{
	char *text = NULL, *line;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int lines = 0;

	for (int i = 1; i <= 5; i++)
		tell_one(&item_added, id_in_part(i, 0), i, i);
	run(write_tail, out);
	fclose(out);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char version[40];

		snprintf(version, sizeof version, "\"aggregate_version\":%d,", 3 + lines++);
		ck_assert_ptr_nonnull(strstr(line, version));
		ck_assert_ptr_nonnull(strstr(line, "\"event_type\":\"item.added\""));
		ck_assert_ptr_nonnull(strstr(line, "\"source\":\"shop\""));
		ck_assert_ptr_nonnull(strstr(line, "\"actor_id\":null}}"));
	}
	ck_assert_int_eq(lines, 3);
	free(text);
}
