/* Migrations, blocking, over one connection of their own: refuse, lock, roles and rights, then file by file. */
#include "db/migrate.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MILLISECOND_NS INT64_C(1000000)

enum {
	EXIT_AWAY = 69,     /* sysexits EX_UNAVAILABLE */
	EXIT_OPERATOR = 78, /* sysexits EX_CONFIG */
	LOCK_WAIT_S = 60,
	ROLE_TRIES = 20,
};

static const char EVERY[] = "every";
static const char NO_TRANSACTION[] = "-- no transaction";

/* Any number that no other program of this cluster uses: "vobe_mig" in ASCII. */
#define LOCK_KEY "8534995654486157671"

struct run {
	PGconn *conn;
	const struct migration *set;
	const char *const *modules;
	struct migrate_report *report;
};

/* --- Talking to the server --- */

static bool refuse(struct run *r, int exit_code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool refuse(struct run *r, int exit_code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->report->fault, sizeof r->report->fault, fmt, ap);
	va_end(ap);
	r->report->exit_code = exit_code;
	return false;
}

static bool refuse_as_server_says(struct run *r, const char *doing)
{
	bool away = PQstatus(r->conn) != CONNECTION_OK;
	return refuse(r, away ? EXIT_AWAY : EXIT_OPERATOR, "%s: %s", doing, PQerrorMessage(r->conn));
}

