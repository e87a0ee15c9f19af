/*
 * The event log: what telling costs a write, and how long an event takes from its commit to its effect's
 * commit. bus_bench CONNINFO [ROUNDS]: of an empty database, by a superuser. Every row is measured once a
 * round, for a second; printed are medians over the rounds, since machines are noisy. Run it on a server of
 * its own: tools/pg start DIR.
 */
#include "bus/bus.h"
#include "core/for_tests.h"
#include "core/log/logging.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "db/change.h"
#include "db/migrate/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { SAMPLES_MAX = 200000, WRITERS_MAX = 32, ROUNDS_MAX = 15, BACKLOG = 200000, POISON_EVERY = 1999 };

PROBLEM(POISON, 422, "poison", "Poison", "It fails for good.");

#define THING_FIELDS(F, T)                                                                         \
	F(T, UUID, thing_id, IN, "The aggregate")                                                  \
	F(T, INT, n, IN, "Which sample")                                                           \
	F(T, TEXT, title, IN, "About as large as the event of a post")                             \
	F(T, TEXTS, tags, IN, "Some tags")
STRUCT(thing, THING_FIELDS);
SCHEMA(thing, THING_FIELDS, "A thing");
static const struct event thing_made = {.topic = "thing.made", .payload = &thing_schema, .version = 1};

static struct statement source_statements[] = {
	{.name = "thing_insert",
	 .sql = "INSERT INTO thing (thing_id, n, title) VALUES ($thing_id, $n, $title)",
	 .in = &thing_schema},
	{0},
};
static struct statement target_statements[] = {
	{.name = "copy_insert",
	 .sql = "INSERT INTO copy (thing_id, n, title) VALUES ($thing_id, $n, $title)",
	 .in = &thing_schema},
	{0},
};
static const struct event *const events[] = {&thing_made, NULL};

/* Monotonic microseconds by sample. */
static int64_t committed_at[SAMPLES_MAX], applied_at[SAMPLES_MAX];
static int sample_count;
static bool has_poison;

static void note_applied(struct change *ch, void *arg)
{
	const struct delivery *d = arg;
	const struct thing *t = d->payload_;

	(void)ch;
	if (t->n < SAMPLES_MAX)
		applied_at[t->n] = clock_mono_now();
}

static void note_committed(struct change *ch, void *arg)
{
	(void)ch;
	*(int64_t *)arg = clock_mono_now();
}

static err apply(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx;
	for (int i = 0; i < count; i++) {
		const struct thing *t = batch[i].payload_;

		if (has_poison && t->n % POISON_EVERY == 0)
			return POISON;
		change_add_(ch, &target_statements[0], t);
		change_on_commit(ch, note_applied, (void *)&batch[i]);
	}
	return NULL;
}

static const struct subscription hears[] = {
	{.name = "target.things", .source = "source", .events = events, .apply = apply},
	{0},
};
static const struct module source = {.name = "source", .tells = events};
static const struct module target = {.name = "target", .hears = hears};
static const struct module deaf = {.name = "target"};

static const struct module *modules[] = {&source, &target, NULL};

static err boot(struct ctx *cx, void *arg)
{
	(void)arg;
	TRY(pool_check(cx, pool_of("source")));
	TRY(pool_check(cx, pool_of("target")));
	return bus_start(cx);
}

static err ask_settled(struct ctx *cx, void *arg)
{
	return bus_is_settled(cx, arg);
}

/* What an earlier row told while nobody heard is applied before a row begins. */
static void settle(void)
{
	const bool never = false;
	bool settled = false;

	while (!loop_call(ask_settled, &settled, 30000) && !settled)
		loop_until(&never, 20);
}

static void open_all(const char *conninfo)
{
	static const struct bus_config cfg = {
		.sweep_ms = 250, .batch_max = 100, .ring_slots = 256, .retention_s = 604800};

	loop_open();
	tasks_open(1000, 65536);
	db_open();
	for (const struct module **m = modules; *m; m++) {
		struct pool *p = pool_open(&(struct pool_config){
			.module = (*m)->name,
			.conninfo = conninfo,
			.write_lanes = 4,
			.slow_lanes = 1,
			.queue_max = 10000,
			.statement_timeout_ms = 10000,
			.slow_timeout_ms = 10000,
			.lock_timeout_ms = 5000,
			.idle_transaction_timeout_ms = 10000,
		});

		pool_statements(p, *m == &source ? source_statements : target_statements);
	}
	bus_open(&cfg, modules);
	err e = loop_call(boot, NULL, 30000);
	if (e) {
		fprintf(stderr, "bus_bench: %s\n", e->detail);
		exit(1);
	}
	settle();
}

