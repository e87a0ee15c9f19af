/* What pool_check refuses, and in which words; what the rewriting leaves alone. */
#include "db/scene.h"

#include "db/statement/statement.h"
#include "support/test.h"

#define TAGS_FIELDS(F, T) F(T, TEXTS, tags, 0, "Tags")
STRUCT(tags, TAGS_FIELDS);
SCHEMA(tags, TAGS_FIELDS, "Tags");

static const char *fault_of(struct ctx *cx, struct statement s)
{
	struct statement table[] = {s, {0}};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct pool *p = pool_open(&cfg);
	pool_statements(p, table);
	err e = pool_check(cx, p);
	const char *detail = e ? arena_str(cx->arena, e->detail) : "";
	pool_close(p);
	ck_assert_ptr_null(table[0].prepared);
	return detail;
}

static void assert_fault(struct ctx *cx, struct statement s, const char *words)
{
	s.name = "probe";
	const char *detail = fault_of(cx, s);
	ck_assert_msg(words ? strstr(detail, words) != NULL : !*detail, "\"%s\": \"%s\" instead of \"%s\"",
		      s.sql, detail, words ? words : "");
	ck_assert_msg(!*detail || strstr(detail, "statement probe"), "%s", detail);
}

SCENE(open_scene, close_scene);