/* Rows of a query, or NULL with the fault set. `a` and `b` are its $1 and $2, if it has any. */
static PGresult *ask(struct run *r, const char *doing, const char *sql, const char *a, const char *b)
{
	const char *const values[] = {a, b};
	PGresult *rows = PQexecParams(r->conn, sql, b ? 2 : a ? 1 : 0, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		return rows;
	refuse_as_server_says(r, doing);
	PQclear(rows);
	return NULL;
}

static bool is_true(struct run *r, const char *doing, const char *sql, const char *a, bool *answer)
{
	PGresult *rows = ask(r, doing, sql, a, NULL);
	if (!rows)
		return false;
	*answer = PQntuples(rows) > 0 && PQgetvalue(rows, 0, 0)[0] == 't';
	PQclear(rows);
	return true;
}

static bool run_sql(struct run *r, const char *doing, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool run_sql(struct run *r, const char *doing, const char *fmt, ...)
{
	char sql[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	PGresult *result = PQexec(r->conn, sql);
	ExecStatusType status = PQresultStatus(result);
	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || refuse_as_server_says(r, doing);
}

static void drop_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static bool reach(struct run *r, const char *conninfo)
{
	r->conn = PQconnectdb(conninfo);
	if (PQstatus(r->conn) != CONNECTION_OK) {
		const char *why = PQerrorMessage(r->conn); /* advice on further lines */
		return refuse(r, EXIT_AWAY, "cannot reach PostgreSQL: %.*s. Start it, or correct db.conninfo.",
			      (int)strcspn(why, "\n"), why);
	}
	PQsetNoticeProcessor(r->conn, drop_notice, NULL);
	return true;
}

/* In the plain C locale lower() and pg_trgm ignore Cyrillic, and every search for it would silently miss. */
static bool refuse_locale(struct run *r)
{
	PGresult *rows = ask(r, "reading the locale",
			     "SELECT current_database(), pg_encoding_to_char(encoding), datctype, "
			     "pg_encoding_to_char(encoding) = 'UTF8' AND lower(U&'\\0416') = U&'\\0436' "
			     "FROM pg_database WHERE datname = current_database()", NULL, NULL);
	if (!rows)
		return false;
	bool fine = PQgetvalue(rows, 0, 3)[0] == 't';
	if (!fine)
		refuse(r, EXIT_OPERATOR,
		       "database \"%s\" has encoding %s and character type %s, which do not fold Cyrillic letters. "
		       "Make it again: "
		       "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 %s",
		       PQgetvalue(rows, 0, 0), PQgetvalue(rows, 0, 1), PQgetvalue(rows, 0, 2), PQgetvalue(rows, 0, 0));
	PQclear(rows);
	return fine;
}

/*
 * Polled, because a blocking pg_advisory_lock holds a snapshot while it waits, and CREATE INDEX CONCURRENTLY of the
 * runner that has the lock waits for old snapshots: a deadlock.
 */
static bool lock(struct run *r)
{
	const struct timespec pause = {.tv_nsec = 50 * MILLISECOND_NS};
	for (time_t end = time(NULL) + LOCK_WAIT_S; time(NULL) <= end; nanosleep(&pause, NULL)) {
		bool locked;
		if (!is_true(r, "locking", "SELECT pg_try_advisory_lock(" LOCK_KEY ")", NULL, &locked))
			return false;
		if (locked)
			return true;
	}
	return refuse(r, EXIT_AWAY,
		      "another migration has been running for %d seconds. Wait for it, or end its session "
		      "(select pid from pg_locks where locktype = 'advisory').",
		      LOCK_WAIT_S);
}

/* --- What is there, compared with what should be --- */

static bool is_of(const struct migration *m, const char *module)
{
	return strcmp(m->schema, EVERY) == 0 || strcmp(m->schema, module) == 0;
}

static bool is_same(const struct migration *m, const PGresult *recorded, int row)
{
	return strcmp(PQgetvalue(recorded, row, 0), m->schema) == 0 && atoi(PQgetvalue(recorded, row, 1)) == m->number;
}

/* The recorded row of the file, or -1. */
static int find_recorded(const struct migration *m, const PGresult *recorded)
{
	for (int row = 0; row < PQntuples(recorded); row++)
		if (is_same(m, recorded, row))
			return row;
	return -1;
}

static const struct migration *find_file(const struct run *r, const PGresult *recorded, int row)
{
	for (const struct migration *m = r->set; m->schema; m++)
		if (is_same(m, recorded, row))
			return m;
	return NULL;
}

static PGresult *recorded_of(struct run *r, const char *module)
{
	bool exists;
	if (!is_true(r, "reading vobe_meta.migrations", "SELECT to_regclass('vobe_meta.migrations') IS NOT NULL", NULL,
		     &exists))
		return NULL;
	return ask(r, "reading vobe_meta.migrations",
		   exists ? "SELECT folder, number, name, checksum FROM vobe_meta.migrations WHERE schema = $1 "
			    "ORDER BY 1, 2"
			  : "SELECT '', 0, '', '' WHERE $1 = ''",
		   module, NULL);
}

static bool refuse_ahead(struct run *r, const char *module, const PGresult *recorded)
{
	for (int row = 0; row < PQntuples(recorded); row++)
		if (!find_file(r, recorded, row))
			return refuse(r, EXIT_OPERATOR,
				      "schema %s has %s/%s, which this binary does not know: the database was "
				      "migrated by a newer version. Run that version.",
				      module, PQgetvalue(recorded, row, 0), PQgetvalue(recorded, row, 2));
	return true;
}

static bool compare_file(struct run *r, const char *module, const struct migration *m, const PGresult *recorded,
			 FILE *out)
{
	int row = find_recorded(m, recorded);
	bool altered = row >= 0 && strcmp(PQgetvalue(recorded, row, 3), m->sha256) != 0;
	if (out)
		fprintf(out, "%-10s %s/%-32s %s\n", module, m->schema, m->name,
			altered ? "ALTERED" : row >= 0 ? "applied" : "pending");
	if (row < 0)
		r->report->pending++;
	return !altered || refuse(r, EXIT_OPERATOR,
				  "sql/%s/%s was changed after it had been applied to schema %s. Restore the file and "
				  "put the change into a new one with the next number.",
				  m->schema, m->name, module);
}

static bool compare_module(struct run *r, const char *module, FILE *out)
{
	PGresult *recorded = recorded_of(r, module);
	bool fine = recorded && refuse_ahead(r, module, recorded);
	for (const struct migration *m = r->set; fine && m->schema; m++)
		fine = !is_of(m, module) || compare_file(r, module, m, recorded, out);
	PQclear(recorded);
	return fine;
}

static bool compare(struct run *r, FILE *out)
{
	r->report->pending = 0;
	for (const char *const *module = r->modules; *module; module++)
		if (!compare_module(r, *module, out))
			return false;
	return true;
}

/* --- Roles and rights --- */

/*
 * Roles belong to the cluster, our lock to one database: another database's migration may create or grant the same
 * role at this moment. Both losers' errors (duplicate, "tuple concurrently updated") pass when asked again.
 */
static bool create_role(struct run *r, const char *module)
{
	char role[64];
	snprintf(role, sizeof role, "vobe_%s", module);
	for (int tries = 0; tries < ROLE_TRIES; tries++) {
		bool fine;
		if (!is_true(r, "reading roles", "SELECT count(*) = 1 FROM pg_roles WHERE rolname = $1", role, &fine))
			return false;
		if (!fine && !run_sql(r, "creating the module's role", "CREATE ROLE \"%s\" NOLOGIN", role))
			continue;
		if (!is_true(r, "reading roles", "SELECT pg_has_role(current_user, $1, 'MEMBER')", role, &fine))
			return false;
		if (fine || run_sql(r, "granting the module's role", "GRANT \"%s\" TO CURRENT_USER", role)) {
			r->report->fault[0] = '\0'; /* of a race that was lost before */
			r->report->exit_code = 0;
			return true;
		}
		nanosleep(&(struct timespec){.tv_nsec = 20 * MILLISECOND_NS}, NULL);
	}
	return false;
}

static bool create_meta(struct run *r)
{
	return run_sql(r, "creating vobe_meta",
		       "CREATE SCHEMA IF NOT EXISTS vobe_meta;"
		       "CREATE TABLE IF NOT EXISTS vobe_meta.migrations ("
		       "	schema text NOT NULL, folder text NOT NULL, number integer NOT NULL,"
		       "	name text NOT NULL, checksum text NOT NULL,"
		       "	applied_at timestamptz NOT NULL DEFAULT now(),"
		       "	PRIMARY KEY (schema, folder, number));"
		       "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
}

/* The runtime role owns nothing. Default privileges, not grants on what is there: a migration may take some back. */
static bool create_schema(struct run *r, const char *module)
{
	return create_role(r, module) &&
	       run_sql(r, "creating the module's schema",
		       "CREATE SCHEMA IF NOT EXISTS \"%1$s\";"
		       "REVOKE ALL ON SCHEMA \"%1$s\" FROM PUBLIC;"
		       "GRANT USAGE ON SCHEMA \"%1$s\" TO \"vobe_%1$s\";"
		       "ALTER DEFAULT PRIVILEGES IN SCHEMA \"%1$s\" "
		       "	GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \"vobe_%1$s\";"
		       "ALTER DEFAULT PRIVILEGES IN SCHEMA \"%1$s\" "
		       "	GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO \"vobe_%1$s\"", module);
}

/* --- Applying --- */

/* The line of the file that a syntax or name error points at; 0: unknown. Positions count characters from 1. */
static int fault_line(const PGresult *result, const char *sql)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	if (!position)
		return 0;
	int line = 1;
	for (int left = atoi(position); *sql && left > 1; sql++) {
		line += *sql == '\n';
		left -= (*sql & 0xC0) != 0x80; /* UTF-8 continuation bytes are no characters */
	}
	return line;
}

static bool run_file(struct run *r, const char *module, const struct migration *m)
{
	PGresult *result = PQexec(r->conn, m->sql);
	ExecStatusType status = PQresultStatus(result);
	bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
	if (!fine)
		refuse(r, PQstatus(r->conn) == CONNECTION_OK ? EXIT_OPERATOR : EXIT_AWAY,
		       "sql/%s/%s line %d, in schema %s: %s", m->schema, m->name, fault_line(result, m->sql), module,
		       PQresultErrorMessage(result));
	PQclear(result);
	return fine;
}

static bool record(struct run *r, const char *module, const struct migration *m)
{
	char number[16];
	snprintf(number, sizeof number, "%d", m->number);
	const char *const values[] = {module, m->schema, number, m->name, m->sha256};
	PGresult *result = PQexecParams(r->conn,
					"INSERT INTO vobe_meta.migrations (schema, folder, number, name, checksum) "
					"VALUES ($1, $2, $3, $4, $5)",
					5, NULL, values, NULL, NULL, 0);
	bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	return fine || refuse_as_server_says(r, "recording a migration");
}

static bool apply(struct run *r, const char *module, const struct migration *m)
{
	bool whole = strncmp(m->sql, NO_TRANSACTION, sizeof NO_TRANSACTION - 1) != 0;
	if (!run_sql(r, "setting search_path", "SET search_path = \"%s\", public", module) ||
	    (whole && !run_sql(r, "beginning", "BEGIN")) ||
	    !run_file(r, module, m) ||
	    !record(r, module, m) ||
	    (whole && !run_sql(r, "committing", "COMMIT")))
		return false;
	r->report->applied++;
	r->report->pending--;
	return true;
}

/* The folders are sorted by name: first what every schema has, then the module's own. */
static bool apply_folder(struct run *r, const char *module, const char *folder, const PGresult *recorded)
{
	for (const struct migration *m = r->set; m->schema; m++)
		if (strcmp(m->schema, folder) == 0 && find_recorded(m, recorded) < 0 && !apply(r, module, m))
			return false;
	return true;
}

static bool apply_module(struct run *r, const char *module)
{
	if (!create_schema(r, module))
		return false;
	PGresult *recorded = recorded_of(r, module);
	bool fine = recorded && apply_folder(r, module, EVERY, recorded) && apply_folder(r, module, module, recorded);
	PQclear(recorded);
	return fine;
}

static bool apply_all(struct run *r)
{
	for (const char *const *module = r->modules; *module; module++)
		if (!apply_module(r, *module))
			return false;
	return true;
}

/* --- Exported --- */

bool migrate_up_with(const struct migration *set, const char *conninfo, const char *const *modules,
		     struct migrate_report *report)
{
	struct run r = {.set = set, .modules = modules, .report = report};
	*report = (struct migrate_report){0};
	bool fine = reach(&r, conninfo) && refuse_locale(&r) && lock(&r) && compare(&r, NULL) && create_meta(&r) &&
		    apply_all(&r);
	PQfinish(r.conn);
	return fine;
}

bool migrate_status_with(const struct migration *set, const char *conninfo, const char *const *modules, FILE *out,
			 struct migrate_report *report)
{
	struct run r = {.set = set, .modules = modules, .report = report};
	*report = (struct migrate_report){0};
	bool fine = reach(&r, conninfo) && refuse_locale(&r) && compare(&r, out);
	PQfinish(r.conn);
	return fine;
}

bool migrate_up(const char *conninfo, const char *const *modules, struct migrate_report *report)
{
	return migrate_up_with(migrations, conninfo, modules, report);
}

bool migrate_status(const char *conninfo, const char *const *modules, FILE *out, struct migrate_report *report)
{
	return migrate_status_with(migrations, conninfo, modules, out, report);
}