static err drain(struct ctx *cx, void *arg)
{
	(void)arg;
	bus_drain(cx);
	return NULL;
}

static void close_all(void)
{
	loop_call(drain, NULL, 30000);
	bus_close();
	pool_close(pool_of("source"));
	pool_close(pool_of("target"));
	db_close();
	tasks_close();
	loop_close();
}

/* --- writers --- */

struct writer {
	struct ctx cx;
	bool tells, stop, ended;
	int pause_ms;
	int64_t writes;
};

static err write_once(struct ctx *cx, struct writer *w)
{
	static const char *const tags[] = {"rock", "live", "1991"};
	const int n = sample_count < SAMPLES_MAX ? sample_count++ : SAMPLES_MAX - 1;
	const struct thing t = {
		.thing_id = uuid_new(),
		.n = n,
		.tags = {tags, 3},
		.title = "A title of some sixty characters, as titles of articles are",
	};
	struct change *ch = change_begin(cx);

	change_add_(ch, &source_statements[0], &t);
	if (w->tells)
		tell_(ch, &thing_made, t.thing_id, 1, &t);
	change_on_commit(ch, note_committed, &committed_at[n]);
	return change_commit(cx, ch);
}

static err write_on(struct ctx *cx, void *arg)
{
	struct writer *w = arg;

	while (!w->stop) {
		cx->arena = arena_new();
		err e = write_once(cx, w);
		if (e)
			fprintf(stderr, "bus_bench: %s\n", e->detail);
		w->writes += !e;
		arena_free(cx->arena);
		if (w->pause_ms)
			TRY(wait_ms(cx, w->pause_ms));
	}
	return NULL;
}

