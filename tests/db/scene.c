/* The table `item` of module "alpha", its statements, and the pool. */
#include "db/scene.h"

const char *scene_conninfo;
struct pool *scene_pool;
const char *scene_sql;
struct statement *scene_more;

static const char *const scene_modules[] = {"alpha", "beta", NULL};

static const struct violation scene_violations[] = {
	{.constraint = "item_name_key", .problem = NAME_TAKEN, .pointer = "/name"},
	{.constraint = "item_n_check", .problem = NO_ITEM},
	{.constraint = "child_item", .problem = NO_ITEM},
	{0},
};

struct statement scene_statements[] = {
	{.name = "item_by_id",
	 .sql = "SELECT $* FROM item WHERE id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema,
	 .otherwise = NO_ITEM},
	{.name = "item_all", .sql = "SELECT $i.* FROM item i ORDER BY n", .out = &item_schema},
	{.name = "item_slowly",
	 .sql = "SELECT $* FROM item, pg_sleep(0.3) WHERE id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema,
	 .lane = LANE_SLOW},
	{.name = "item_insert",
	 .sql = "INSERT INTO item (id, name, n) VALUES ($id, $name, $n)",
	 .in = &item_schema,
	 .together = "INSERT INTO item (id, name, n)"
		     " SELECT * FROM unnest($id::uuid[], $name::text[], $n::integer[])"},
	{.name = "item_rename",
	 .sql = "UPDATE item SET name = $name, version = version + 1 WHERE id = $id AND version = $version "
		"RETURNING $*",
	 .in = &item_schema,
	 .out = &item_schema,
	 .rows = 1,
	 .otherwise = ITEM_CHANGED},
	{.name = "item_delete",
	 .sql = "DELETE FROM item WHERE id = $id",
	 .in = &by_id_schema,
	 .rows = 1,
	 .otherwise = NO_ITEM},
	{.name = "items_by_ids",
	 .sql = "SELECT $* FROM item WHERE id = ANY($ids)",
	 .in = &by_ids_schema,
	 .out = &item_schema},
	{.name = "item_divide",
	 .sql = "SELECT id, (100 / n)::bigint AS n FROM item WHERE id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema},
	{.name = "item_bump",
	 .sql = "UPDATE item SET n = n + 1 WHERE id = $id RETURNING $*",
	 .in = &by_id_schema,
	 .out = &item_schema},
	{0},
};

const struct statement *st(int index)
{
	return &scene_statements[index];
}

struct pool_config scene_config(const char *conninfo)
{
	return (struct pool_config){
		.module = "alpha",
		.conninfo = conninfo,
		.write_lanes = 2,
		.slow_lanes = 1,
		.queue_max = 20000,
		.statement_timeout_ms = 3000,
		.slow_timeout_ms = 5000,
		.lock_timeout_ms = 2500,
		.idle_transaction_timeout_ms = 5000,
		.violations = scene_violations,
		.caches = true,
	};
}

static err scene_check(struct ctx *cx, void *arg)
{
	return pool_check(cx, arg);
}

void assert_fine(err e)
{
	ck_assert_msg(!e, "%s: %s", e->code, e->detail);
}

void assert_problem(err e, err kind)
{
	ck_assert_msg(e != NULL, "no problem instead of %s", kind->code);
	ck_assert_msg(problem_is(e, kind), "%s (%s) instead of %s", e->code, e->detail, kind->code);
}

static void scene_make_table(const char *conninfo)
{
	free(test_sql(conninfo, "CREATE TABLE alpha.item (id uuid PRIMARY KEY, name text UNIQUE, n integer "
				"CHECK (n < 1000000), "
				"	version bigint NOT NULL DEFAULT 1);"
				"CREATE TABLE beta.secret (id uuid PRIMARY KEY)"));
	if (scene_sql)
		free(test_sql(conninfo, "SET search_path = alpha; %s", scene_sql));
}

/* The loop and the pool, on a server and a database that are there already. */
static void open_scene_on(const char *conninfo)
{
	struct pool_config cfg = scene_config(conninfo);
	scene_conninfo = conninfo;
	loop_open();
	tasks_open(20000, 64 * 1024);
	db_open();
	cache_open(SCENE_CACHE);
	scene_pool = pool_open(&cfg);
	pool_statements(scene_pool, scene_statements);
	if (scene_more)
		pool_statements(scene_pool, scene_more);
	assert_fine(loop_call(scene_check, scene_pool, 20000));
}

void open_scene(void)
{
	const char *conninfo = test_database(scene_modules);
	scene_make_table(conninfo);
	open_scene_on(conninfo);
}

void close_scene(void)
{
	pool_close(scene_pool);
	cache_close();
	db_close();
	tasks_close();
	loop_close();
}

struct pool_stats stats(void)
{
	struct pool_stats s;
	pool_read_stats(scene_pool, &s);
	return s;
}

struct item item_make(const char *name, int64_t n)
{
	struct item it;
	schema_clear(&item_schema, &it);
	it.id = uuid_new();
	it.name = name;
	it.n = n;
	it.version = 1;
	return it;
}

err until_read_sleeps(struct ctx *cx)
{
	for (bool sleeps = false; !sleeps;) {
		char *found = test_sql(scene_conninfo, "SELECT pid FROM pg_stat_activity WHERE wait_event ="
						       " 'PgSleep' AND datname = current_database()");
		sleeps = found != NULL;
		free(found);
		TRY(wait_ms(cx, 1));
	}
	return NULL;
}

err commit_one(struct ctx *cx, int index, const void *in)
{
	struct change *ch = change_begin(cx);
	change_add_(ch, st(index), in);
	return change_commit(cx, ch);
}
