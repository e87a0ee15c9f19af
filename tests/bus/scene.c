/* The modules `shop` and `mirror`, an instance that runs them, and what must hold of their tables. */
#include "bus/scene.h"

#include "db/loader/cache.h"

struct knobs knobs;
struct memory memory;

struct statement shop_statements[] = {
	{.name = "item_insert",
	 .sql = "INSERT INTO item (item_id, n, name) VALUES ($item_id, $n, $name)",
	 .in = &item_schema},
	{0},
};

static const struct violation shop_violations[] = {{"item_pkey", ITEM_TAKEN, NULL}, {0}};

static const struct event *const shop_tells[] = {&item_added, &item_changed, &item_ignored, NULL};

const struct module shop = {
	.name = "shop",
	.tells = shop_tells,
	.violations = shop_violations,
};

static struct statement mirror_statements[] = {
	{.name = "effect_insert",
	 .sql = "INSERT INTO effect"
		" (subscription, event_id, agg_id, agg_version, part, off, n, name, correlation_id, actor_id)"
		" VALUES ($subscription, $event_id, $agg_id, $agg_version, $part, $off, $n, $name, "
		"$correlation_id, $actor_id)",
	 .in = &effect_schema},
	{0},
};

static const struct problem HELD[1] = {
	{.code = "unavailable", .status = 503, .title = "Held", .detail = "By others.", .contended = true}};

static err effects_add(struct ctx *cx, struct change *ch, const char *subscription,
		       const struct delivery *batch, int count)
{
	knobs.calls++;
	if (knobs.wait_ms)
		TRY(wait_ms(cx, knobs.wait_ms));
	if (knobs.passing > 0) {
		knobs.passing--;
		return UNAVAILABLE;
	}
	if (knobs.contended)
		return HELD;
	if (knobs.too_many && count >= knobs.too_many)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		const struct delivery *d = &batch[i];
		const struct item *item = d->payload_;
		const struct effect effect = {
			.subscription = subscription,
			.event_id = d->event_id,
			.agg_id = d->aggregate_id,
			.agg_version = d->aggregate_version,
			.part = d->part,
			.off = d->off,
			.n = item->n,
			.name = item->name,
			.correlation_id = d->correlation_id,
			.actor_id = d->actor_id,
		};

		if (knobs.stuck && item->n == knobs.stuck)
			return problem_cause(cx, UNAVAILABLE,
					     "mirror.effect_insert: no room (SQLSTATE 53100)");
		if (knobs.poison && item->n == knobs.poison && !knobs.heals)
			return POISON;
		change_add_(ch, &mirror_statements[0], &effect);
		if (knobs.tells_on)
			tell_(ch, &item_mirrored, d->aggregate_id, d->aggregate_version, item);
	}
	return NULL;
}

static err apply_items(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return effects_add(cx, ch, "mirror.items", batch, count);
}

static err note_restart(struct ctx *cx, struct change *ch)
{
	(void)cx, (void)ch;
	if (knobs.meanwhile)
		sql(knobs.meanwhile);
	knobs.meanwhile = NULL;
	return NULL;
}

static err apply_state(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	return effects_add(cx, ch, "mirror.state", batch, count);
}

static err apply_memory(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx;
	ck_assert_ptr_null(ch);
	for (int i = 0; i < count; i++) {
		const struct item *item = batch[i].payload_;

		if (item->n == -1) {
			memory.fails++;
			return POISON;
		}
		memory.n[memory.count++ % MEMORY_MAX] = item->n;
	}
	return NULL;
}

static const struct event *const heard_items[] = {&item_added, &item_changed, NULL};

static const struct event *const heard_changes[] = {&item_changed, NULL};

static const struct event *const mirror_tells[] = {&item_mirrored, NULL};

static struct subscription mirror_hears[] = {
	{.name = "mirror.items",
	 .source = "shop",
	 .events = heard_items,
	 .restarted = note_restart,
	 .apply = apply_items},
	{.name = "mirror.state",
	 .source = "shop",
	 .events = heard_changes,
	 .apply = apply_state,
	 .supersedes = true},
	{.name = "mirror.memory",
	 .source = "shop",
	 .events = heard_items,
	 .hearing = IN_MEMORY,
	 .apply = apply_memory},
	{0},
};