static void writer_ended(void *arg, err result)
{
	struct writer *w = arg;

	(void)result;
	w->ended = true;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* --- rows --- */

struct row {
	const char *name;
	const struct module *hearer;
	struct writer like;
	int writers;
	int64_t rate[ROUNDS_MAX], p50[ROUNDS_MAX], p99[ROUNDS_MAX], max[ROUNDS_MAX];
	int lost; /* events that had no effect: must be none */
};

static struct row rows[] = {
	{"insert alone", &deaf, {.tells = false}, 1},
	{"insert and tell, nobody hears", &deaf, {.tells = true}, 1},
	{"insert, tell, one subscriber", &target, {.tells = true}, 1},
	{"the same, every 4 ms", &target, {.tells = true, .pause_ms = 4}, 1},
	{"insert alone", &deaf, {.tells = false}, 8},
	{"insert and tell, nobody hears", &deaf, {.tells = true}, 8},
	{"insert, tell, one subscriber", &target, {.tells = true}, 8},
	{"the same, every 4 ms", &target, {.tells = true, .pause_ms = 4}, 8},
	{"insert alone", &deaf, {.tells = false}, 32},
	{"insert and tell, nobody hears", &deaf, {.tells = true}, 32},
	{"insert, tell, one subscriber", &target, {.tells = true}, 32},
};

static void note_lags(struct row *r, int round)
{
	static int64_t lags[SAMPLES_MAX];
	int n = 0;

	for (int i = 0; i < sample_count; i++)
		if (committed_at[i] && applied_at[i])
			lags[n++] = applied_at[i] - committed_at[i];
		else
			r->lost += committed_at[i] && !applied_at[i];
	qsort(lags, (size_t)n, sizeof *lags, by_size);
	if (n == 0)
		return;
	r->p50[round] = lags[n / 2];
	r->p99[round] = lags[(int)(n * 0.99)];
	r->max[round] = lags[n - 1];
}

/* Several writers for a second, and time for what they told to be applied. */
static void measure(const char *conninfo, struct row *r, int round)
{
	static struct writer all[WRITERS_MAX];
	const bool never = false;

	modules[1] = r->hearer;
	open_all(conninfo);
	sample_count = 0;
	memset(committed_at, 0, sizeof committed_at);
	memset(applied_at, 0, sizeof applied_at);
	for (int i = 0; i < r->writers; i++) {
		all[i] = r->like;
		all[i].cx.request_id = "bench";
		task_start(&all[i].cx, write_on, &all[i], writer_ended);
	}
	loop_until(&never, 1000);
	for (int i = 0; i < r->writers; i++) {
		r->rate[round] += all[i].writes;
		all[i].stop = true;
	}
	for (int i = 0; i < r->writers; i++)
		loop_until(&all[i].ended, 10000);
	loop_until(&never, 500);
	if (r->hearer == &target)
		note_lags(r, round);
	close_all();
}

/* --- the backlog --- */

static char *sql(const char *conninfo, const char *text)
{
	PGconn *conn = PQconnectdb(conninfo);
	PGresult *result = PQexec(conn, text);
	char *value = PQntuples(result) ? strdup(PQgetvalue(result, 0, 0)) : NULL;

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fprintf(stderr, "bus_bench: %s", PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	return value;
}

static long resident_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Told while nobody heard, a few of them poison; then the server starts. */
static void measure_backlog(const char *conninfo)
{
	free(sql(conninfo, "TRUNCATE source.outbox, source.thing, target.copy, target.dead_letter, "
			   "target.parked, target.inbox_cursor;"
			   "INSERT INTO source.outbox SELECT n % 16, (n + 15) / 16, gen_random_uuid(), "
			   "'thing.made', gen_random_uuid(), 1, 1,"
			   " jsonb_build_object('thing_id', gen_random_uuid(), 'n', n, 'title', "
			   "repeat('title ', 10), 'tags', '[]'::jsonb),"
			   " NULL, 'backlog', now() FROM generate_series(1, 200000) n;"
			   "UPDATE source.outbox_head h SET off = (SELECT max(off) FROM source.outbox o "
			   "WHERE o.part = h.part)"));
	modules[1] = &target;
	has_poison = true;
	long before = resident_kb();
	int64_t began = clock_mono_now();
	open_all(conninfo); /* returns when all is applied or aside */
	double took = (double)(clock_mono_now() - began) / 1e6;
	close_all();
	char *applied = sql(conninfo, "SELECT count(*) FROM target.copy");
	char *dead = sql(conninfo, "SELECT count(*) FROM target.dead_letter");
	printf("backlog of %d events, %d poison: %.1f s, %s applied, %s dead letters, memory +%ld KB\n",
	       BACKLOG, BACKLOG / POISON_EVERY, took, applied, dead, resident_kb() - before);
	free(applied);
	free(dead);
}

static int64_t median(int64_t *values, int rounds)
{
	qsort(values, (size_t)rounds, sizeof *values, by_size);
	return values[rounds / 2];
}

static void print_row(struct row *r, int rounds)
{
	printf("%-30s %2d writers  %6lld writes/s", r->name, r->writers, (long long)median(r->rate, rounds));
	if (r->hearer == &target)
		printf("   commit to applied: p50 %5.2f  p99 %6.2f  max %6.2f ms",
		       (double)median(r->p50, rounds) / 1e3, (double)median(r->p99, rounds) / 1e3,
		       (double)median(r->max, rounds) / 1e3);
	if (r->lost)
		printf("   NOT APPLIED: %d", r->lost);
	printf("\n");
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"source", "target", NULL};
	const int wanted = argc > 2 ? atoi(argv[2]) : 5,
		  rounds = wanted < 1 || wanted > ROUNDS_MAX ? ROUNDS_MAX : wanted;
	const size_t count = sizeof rows / sizeof *rows;
	struct migrate_report report;

	if (argc < 2) {
		fprintf(stderr, "usage: bus_bench CONNINFO [ROUNDS]\n");
		return 64;
	}
	log_open(2, LOG_ERROR_ + 1, LOG_TEXT); /* the backlog's failures are wanted */
	if (!migrate_up(argv[1], names, &report)) {
		fprintf(stderr, "bus_bench: %s\n", report.fault);
		return report.exit_code;
	}
	free(sql(argv[1],
		 "CREATE TABLE IF NOT EXISTS source.thing (thing_id uuid PRIMARY KEY, n bigint, title text);"
		 "CREATE TABLE IF NOT EXISTS target.copy (thing_id uuid PRIMARY KEY, n bigint, title text)"));
	for (int round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++)
			measure(argv[1], &rows[i], round);
	for (size_t i = 0; i < count; i++)
		print_row(&rows[i], rounds);
	measure_backlog(argv[1]);
	return 0;
}
