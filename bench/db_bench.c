/*
 * The database layer beside pgbench, in one run on one server: point reads by db_row, by loaders (nothing
 * kept), and durable one-row changes, each with many tasks waiting at once; pgbench runs the same with
 * -M prepared -c 8.
 *
 * Built by `make benches` (all layers are linked, of which only db and core are used). Run on a server with
 * fsync on; it creates and drops the database vobe_db_bench:
 *
 *	tools/pg start /tmp/pg
 *	build/setjmp/bench/db_bench "host=/tmp/pg/s user=vobemusic dbname=postgres" [seconds [tasks]]
 */
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "db/migrate/migrate.h"
#include "db/pool/pool.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ROWS = 100000, TASKS_MAX = 1024 };

static const struct migration files[] = {
	{"every", 0, "0000_none.sql", "", "0"},
	{"bench", 1, "0001_item.sql",
	 "CREATE TABLE item (id uuid PRIMARY KEY, n bigint UNIQUE, title text, body text, created_at "
	 "timestamptz);"
	 "CREATE TABLE written (id uuid PRIMARY KEY, n bigint, body text);"
	 "INSERT INTO item SELECT lpad(to_hex(i), 32, '0')::uuid, i, 'Title ' || i, repeat('Words about "
	 "music, ', 15), "
	 "now() "
	 "FROM generate_series(1, 100000) i",
	 "1"},
	{NULL, 0, NULL, NULL, NULL},
};

#define ITEM_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, INT, n, 0, "Number")                                                                  \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, TEXT, body, 0, "Text")                                                                \
	F(T, TIME, created_at, 0, "Made")
STRUCT(item, ITEM_FIELDS);
SCHEMA(item, ITEM_FIELDS, "An item");

static struct statement statements[] = {
	{.name = "by_id",
	 .sql = "SELECT $* FROM item WHERE id = $id",
	 .in = &by_id_schema,
	 .out = &item_schema},
	{.name = "by_ids",
	 .sql = "SELECT $* FROM item WHERE id = ANY($ids)",
	 .in = &by_ids_schema,
	 .out = &item_schema},
	{.name = "write",
	 .sql = "INSERT INTO written (id, n, body) VALUES ($id, $n, $body)",
	 .in = &item_schema},
	{0},
};
static struct loader loader = {.statement = &statements[1]};

static struct pool *pool;
static bool stopping;
static uint64_t finished;
static char conninfo[512];
static int seconds = 5, tasks = 256;

/* --- What one task does, again and again --- */

static struct uuid any_id(void)
{
	uint32_t n = 1 + arc4random_uniform(ROWS);
	return (struct uuid){{[12] = n >> 24, [13] = (n >> 16) & 255, [14] = (n >> 8) & 255, [15] = n & 255}};
}

static err read_row(struct ctx *cx)
{
	struct item it;
	return db_row_(cx, &statements[0], &(struct by_id){any_id()}, &it);
}

static err load_row(struct ctx *cx)
{
	const void *row;
	struct uuid id = any_id();
	TRY(db_load_(cx, &loader, &id, 1, &row));
	return row ? NULL : NOT_FOUND;
}

static err write_row(struct ctx *cx)
{
	struct item it = {.id = uuid_new(), .n = 1, .body = "Words about music, words about music"};
	struct change *ch = change_begin(cx);
	change_add_(ch, &statements[2], &it);
	return change_commit(cx, ch);
}

/* Each round is a unit of work with an arena of its own, as a request is. */
static err repeat(struct ctx *cx, void *arg)
{
	err (*const work)(struct ctx *cx) = *(err(**)(struct ctx *))arg;
	while (!stopping) {
		cx->arena = arena_new();
		err e = work(cx);
		arena_free(cx->arena);
		if (e) {
			fprintf(stderr, "%s: %s\n", e->code, e->detail);
			exit(1);
		}
		finished++;
	}
	return NULL;
}

/* --- Measuring --- */