const struct module mirror = {
	.name = "mirror",
	.tells = mirror_tells,
	.hears = mirror_hears,
};

static const struct module *const scene_modules[] = {&shop, &mirror, NULL};

const char *conninfo;

struct bus_config scene_config = {.sweep_ms = 50,
				  .batch_max = 50,
				  .ring_slots = 256,
				  .retention_s = 604800,
				  .answers_s = 86400,
				  .letters_s = 90 * 86400,
				  .patience_s = 5};

const char *scene_database(void)
{
	const char *at = test_database((const char *const[]){"shop", "mirror", NULL});

	test_sql(at,
		 "CREATE TABLE shop.item (item_id uuid PRIMARY KEY, n bigint NOT NULL, name text);"
		 "CREATE TABLE mirror.effect (id bigint GENERATED ALWAYS AS IDENTITY, subscription text NOT "
		 "NULL,"
		 " event_id uuid NOT NULL, agg_id uuid NOT NULL, agg_version bigint NOT NULL, part smallint "
		 "NOT NULL,"
		 " off bigint NOT NULL, n bigint NOT NULL, name text, correlation_id text, actor_id uuid);"
		 "CREATE INDEX ON mirror.effect (event_id); CREATE INDEX ON mirror.effect (n)");
	return at;
}

void run(err (*fn)(struct ctx *cx, void *arg), void *arg)
{
	err e = loop_call(fn, arg, PATIENCE_MS);

	ck_assert_msg(!e, "%s: %s", e ? e->code : "", e ? e->detail : "");
}

err scene_check(struct ctx *cx, void *arg)
{
	(void)arg;
	for (const struct module *const *m = scene_modules; *m; m++)
		TRY(pool_check(cx, pool_of((*m)->name)));
	return NULL;
}

err scene_boot(struct ctx *cx, void *arg)
{
	TRY(scene_check(cx, arg));
	return bus_start(cx);
}

void instance_open_unstarted(void)
{
	log_open(2, getenv("VOBE_TEST_LOG") ? LOG_DEBUG_ : LOG_ERROR_ + 1, LOG_TEXT);
	memset(&knobs, 0, sizeof knobs);
	memset(&memory, 0, sizeof memory);
	loop_open();
	tasks_open(1000, 65536);
	db_open();
	cache_open(1 << 20);
	for (const struct module *const *m = scene_modules; *m; m++) {
		struct pool *p = pool_open(&(struct pool_config){
			.module = (*m)->name,
			.conninfo = conninfo,
			.write_lanes = 3,
			.slow_lanes = 1,
			.queue_max = 10000,
			.statement_timeout_ms = 10000,
			.slow_timeout_ms = 10000,
			.lock_timeout_ms = 5000,
			.idle_transaction_timeout_ms = 10000,
			.violations = (*m)->violations,
		});

		pool_statements(p, *m == &shop ? shop_statements : mirror_statements);
	}
	bus_open(&scene_config, scene_modules);
}

void instance_open(void)
{
	instance_open_unstarted();
	run(scene_boot, NULL);
}

err scene_drain(struct ctx *cx, void *arg)
{
	(void)arg;
	bus_drain(cx);
	return NULL;
}

void instance_close_undrained(void)
{
	bus_close();
	for (const struct module *const *m = scene_modules; *m; m++)
		pool_close(pool_of((*m)->name));
	cache_close();
	db_close();
	tasks_close();
	loop_close();
}

void instance_close(void)
{
	run(scene_drain, NULL);
	instance_close_undrained();
}

void reopen_without_sweep(void)
{
	instance_close();
	scene_config.sweep_ms = 60000;
	instance_open();
}

err tell_in_task(struct ctx *cx, void *arg)
{
	const struct telling_test *t = arg;
	struct change *ch = change_begin(cx);

	for (int i = 0; i < t->times; i++) {
		const struct item item = {.item_id = t->id, .n = t->n + i, .name = t->name};

		tell_(ch, t->event, t->id, t->version + i, &item);
	}
	return change_commit(cx, ch);
}

