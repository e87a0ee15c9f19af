/* Loaders: one statement a turn, single flight, the cache and who may fill it. */
#include "core/for_tests.h"
#include "db/scene.h"
#include "support/test.h"

enum { ITEMS = 50 };
static struct item items[ITEMS];
static struct loader plain, cached;

static err make_items(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	for (int i = 0; i < ITEMS; i++) {
		items[i] = item_make(arena_fmt(cx->arena, "item %d", i), i);
		change_add_(ch, st(INSERT), &items[i]);
	}
	plain = (struct loader){.statement = &scene_statements[BY_IDS]};
	cached = (struct loader){.statement = &scene_statements[BY_IDS], .cache_s = 60};
	return change_commit(cx, ch);
}

static uint64_t statements_since(struct pool_stats before)
{
	return stats().statements - before.statements;
}

static err load_one(struct ctx *cx, struct loader *ld, struct uuid id, const struct item **out)
{
	const void *row;
	TRY(db_load_(cx, ld, &id, 1, &row));
	*out = row;
	return NULL;
}

static err rename_item(struct ctx *cx, struct item *it, const char *name)
{
	struct change *ch = change_begin(cx);
	it->name = name;
	change_add_(ch, st(RENAME), it);
	change_forgets_(ch, &cached, it->id);
	it->version++;
	return change_commit(cx, ch);
}

SCENE(open_scene, close_scene);

TASK_TEST(one_call_is_one_statement)
{
	TRY(make_items(cx));
	struct uuid ids[ITEMS + 3];
	const void *out[ITEMS + 3];
	for (int i = 0; i < ITEMS; i++)
		ids[i] = items[i].id;
	ids[ITEMS] = uuid_new(); /* there is none */
	ids[ITEMS + 1] = (struct uuid){{0}};
	ids[ITEMS + 2] = items[7].id; /* again */
	struct pool_stats before = stats();
	assert_fine(db_load_(cx, &plain, ids, ITEMS + 3, out));
	ck_assert_int_eq(statements_since(before), 1);
	for (int i = 0; i < ITEMS; i++)
		ck_assert_int_eq(((const struct item *)out[i])->n, i);
	ck_assert_ptr_null(out[ITEMS]);
	ck_assert_ptr_null(out[ITEMS + 1]);
	ck_assert_ptr_ne(out[ITEMS + 2], out[7]); /* copies */
	ck_assert_str_eq(((const struct item *)out[ITEMS + 2])->name, "item 7");
	return NULL;
}

TASK_TEST(many_ids_are_several_statements)
{
	enum { COUNT = 600 };
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, COUNT);
	const void **out = ARENA_ARRAY(cx->arena, const void *, COUNT);
	TRY(make_items(cx));
	for (int i = 0; i < COUNT; i++)
		ids[i] = i < ITEMS ? items[i].id : uuid_new();
	struct pool_stats before = stats();
	assert_fine(db_load_(cx, &plain, ids, COUNT, out));
	ck_assert_int_eq(statements_since(before), 3);
	for (int i = 0; i < COUNT; i++)
		ck_assert((out[i] != NULL) == (i < ITEMS));
	return NULL;
}

static err load_branch(struct ctx *cx, void *arg)
{
	const struct item *it = arg, *out;
	TRY(load_one(cx, &plain, it->id, &out));
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(out->n, it->n);
	return NULL;
}

TASK_TEST(all_of_a_turn_share_a_statement)
{
	enum { TASKS = 40 };
	struct branch branches[TASKS];
	TRY(make_items(cx));
	for (int i = 0; i < TASKS; i++)
		branches[i] = (struct branch){.run = load_branch, .arg = &items[i % 20]};
	struct pool_stats before = stats();
	together(cx, branches, TASKS);
	for (int i = 0; i < TASKS; i++)
		assert_fine(branches[i].result);
	ck_assert_int_eq(statements_since(before), 1);
	ck_assert_int_eq(stats().loads_joined - before.loads_joined, 20);
	return NULL;
}

TASK_TEST(kept_rows_need_no_statement_and_no_wait)
{
	const struct item *out;
	TRY(make_items(cx));
	TRY(load_one(cx, &cached, items[3].id, &out));
	struct pool_stats before = stats();
	ck_assert_ptr_null(loader_kept_(cx, &cached, items[4].id));
	ck_assert_ptr_null(loader_kept_(cx, &plain, items[3].id));
	ck_assert_str_eq(((const struct item *)loader_kept_(cx, &cached, items[3].id))->name, "item 3");
	for (int i = 0; i < 5; i++) {
		TRY(load_one(cx, &cached, items[3].id, &out));
		ck_assert_str_eq(out->name, "item 3");
		ck_assert_int_eq(out->other, INT_NULL);
	}
	ck_assert_int_eq(statements_since(before), 0);
	ck_assert_int_eq(stats().cache_hits - before.cache_hits, 6);
	return NULL;
}

