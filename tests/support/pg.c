/* Test databases: a template per module set, built once a run under a lock file, then copied for each caller.
 */
#include "support/pg.h"

#include "db/migrate/migrate.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64, DATABASES_MAX = 256 };

static struct {
	char name[NAME_MAX_BYTES];
	char *conninfo;
	pid_t made_by; /* a forked test drops its own, not its parent's */
} databases[DATABASES_MAX];
static int database_count;

static const char *server(void)
{
	const char *conninfo = getenv("VOBE_TEST_PG");
	if (conninfo && *conninfo)
		return conninfo;
	fprintf(stderr,
		"This test needs a PostgreSQL: run it with `make one T=tests/...` or `tests/run NAME`.\n");
	exit(1);
}

static void give_up(PGconn *conn, const char *sql)
{
	fprintf(stderr, "%s\n%s", sql, PQerrorMessage(conn));
	exit(1);
}

static void drop_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* The first value of the first row, malloc'd, or NULL. */
static char *run(const char *conninfo, const char *sql)
{
	PGconn *conn = PQconnectdb(conninfo);
	PQsetNoticeProcessor(conn, drop_notice, NULL);
	PGresult *result = PQstatus(conn) == CONNECTION_OK ? PQexec(conn, sql) : NULL;
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		give_up(conn, sql);
	bool has_value = PQntuples(result) > 0 && PQnfields(result) > 0 && !PQgetisnull(result, 0, 0);
	char *value = has_value ? strdup(PQgetvalue(result, 0, 0)) : NULL;
	PQclear(result);
	PQfinish(conn);
	return value;
}

char *test_sql(const char *conninfo, const char *fmt, ...)
{
	char *sql;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&sql, fmt, ap) < 0)
		abort();
	va_end(ap);
	char *value = run(conninfo, sql);
	free(sql);
	return value;
}

static void drop_databases(void)
{
	for (int i = 0; i < database_count; i++)
		if (databases[i].made_by == getpid())
			free(test_sql(server(), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)",
				      databases[i].name));
}

/* A new name, dropped when this process exits. */
static const char *new_name(void)
{
	static pid_t registered_by;
	if (database_count == DATABASES_MAX) {
		fprintf(stderr, "more than %d test databases in one test\n", DATABASES_MAX);
		exit(1);
	}
	if (registered_by == 0 && atexit(drop_databases) == 0)
		registered_by = getpid();
	char *name = databases[database_count].name;
	snprintf(name, NAME_MAX_BYTES, "test_%d_%d", (int)getpid(), database_count);
	databases[database_count++].made_by = getpid();
	return name;
}

/* The last dbname of a conninfo wins. */
static char *conninfo_of(const char *database)
{
	char *conninfo;
	if (asprintf(&conninfo, "%s dbname='%s'", server(), database) < 0)
		abort();
	return conninfo;
}

/* "template_auth_content", cut and told apart by a hash when there are many. */
static void template_name(const char *const *modules, char out[NAME_MAX_BYTES])
{
	unsigned hash = 5381;
	size_t len = (size_t)snprintf(out, NAME_MAX_BYTES, "template");
	for (; *modules; modules++) {
		for (const char *c = *modules; *c; c++)
			hash = hash * 33 + (unsigned char)*c;
		hash = hash * 33 + '_';
		len += (size_t)snprintf(out + len, NAME_MAX_BYTES - len, "_%.*s", 4, *modules);
		if (len > 48)
			len = 48;
	}
	snprintf(out + len, NAME_MAX_BYTES - len, "_%08x", hash);
}

static void build_template(const char *name, const char *const *modules)
{
	char *draft, *conninfo;
	struct migrate_report report;
	if (asprintf(&draft, "draft_%s", name) < 0)
		abort();
	conninfo = conninfo_of(draft);
	free(test_sql(server(), "DROP DATABASE IF EXISTS \"%s\"", draft));
	free(test_sql(server(), "CREATE DATABASE \"%s\"", draft));
	if (!migrate_up(conninfo, modules, &report)) {
		fprintf(stderr, "migrating a test database: %s\n", report.fault);
		exit(1);
	}
	free(test_sql(server(), "ALTER DATABASE \"%s\" RENAME TO \"%s\"", draft, name));
	free(conninfo);
	free(draft);
}

static void need_template(const char *name, const char *const *modules)
{
	char *path;
	const char *dir = getenv("VOBE_TEST_DIR");
	if (asprintf(&path, "%s/%s.lock", dir ? dir : "/tmp", name) < 0)
		abort();
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
	if (fd < 0 || flock(fd, LOCK_EX) < 0) {
		perror(path);
		exit(1);
	}
	char *there = test_sql(server(), "SELECT 1 FROM pg_database WHERE datname = '%s'", name);
	if (!there)
		build_template(name, modules);
	free(there);
	close(fd);
	free(path);
}

const char *test_database(const char *const *modules)
{
	char template[NAME_MAX_BYTES] = "template0";
	if (modules) {
		template_name(modules, template);
		need_template(template, modules);
	}
	const char *name = new_name();
	free(test_sql(server(), "CREATE DATABASE \"%s\" TEMPLATE \"%s\"", name, template));
	return databases[database_count - 1].conninfo = conninfo_of(name);
}