static double cpu_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void measure(const char *what, err (*work)(struct ctx *cx))
{
	static struct ctx ctxs[TASKS_MAX];
	static const bool never;
	struct pool_stats before, after;
	stopping = false;
	finished = 0;
	pool_read_stats(pool, &before);
	for (int i = 0; i < tasks; i++) {
		ctxs[i] = (struct ctx){.request_id = "bench"};
		task_start(&ctxs[i], repeat, &work, NULL);
	}
	double cpu = cpu_us();
	loop_until(&never, seconds * 1000);
	cpu = cpu_us() - cpu;
	uint64_t count = finished;
	stopping = true;
	while (tasks_live() > 0)
		loop_until(&never, 10);
	pool_read_stats(pool, &after);
	printf("%-22s %8.0f /s   %5.2f us CPU each, %.1f in a round trip\n", what, (double)count / seconds,
	       cpu / (double)count,
	       (double)(finished) / (double)(after.round_trips - before.round_trips + 1));
	fflush(stdout);
}

static void pgbench(const char *what, const char *script)
{
	char path[] = "/tmp/vobe-pgbench.XXXXXX", command[1024], line[256];
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, script, strlen(script)) < 0)
		exit(1);
	close(fd);
	snprintf(command, sizeof command,
		 "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); "
		 "pgbench -n -M prepared -c 8 -j 2 -T %d -f %s \"%s\" 2>&1",
		 seconds, path, conninfo);
	FILE *out = popen(command, "r");
	while (out && fgets(line, sizeof line, out))
		if (strncmp(line, "tps = ", 6) == 0)
			printf("%-22s %8.0f /s\n", what, atof(line + 6));
	if (out)
		pclose(out);
	unlink(path);
	fflush(stdout);
}

/* --- Setting up --- */

static void drop_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static void admin(const char *server, const char *sql)
{
	PGconn *conn = PQconnectdb(server);
	PQsetNoticeProcessor(conn, drop_notice, NULL);
	PGresult *result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s%s", PQerrorMessage(conn), PQresultErrorMessage(result));
		exit(1);
	}
	PQclear(result);
	PQfinish(conn);
}

static void make_database(const char *server)
{
	static const char *const modules[] = {"bench", NULL};
	struct migrate_report report;
	snprintf(conninfo, sizeof conninfo, "%s dbname=vobe_db_bench", server);
	admin(server, "DROP DATABASE IF EXISTS vobe_db_bench");
	admin(server, "CREATE DATABASE vobe_db_bench TEMPLATE template0");
	if (!migrate_up_with(files, conninfo, modules, &report)) {
		fprintf(stderr, "%s\n", report.fault);
		exit(1);
	}
	admin(conninfo, "VACUUM ANALYZE bench.item");
}

static err check(struct ctx *cx, void *arg)
{
	return pool_check(cx, arg);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: db_bench CONNINFO [seconds [tasks]]\n");
		return 64;
	}
	seconds = argc > 2 ? atoi(argv[2]) : seconds;
	tasks = argc > 3 && atoi(argv[3]) <= TASKS_MAX ? atoi(argv[3]) : tasks;
	make_database(argv[1]);
	loop_open();
	tasks_open(TASKS_MAX + 1, 64 * 1024);
	db_open();
	pool = pool_open(&(struct pool_config){.module = "bench",
					       .conninfo = conninfo,
					       .write_lanes = 4,
					       .queue_max = 10000,
					       .statement_timeout_ms = 3000,
					       .slow_timeout_ms = 5000,
					       .lock_timeout_ms = 1000});
	pool_statements(pool, statements);
	err e = loop_call(check, pool, 10000);
	if (e) {
		fprintf(stderr, "%s\n", e->detail);
		return 1;
	}
	pgbench("pgbench -c 8, read", "\\set n random(1, 100000)\nSELECT id, n, title, body, created_at FROM "
				      "bench.item WHERE n = :n;\n");
	measure("db_row", read_row);
	measure("db_load, not cached", load_row);
	pgbench("pgbench -c 8, insert",
		"INSERT INTO bench.written (id, n, body) VALUES (gen_random_uuid(), 1, "
		"'Words about music, words about music');\n");
	measure("change_commit", write_row);
	pool_close(pool);
	db_close();
	tasks_close();
	loop_close();
	admin(argv[1], "DROP DATABASE vobe_db_bench WITH (FORCE)");
	return 0;
}