TASK_TEST(absence_is_not_kept)
{
	const struct item *out;
	struct item late = item_make("late", 1);
	TRY(make_items(cx));
	TRY(load_one(cx, &cached, late.id, &out));
	ck_assert_ptr_null(out);
	TRY(commit_one(cx, INSERT, &late));
	TRY(load_one(cx, &cached, late.id, &out));
	ck_assert_ptr_nonnull(out);
	return NULL;
}

TASK_TEST(kept_rows_grow_old)
{
	const struct item *out;
	TRY(make_items(cx));
	cached.cache_s = 1;
	TRY(load_one(cx, &cached, items[0].id, &out));
	struct pool_stats before = stats();
	TRY(wait_ms(cx, 1100));
	TRY(load_one(cx, &cached, items[0].id, &out));
	ck_assert_int_eq(statements_since(before), 1);
	return NULL;
}

TASK_TEST(committed_changes_are_forgotten_before_the_caller_knows)
{
	const struct item *out;
	TRY(make_items(cx));
	TRY(load_one(cx, &cached, items[0].id, &out));
	TRY(rename_item(cx, &items[0], "new name"));
	TRY(load_one(cx, &cached, items[0].id, &out));
	ck_assert_str_eq(out->name, "new name");
	return NULL;
}

/* --- The generation rule: a read sent before a change was confirmed fills nothing --- */

static const char *seen_early;

static err load_early(struct ctx *cx, void *arg)
{
	const struct item *out;
	(void)arg;
	TRY(load_one(cx, &cached, items[0].id, &out));
	seen_early = out->name;
	return NULL;
}

static err forget_in_flight(struct ctx *cx, void *arg)
{
	(void)arg;
	TRY(wait_ms(cx, 50)); /* the read was sent, and sleeps on the server */
	loader_forget_(&cached, items[0].id);
	free(test_sql(scene_conninfo, "UPDATE alpha.item SET name = 'changed behind' WHERE n = 0"));
	return NULL;
}

