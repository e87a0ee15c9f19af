/* Reads and changes on a healthy server. */
#include "core/for_tests.h"
#include "db/for_tests.h"
#include "db/scene.h"
#include "support/test.h"

SCENE(open_scene, close_scene);

TASK_TEST(row_is_read_by_id)
{
	struct item in = item_make("Кино", 7), out;
	assert_fine(commit_one(cx, INSERT, &in));
	assert_fine(db_row_(cx, st(BY_ID), &(struct by_id){in.id}, &out));
	ck_assert_str_eq(out.name, "Кино");
	ck_assert_int_eq(out.n, 7);
	ck_assert_int_eq(out.version, 1);
	ck_assert_int_eq(out.other, INT_NULL);
	return NULL;
}

static int connections(void)
{
	char *count = test_sql(scene_conninfo, "SELECT count(*) FROM pg_stat_activity WHERE datname = "
					       "current_database() AND application_name = 'vobemusic/alpha'");
	int n = atoi(count);
	free(count);
	return n;
}

TASK_TEST(warm_pool_has_its_connection_for_slow_reads)
{
	struct item in = item_make("a", 1), out;
	assert_fine(commit_one(cx, INSERT, &in));
	int before = connections();
	pool_warm(scene_pool);
	for (int tries = 0; connections() == before && tries < 500; tries++)
		TRY(wait_ms(cx, 10));
	ck_assert_int_eq(connections(), before + 1);
	pool_warm(scene_pool);
	assert_fine(db_row_(cx, st(SLOWLY), &(struct by_id){in.id}, &out));
	ck_assert_int_eq(connections(), before + 1);
	return NULL;
}

TASK_TEST(no_row_is_the_statements_problem)
{
	struct item out = {.n = 99};
	assert_problem(db_row_(cx, st(BY_ID), &(struct by_id){uuid_new()}, &out), NO_ITEM);
	ck_assert_int_eq(out.n, 99);
	assert_problem(db_row_(cx, st(DIVIDE), &(struct by_id){uuid_new()}, &out), NOT_FOUND);
	return NULL;
}

TASK_TEST(several_rows_are_listed)
{
	struct item *rows;
	int count;
	assert_fine(db_rows_(cx, st(ALL), NULL, (void **)&rows, &count));
	ck_assert_int_eq(count, 0);
	struct change *ch = change_begin(cx);
	for (int i = 0; i < 20; i++) {
		struct item it = item_make(arena_fmt(cx->arena, "item %d", i), i);
		change_add_(ch, st(INSERT), &it);
	}
	assert_fine(change_commit(cx, ch));
	assert_fine(db_rows_(cx, st(ALL), NULL, (void **)&rows, &count));
	ck_assert_int_eq(count, 20);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(rows[i].n, i);
	struct item one;
	assert_problem(db_row_(cx, st(ALL), NULL, &one), INTERNAL);
	return NULL;
}

TASK_TEST(change_is_all_or_nothing)
{
	struct item a = item_make("a", 1), b = item_make("b", 1000000), *rows;
	struct change *ch = change_begin(cx);
	int count;
	ck_assert(change_is_empty(ch));
	change_add_(ch, st(INSERT), &a);
	ck_assert(!change_is_empty(ch));
	change_add_(ch, st(INSERT), &b);
	assert_problem(change_commit(cx, ch), NO_ITEM);
	assert_fine(db_rows_(cx, st(ALL), NULL, (void **)&rows, &count));
	ck_assert_int_eq(count, 0);
	return NULL;
}

TASK_TEST(rows_missed_is_the_statements_problem_and_nothing_is_written)
{
	struct item a = item_make("a", 1), b = item_make("b", 2), out = {.n = 5}, *rows;
	int count;
	assert_fine(commit_one(cx, INSERT, &a));
	struct change *ch = change_begin(cx);
	change_add_(ch, st(INSERT), &b);
	a.version = 2;
	a.name = "other";
	change_returning_(ch, st(RENAME), &a, &out);
	assert_problem(change_commit(cx, ch), ITEM_CHANGED);
	ck_assert_int_eq(out.n, 5);
	assert_fine(db_rows_(cx, st(ALL), NULL, (void **)&rows, &count));
	ck_assert_int_eq(count, 1);
	ck_assert_str_eq(rows[0].name, "a");
	assert_problem(commit_one(cx, DELETE, &(struct by_id){b.id}), NO_ITEM);
	assert_fine(commit_one(cx, DELETE, &(struct by_id){a.id}));
	return NULL;
}