void tell_one(const struct event *ev, struct uuid id, int64_t version, int64_t n)
{
	struct telling_test t = {ev, id, version, n, 1, "a name"};

	run(tell_in_task, &t);
}

struct uuid id_in_part(int part, int number)
{
	char name[32];

	for (int i = 0;; i++) {
		snprintf(name, sizeof name, "%d.%d", number, i);
		struct uuid id = uuid_of("test", name);

		if (record_part(id) == part)
			return id;
	}
}

static err ask_settled(struct ctx *cx, void *arg)
{
	return bus_is_settled(cx, arg);
}

void spin(int ms)
{
	const bool never = false;

	loop_until(&never, ms);
}

void settle(void)
{
	const int64_t limit = clock_mono_now() + PATIENCE_MS * INT64_C(1000);
	bool settled = false;

	while (!settled && clock_mono_now() < limit) {
		err e = loop_call(ask_settled, &settled, PATIENCE_MS);

		ck_assert(!e || e->status == 503); /* a pool that is not back yet */
		if (!settled)
			spin(5);
	}
	ck_assert_msg(settled, "the cursors did not reach the heads");
}

int64_t sql_int(const char *sql)
{
	char *text = test_sql(conninfo, "%s", sql);
	int64_t n = text ? atoll(text) : INT_NULL;

	free(text);
	return n;
}

void sql(const char *text)
{
	free(test_sql(conninfo, "%s", text));
}

struct bus_stats stats_now(void)
{
	struct bus_stats s;

	bus_read_stats(&s);
	return s;
}

void until_sql(const char *query, int64_t wanted)
{
	const int64_t limit = clock_mono_now() + PATIENCE_MS * INT64_C(1000);
	int64_t got;

	while ((got = sql_int(query)) != wanted && clock_mono_now() < limit)
		spin(10);
	ck_assert_msg(got == wanted, "%s: %lld instead of %lld", query, (long long)got, (long long)wanted);
}

void assert_sound(void)
{
	ASSERT_SQL("SELECT count(*) FROM (SELECT part, count(*) n, min(off) a, max(off) b FROM shop.outbox "
		   "GROUP BY part) p"
		   " WHERE b - a + 1 <> n",
		   0);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox_head h WHERE off <>"
		   " coalesce((SELECT max(off) FROM shop.outbox o WHERE o.part = h.part), 0)",
		   0);
	ASSERT_SQL("SELECT count(*) FROM"
		   " (SELECT FROM mirror.effect GROUP BY subscription, event_id HAVING count(*) > 1) d",
		   0);
	ASSERT_SQL("SELECT count(*) FROM (SELECT agg_version, lag(agg_version) OVER"
		   " (PARTITION BY subscription, agg_id ORDER BY id) AS before FROM mirror.effect) o WHERE "
		   "before > agg_version",
		   0);
	ASSERT_SQL("SELECT count(*) FROM mirror.effect e WHERE NOT EXISTS (SELECT FROM shop.outbox o WHERE "
		   "o.part = e.part"
		   " AND o.off = e.off AND o.event_id = e.event_id)",
		   0);
}

void assert_complete(void)
{
	ASSERT_SQL("SELECT count(*) FROM shop.outbox o WHERE topic IN ('item.added', 'item.changed')"
		   " AND NOT EXISTS (SELECT FROM mirror.effect e WHERE e.event_id = o.event_id"
		   "                 AND e.subscription = 'mirror.items')"
		   " AND NOT EXISTS (SELECT FROM mirror.dead_letter d WHERE d.event_id = o.event_id)"
		   " AND NOT EXISTS (SELECT FROM mirror.parked p WHERE p.event_id = o.event_id)",
		   0);
}

void scene_pace(int ms)
{
	mirror_hears[0].pace_ms = ms;
}

void open_scene(void)
{
	conninfo = scene_database();
	instance_open();
}

void close_scene(void)
{
	assert_sound();
	instance_close();
}