TASK_TEST(reads_sent_before_a_forget_fill_nothing)
{
	static struct statement slow[] = {
		{.name = "slow_by_ids",
		 .sql = "SELECT $i.* FROM item i, pg_sleep(0.3) WHERE id = ANY($ids)",
		 .in = &by_ids_schema,
		 .out = &item_schema},
		{0},
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	const struct item *out;
	struct pool *p = pool_open(&cfg);
	pool_statements(p, slow);
	TRY(pool_check(cx, p));
	TRY(make_items(cx));
	cached.statement = &slow[0];
	struct branch branches[] = {{.run = load_early}, {.run = forget_in_flight}};
	together(cx, branches, 2);
	assert_fine(branches[0].result);
	assert_fine(branches[1].result);
	ck_assert_str_eq(seen_early, "item 0"); /* its snapshot is older; it asked before, so it may */
	TRY(load_one(cx, &cached, items[0].id, &out));
	ck_assert_str_eq(out->name, "changed behind");
	pool_close(p);
	return NULL;
}

/* Nobody is given a row of a read that was sent before a change of which he may have been told. */
static err commit_then_load(struct ctx *cx, void *arg)
{
	const struct item *out;
	TRY(until_read_sleeps(cx));
	TRY(commit_one(cx, BUMP, &(struct by_id){items[1].id}));
	TRY(load_one(cx, arg, items[1].id, &out));
	ck_assert_int_eq(out->n, 2);
	return NULL;
}

static err load_first(struct ctx *cx, void *arg)
{
	const struct item *out;
	TRY(load_one(cx, arg, items[1].id, &out));
	ck_assert_int_eq(out->n, 1);
	return NULL;
}

TASK_TEST(reads_sent_before_a_commit_are_not_joined)
{
	static struct statement slow[] = {
		{.name = "lazy_by_ids",
		 .sql = "SELECT $i.* FROM item i, pg_sleep(1) WHERE id = ANY($ids)",
		 .in = &by_ids_schema,
		 .out = &item_schema,
		 .lane = LANE_SLOW},
		{0},
	};
	TRY(make_items(cx));
	pool_close(scene_pool);
	struct pool_config cfg = scene_config(scene_conninfo);
	scene_pool = pool_open(&cfg);
	pool_statements(scene_pool, scene_statements);
	pool_statements(scene_pool, slow);
	TRY(pool_check(cx, scene_pool));
	plain.statement = &slow[0];
	struct branch branches[] = {{.run = load_first, .arg = &plain},
				    {.run = commit_then_load, .arg = &plain}};
	together(cx, branches, 2);
	assert_fine(branches[0].result);
	assert_fine(branches[1].result);
	return NULL;
}

TASK_TEST(without_caches_every_load_asks)
{
	const struct item *out;
	TRY(make_items(cx));
	pool_close(scene_pool);
	struct pool_config cfg = scene_config(scene_conninfo);
	cfg.caches = false;
	scene_pool = pool_open(&cfg);
	pool_statements(scene_pool, scene_statements);
	TRY(pool_check(cx, scene_pool));
	TRY(load_one(cx, &cached, items[0].id, &out));
	TRY(load_one(cx, &cached, items[0].id, &out));
	ck_assert_int_eq(stats().statements, 2);
	return NULL;
}

/* --- Giving up --- */

static err load_until_deadline(struct ctx *cx, void *arg)
{
	const struct item *out;
	(void)arg;
	return load_one(cx, &plain, items[0].id, &out);
}

TASK_TEST(who_gives_up_leaves_the_others)
{
	struct ctx hasty = {.arena = arena_new(), .request_id = "hasty"},
		   patient = {.arena = arena_new(), .request_id = "patient"};
	TRY(make_items(cx));
	ck_assert(task_start(&hasty, load_until_deadline, NULL, NULL));
	ck_assert(task_start(&patient, load_until_deadline, NULL, NULL));
	task_cancel(hasty.task);
	const struct item *out;
	TRY(load_one(cx, &plain, items[0].id, &out));
	ck_assert_int_eq(out->n, 0);
	while (tasks_live() > 1)
		TRY(wait_ms(cx, 1));
	arena_free(hasty.arena);
	arena_free(patient.arena);
	return NULL;
}

TASK_TEST(what_was_begun_ahead_is_ended_by_its_load)
{
	const struct item *out;
	struct uuid none = uuid_new();
	TRY(make_items(cx));
	struct pool_stats before = stats();
	db_load_ahead_(cx, &plain, &items[1].id, 1);
	db_load_ahead_(cx, &cached, &items[2].id, 1);
	db_load_ahead_(cx, &plain, &none, 1);
	TRY(load_one(cx, &cached, items[2].id, &out));
	ck_assert_int_eq(out->n, 2);
	TRY(wait_ms(cx, 20)); /* the rows of the others are here before anybody asks for them */
	ck_assert_int_eq(statements_since(before), 2);
	TRY(load_one(cx, &plain, items[1].id, &out));
	ck_assert_int_eq(out->n, 1);
	TRY(load_one(cx, &plain, none, &out));
	ck_assert_ptr_null(out);
	ck_assert_int_eq(statements_since(before), 2);
	TRY(load_one(cx, &plain, items[1].id, &out)); /* taken once: this is a new one */
	ck_assert_int_eq(statements_since(before), 3);
	return NULL;
}

static err begin_only(struct ctx *cx, void *arg)
{
	(void)arg;
	db_load_ahead_(cx, &plain, &items[0].id, 1);
	return NULL;
}

static err begin_and_load(struct ctx *cx, void *arg)
{
	TRY(begin_only(cx, arg));
	return load_until_deadline(cx, arg);
}

/* Neither one who never takes what he began nor one who is cancelled while he waits for it leaves anything
 * behind. */
TASK_TEST(what_was_begun_ahead_may_be_left)
{
	struct ctx idle = {.arena = arena_new(), .request_id = "idle"},
		   hasty = {.arena = arena_new(), .request_id = "hasty"};
	const struct item *out;
	TRY(make_items(cx));
	ck_assert(task_start(&idle, begin_only, NULL, NULL));
	arena_free(idle.arena); /* before its rows arrive */
	ck_assert(task_start(&hasty, begin_and_load, NULL, NULL));
	task_cancel(hasty.task);
	while (tasks_live() > 1)
		TRY(wait_ms(cx, 1));
	arena_free(hasty.arena);
	struct ctx inner = *cx; /* as a job does that takes a new arena for each round */
	inner.arena = arena_new();
	db_load_ahead_(&inner, &plain, &items[0].id, 1);
	arena_free(inner.arena);
	inner.arena = arena_new();
	TRY(load_one(&inner, &plain, items[0].id, &out));
	ck_assert_int_eq(out->n, 0);
	arena_free(inner.arena);
	return NULL;
}

TASK_TEST(unfit_declarations_are_internal)
{
	static struct loader no_key = {.statement = &scene_statements[BY_IDS], .key = "name"},
			     no_ids = {.statement = &scene_statements[BY_ID]};
	const struct item *out;
	assert_problem(load_one(cx, &no_key, uuid_new(), &out), INTERNAL);
	assert_problem(load_one(cx, &no_ids, uuid_new(), &out), INTERNAL);
	return NULL;
}