TASK_TEST(returned_rows_come_with_the_commit)
{
	struct item a = item_make("a", 1), out, none;
	struct change *ch = change_begin(cx);
	change_add_(ch, st(INSERT), &a);
	a.name = "renamed";
	change_returning_(ch, st(RENAME), &a, &out);
	struct item *rows;
	int count;
	change_rows_(ch, st(BUMP), &(struct by_id){a.id}, (void **)&rows, &count);
	change_returning_(ch, st(BUMP), &(struct by_id){uuid_new()}, &none);
	assert_fine(change_commit(cx, ch));
	ck_assert_str_eq(out.name, "renamed");
	ck_assert_int_eq(out.version, 2);
	ck_assert_int_eq(count, 1);
	ck_assert_int_eq(rows[0].n, 2);
	ck_assert_int_eq(none.n, INT_NULL);
	ck_assert(uuid_is_nil(none.id));
	return NULL;
}

TASK_TEST(violations_are_problems_and_faults)
{
	struct item a = item_make("same", 1), b = item_make("same", 2), c = item_make("c", 1000000),
		    d = item_make("d", 1);
	assert_fine(commit_one(cx, INSERT, &a));
	err e = commit_one(cx, INSERT, &b);
	assert_problem(e, NAME_TAKEN);
	ck_assert_int_eq(e->fault_count, 1);
	ck_assert_str_eq(e->faults[0].pointer, "/name");
	ck_assert_str_eq(e->faults[0].code, "name_taken");
	assert_problem(commit_one(cx, INSERT, &c), NO_ITEM);
	d.id = a.id; /* item_pkey has no meaning given */
	assert_problem(commit_one(cx, INSERT, &d), INTERNAL);
	d.id = uuid_new();
	d.n = INT64_C(1) << 40;
	assert_problem(commit_one(cx, INSERT, &d), INTERNAL); /* does not fit into the column's integer */
	return NULL;
}

TASK_TEST(empty_change_commits_at_once)
{
	assert_fine(change_commit(cx, change_begin(cx)));
	ck_assert_int_eq(stats().statements, 0);
	return NULL;
}

/* What a read answers before its Sync could still be undone, so reading connections cannot write. */
TASK_TEST(reads_cannot_write)
{
	struct item a = item_make("a", 1), out;
	assert_fine(commit_one(cx, INSERT, &a));
	assert_problem(db_row_(cx, st(BUMP), &(struct by_id){a.id}, &out), INTERNAL);
	assert_fine(db_row_(cx, st(BY_ID), &(struct by_id){a.id}, &out));
	ck_assert_int_eq(out.n, 1);
	return NULL;
}

/* --- Seams --- */

static const struct statement *sealed_with;
static struct item sealed_item;
static int commits_heard;

static void seal(struct change *last, struct change *const *of, int count)
{
	ck_assert_int_eq(count, 1);
	ck_assert_ptr_eq(last, of[0]);
	change_add_(last, sealed_with, &sealed_item);
}

static void hear_commit(struct change *ch, void *arg)
{
	const struct item *returned = arg;
	(void)ch;
	ck_assert_int_eq(returned->version, 2);
	ck_assert(!task_is_running());
	commits_heard++;
}

TASK_TEST(seals_and_listeners_run_once)
{
	struct item a = item_make("a", 1), out;
	int key, value;
	sealed_item = item_make("sealed", 2);
	sealed_with = st(INSERT);
	struct change *ch = change_begin(cx);
	ck_assert_ptr_null(change_pool(ch));
	change_add_(ch, st(INSERT), &a);
	ck_assert_ptr_eq(change_pool(ch), scene_pool);
	change_set(ch, &key, &value);
	ck_assert_ptr_eq(change_get(ch, &key), &value);
	ck_assert_ptr_null(change_get(ch, &value));
	change_returning_(ch, st(RENAME), &a, &out);
	change_at_seal(ch, seal);
	change_at_seal(ch, seal);
	change_on_commit(ch, hear_commit, &out);
	assert_fine(change_commit(cx, ch));
	ck_assert_int_eq(commits_heard, 1);
	assert_fine(db_row_(cx, st(BY_ID), &(struct by_id){sealed_item.id}, &out));

	struct item twice = item_make("a", 3);
	ch = change_begin(cx);
	change_add_(ch, st(INSERT), &twice);
	change_on_commit(ch, hear_commit, &out);
	assert_problem(change_commit(cx, ch), NAME_TAKEN);
	ck_assert_int_eq(commits_heard, 1);
	return NULL;
}