TASK_TEST(mismatches_are_refused_precisely)
{
	const struct {
		struct statement s;
		const char *words;
	} rows[] = {
		{{.sql = "SELECT * FROM nowhere", .out = &item_schema},
		 "relation \"nowhere\" does not exist, near \"nowhere\""},
		{{.sql = "SELECT name AS title FROM item", .out = &item_schema},
		 "column \"title\" is no field of \"item\""},
		{{.sql = "SELECT id::text FROM item", .out = &item_schema},
		 "column \"id\": the field of \"item\" is UUID, the server sends text; make it uuid"},
		{{.sql = "SELECT sum(version) AS n FROM item", .out = &item_schema},
		 "the server sends numeric"},
		{{.sql = "SELECT now()::timestamp AS name FROM item", .out = &item_schema},
		 "timestamp without time zone"},
		{{.sql = "SELECT id, id FROM item", .out = &item_schema}, "column \"id\" comes twice"},
		{{.sql = "SELECT 1 AS n"}, "there is no `out`"},
		{{.sql = "UPDATE item SET n = 1", .out = &item_schema}, "add RETURNING"},
		{{.sql = "SELECT $* FROM item WHERE n = $n",
		  .together = "SELECT $* FROM item WHERE n = ANY ($n::integer[])",
		  .in = &item_schema,
		  .out = &item_schema},
		 "returns the columns of probe in the same order, and behind them place"},
		{{.sql = "SELECT $* FROM item WHERE n = $n",
		  .together = "SELECT name, id, i.n, version, place FROM unnest($n::integer[])"
			      " WITH ORDINALITY AS w (n, place) JOIN item i USING (n)",
		  .in = &item_schema,
		  .out = &item_schema},
		 "returns the columns of probe in the same order, and behind them place"},
		{{.sql = "UPDATE item SET name = $name WHERE n = $n RETURNING $*",
		  .together = "UPDATE item SET name = 'x' WHERE n = ANY ($n::integer[])",
		  .in = &item_schema,
		  .out = &item_schema},
		 "`together` of a change goes with neither"},
		{{.sql = "SELECT $* FROM item WHERE id = $id", .in = &item_schema},
		 "give the statement an `out`"},
		{{.sql = "DELETE FROM item WHERE id = $nothing", .in = &item_schema},
		 "$nothing is no field of `in` (item)"},
		{{.sql = "DELETE FROM item WHERE id = $id"},
		 "$id is no field of `in` (which the statement lacks)"},
		{{.sql = "DELETE FROM item WHERE id = $1", .in = &item_schema},
		 "write parameters as $name, not as \"$1\""},
		{{.sql = "DELETE FROM item WHERE n = $name", .in = &item_schema},
		 "parameter $name: the field of \"item\" is TEXT, the server takes integer"},
		{{.sql = "SELECT $* FROM item WHERE $name IS NULL", .in = &item_schema, .out = &item_schema},
		 "could not determine data type"},
		{{.sql = "SELECT $* FROM beta.secret", .out = &by_id_schema},
		 "permission denied for schema beta"},
		{{.sql = "SELEC 1"}, "syntax error"},
		{{.sql = "TABLE item", .out = &item_schema, .rows = 1}, "`rows` works with"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_fault(cx, rows[i].s, rows[i].words);
	return NULL;
}

TASK_TEST(every_faulty_statement_is_named_at_once)
{
	struct statement table[] = {
		{.name = "one", .sql = "SELECT 1 AS x", .out = &item_schema},
		{.name = "two", .sql = "SELECT $* FROM item", .out = &item_schema},
		{.name = "three", .sql = "SELECT oops"},
		{0},
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct pool *p = pool_open(&cfg);
	pool_statements(p, table);
	err e = pool_check(cx, p);
	assert_problem(e, INTERNAL);
	ck_assert_ptr_nonnull(strstr(e->detail, "module alpha: "));
	ck_assert_ptr_nonnull(strstr(e->detail, "statement one: "));
	ck_assert_ptr_nonnull(strstr(e->detail, "statement three: "));
	ck_assert_ptr_null(strstr(e->detail, "statement two: "));
	pool_close(p);
	return NULL;
}

TASK_TEST(two_of_one_name_are_refused)
{
	struct statement table[] = {
		{.name = "same", .sql = "SELECT $* FROM item", .out = &item_schema},
		{.name = "same", .sql = "SELECT $* FROM item", .out = &item_schema},
		{0},
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct pool *p = pool_open(&cfg);
	pool_statements(p, table);
	err e = pool_check(cx, p);
	assert_problem(e, INTERNAL);
	ck_assert_ptr_nonnull(strstr(e->detail, "two have this name"));
	pool_close(p);
	return NULL;
}

TASK_TEST(role_that_is_missing_says_what_to_do)
{
	struct pool_config cfg = scene_config(scene_conninfo);
	cfg.module = "gamma";
	struct pool *p = pool_open(&cfg);
	err e = pool_check(cx, p);
	ck_assert_msg(e && strstr(e->detail, "vobe_gamma") && strstr(e->detail, "migrate up"), "%s",
		      e ? e->detail : "none");
	pool_close(p);
	return NULL;
}

/* Whoever the connection string names, and nothing else is left to become. */
TASK_TEST(pool_logs_in_as_its_module)
{
	static struct statement table[] = {
		{.name = "who",
		 .sql = "SELECT current_user::text || ' ' || session_user AS name",
		 .out = &item_schema},
		{0},
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct item who;
	struct pool *p = pool_open(&cfg);
	pool_statements(p, table);
	assert_fine(pool_check(cx, p));
	assert_fine(db_row_(cx, &table[0], NULL, &who));
	ck_assert_str_eq(who.name, "vobe_alpha vobe_alpha");
	pool_close(p);
	return NULL;
}

/* What every statement relies on, whatever the server's configuration says. */
TASK_TEST(settings_are_made_on_every_connection)
{
	static struct statement table[] = {
		{.name = "settings",
		 .sql = "SELECT array_agg(name || '=' || setting ORDER BY name) AS tags FROM pg_settings "
			"WHERE name IN "
			"('jit', 'plan_cache_mode', 'statement_timeout', 'lock_timeout', 'TimeZone', "
			"'client_encoding', 'search_path', "
			"'application_name', 'idle_in_transaction_session_timeout', "
			"'default_transaction_read_only')",
		 .out = &tags_schema},
		{.name = "slow_settings",
		 .sql = "SELECT array_agg(name || '=' || setting) AS tags FROM pg_settings WHERE name = "
			"'statement_timeout'",
		 .out = &tags_schema,
		 .lane = LANE_SLOW},
		{0},
	};
	static const char *const wanted[] = {
		"TimeZone=UTC",
		"application_name=vobemusic/alpha",
		"client_encoding=UTF8",
		"default_transaction_read_only=on",
		"idle_in_transaction_session_timeout=5000",
		"jit=off",
		"lock_timeout=2500",
		"plan_cache_mode=force_generic_plan",
		"search_path=\"alpha\", extensions",
		"statement_timeout=3000",
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct tags got;
	struct pool *p = pool_open(&cfg);
	pool_statements(p, table);
	assert_fine(pool_check(cx, p));
	assert_fine(db_row_(cx, &table[0], NULL, &got));
	ck_assert_int_eq(got.tags.count, 10);
	for (int i = 0; i < 10; i++)
		ck_assert_str_eq(got.tags.at[i], wanted[i]);
	assert_fine(db_row_(cx, &table[1], NULL, &got));
	ck_assert_str_eq(got.tags.at[0], "statement_timeout=5000");
	pool_close(p);
	return NULL;
}

TASK_TEST(server_that_is_away_is_unavailable)
{
	struct pool_config cfg = scene_config("host=/nowhere dbname=x");
	struct pool *p = pool_open(&cfg);
	err e = pool_check(cx, p);
	assert_problem(e, UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(e->detail, "/nowhere"));
	pool_close(p);
	return NULL;
}

/* --- Rewriting --- */

static void assert_rewritten(struct ctx *cx, struct statement s, const char *wanted)
{
	struct prepared p = {.st = &s};
	const char *fault = statement_rewrite(cx->arena, "alpha", &p);
	ck_assert_msg(!fault, "%s", fault);
	ck_assert_str_eq(p.sql, wanted);
}

TASK_TEST(names_are_replaced_only_where_they_are_parameters)
{
	const struct {
		const char *sql, *wanted;
	} rows[] = {
		{"SELECT $n, $id, $n", "SELECT $1, $2, $1"},
		{"SELECT '$n', \"$n\", $n::text", "SELECT '$n', \"$n\", $1::text"},
		{"SELECT E'\\'$n', 'it''s $n', $n", "SELECT E'\\'$n', 'it''s $n', $1"},
		{"SELECT $$ $n $$, $x$ $n $$ $x$, $n", "SELECT $$ $n $$, $x$ $n $$ $x$, $1"},
		{"SELECT 1 -- $nope\n, $n /* $a /* $b */ $c */",
		 "SELECT 1 -- $nope\n, $1 /* $a /* $b */ $c */"},
		{"SELECT a$n, $n", "SELECT a$n, $1"},
		{"SELECT $*, $p.*",
		 "SELECT \"id\", \"name\", \"n\", \"version\", p.\"id\", p.\"name\", p.\"n\", p.\"version\""},
		{"SELECT x ~ '^\\w+$' AND $name = ANY($name)", "SELECT x ~ '^\\w+$' AND $1 = ANY($1)"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_rewritten(
			cx, (struct statement){.sql = rows[i].sql, .in = &item_schema, .out = &item_schema},
			rows[i].wanted);
	return NULL;
}

TASK_TEST(row_counts_are_demanded_of_the_main_statement)
{
	assert_rewritten(cx, (struct statement){.sql = "DELETE FROM item; ", .rows = 2},
			 "WITH did AS (DELETE FROM item RETURNING 1), counted AS MATERIALIZED (SELECT "
			 "\"alpha\".expect_rows(count(*), 2) "
			 "AS fine FROM did) SELECT fine FROM counted");
	assert_rewritten(
		cx,
		(struct statement){
			.sql = "WITH a AS (SELECT 1), b AS (DELETE FROM x RETURNING 1) UPDATE item SET n = "
			       "(SELECT 1) RETURNING id -- end",
			.out = &item_schema,
			.rows = 1},
		"WITH a AS (SELECT 1), b AS (DELETE FROM x RETURNING 1) , did AS (UPDATE item SET n = "
		"(SELECT 1) "
		"RETURNING id), "
		"counted AS MATERIALIZED (SELECT \"alpha\".expect_rows(count(*), 1) AS fine FROM did) "
		"SELECT did.* FROM counted LEFT JOIN did ON true WHERE counted.fine");
	return NULL;
}

/* The planner must not lose the count: every shape, with a hit and with a miss. */
TASK_TEST(row_counts_hold_in_every_shape)
{
	static struct statement shapes[] = {
		{.name = "update",
		 .sql = "UPDATE item SET n = n WHERE id = $id",
		 .in = &item_schema,
		 .rows = 1},
		{.name = "update_out",
		 .sql = "UPDATE item SET n = n WHERE id = $id RETURNING id",
		 .in = &item_schema,
		 .out = &item_schema,
		 .rows = 1},
		{.name = "upsert",
		 .sql = "INSERT INTO item (id, name) SELECT id, 'x' FROM item WHERE id = $id "
			"ON CONFLICT (id) DO UPDATE SET n = 1 RETURNING $item.*",
		 .in = &item_schema,
		 .out = &item_schema,
		 .rows = 1},
		{.name = "guard",
		 .sql = "SELECT id FROM item WHERE id = $id FOR SHARE",
		 .in = &item_schema,
		 .rows = 1},
		{.name = "with",
		 .sql = "WITH gone AS (DELETE FROM item WHERE id = $id RETURNING *) SELECT $* FROM gone",
		 .in = &item_schema,
		 .out = &item_schema,
		 .rows = 1},
		{0},
	};
	struct pool_config cfg = scene_config(scene_conninfo);
	struct pool *p = pool_open(&cfg);
	pool_statements(p, shapes);
	assert_fine(pool_check(cx, p));
	struct item here = item_make("here", 1), absent = item_make("absent", 1);
	assert_fine(commit_one(cx, INSERT, &here));
	for (const struct statement *s = shapes; s->name; s++) {
		struct change *hit = change_begin(cx), *miss = change_begin(cx);
		change_add_(hit, s, &here);
		assert_fine(change_commit(cx, hit));
		change_add_(miss, s, &absent);
		assert_problem(change_commit(cx, miss), NOT_FOUND);
	}
	pool_close(p);
	return NULL;
}