/* --- Many at once --- */

enum { MANY = 10000, READERS = 2000, BESIDE = 500 };
static struct item planted;
static int answered, refused;

static err read_one(struct ctx *cx, void *arg)
{
	struct item out;
	(void)arg;
	TRY(db_row_(cx, st(BY_ID), &(struct by_id){planted.id}, &out));
	ck_assert_int_eq(out.n, 100);
	return NULL;
}

static err read_several(struct ctx *cx, void *arg)
{
	for (int i = 0; i < MANY / READERS; i++)
		TRY(read_one(cx, arg));
	return NULL;
}

static err divide_one(struct ctx *cx, void *arg)
{
	struct item out;
	return db_row_(cx, st(DIVIDE), arg, &out);
}

struct job {
	struct ctx cx;
	err (*run)(struct ctx *cx, void *arg);
	void *arg;
};

static err run_job(struct ctx *cx, void *arg)
{
	const struct job *j = arg;
	return j->run(cx, j->arg);
}

static void count_end(void *arg, err e)
{
	struct job *j = arg;
	if (e)
		refused++;
	else
		answered++;
	arena_free(j->cx.arena);
	free(j);
}

static void start_one(err (*run)(struct ctx *cx, void *arg), void *arg)
{
	struct job *j = malloc(sizeof *j);
	*j = (struct job){.cx = {.arena = arena_new(), .request_id = "test"}, .run = run, .arg = arg};
	ck_assert(task_start(&j->cx, run_job, j, count_end));
}

static err wait_for_all(struct ctx *cx, int count)
{
	while (answered + refused < count)
		TRY(wait_ms(cx, 1));
	return NULL;
}

TASK_TEST(ten_thousand_reads_share_round_trips)
{
	planted = item_make("planted", 100);
	assert_fine(commit_one(cx, INSERT, &planted));
	struct pool_stats before = stats();
	for (int i = 0; i < READERS; i++)
		start_one(read_several, NULL);
	assert_fine(wait_for_all(cx, READERS));
	ck_assert_int_eq(answered, READERS);
	ck_assert_int_eq(stats().statements - before.statements, MANY);
	ck_assert_int_lt(stats().round_trips - before.round_trips, MANY / 16);
	return NULL;
}

/* A failing read takes those of its batch with it; they run again alone and nobody notices. */
TASK_TEST(failing_reads_do_not_harm_their_neighbours)
{
	struct item zero = item_make("zero", 0);
	planted = item_make("planted", 100);
	assert_fine(commit_one(cx, INSERT, &planted));
	assert_fine(commit_one(cx, INSERT, &zero));
	for (int i = 0; i < BESIDE; i++) {
		start_one(read_one, NULL);
		if (i % 50 == 0)
			start_one(divide_one, &zero.id);
	}
	assert_fine(wait_for_all(cx, BESIDE + 10));
	ck_assert_int_eq(answered, BESIDE);
	ck_assert_int_eq(refused, 10);
	return NULL;
}

static err bump_one(struct ctx *cx, void *arg)
{
	return commit_one(cx, BUMP, arg);
}

TASK_TEST(changes_of_one_row_all_count)
{
	struct item out;
	planted = item_make("planted", 100);
	assert_fine(commit_one(cx, INSERT, &planted));
	for (int i = 0; i < BESIDE; i++)
		start_one(bump_one, &planted.id);
	assert_fine(wait_for_all(cx, BESIDE));
	ck_assert_int_eq(answered, BESIDE);
	assert_fine(db_row_(cx, st(BY_ID), &(struct by_id){planted.id}, &out));
	ck_assert_int_eq(out.n, 100 + BESIDE);
	ck_assert(!pool_is_busy(scene_pool));
	return NULL;
}
