/* One run's conversation with the server: reach it, ask it, refuse what does not fit, wait for the lock. */
#include "db/migrate/run.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MILLISECOND_NS INT64_C(1000000)

enum { LOCK_WAIT_S = 60 };

/* Any number that no other program of this cluster uses: "vobe_mig" in ASCII. */
#define LOCK_KEY "8534995654486157671"

bool run_refuse(struct run *r, int exit_code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->report->fault, sizeof r->report->fault, fmt, ap);
	va_end(ap);
	r->report->exit_code = exit_code;
	return false;
}

bool run_refuse_as_said(struct run *r, const char *doing)
{
	bool away = PQstatus(r->conn) != CONNECTION_OK;
	return run_refuse(r, away ? EXIT_AWAY : EXIT_OPERATOR, "%s: %s", doing, PQerrorMessage(r->conn));
}

/* Rows of a query, or NULL with the fault set. `a` and `b` are its $1 and $2, if it has any. */
PGresult *run_ask(struct run *r, const char *doing, const char *sql, const char *a, const char *b)
{
	const char *const values[] = {a, b};
	PGresult *rows = PQexecParams(r->conn, sql, b ? 2 : a ? 1 : 0, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		return rows;
	run_refuse_as_said(r, doing);
	PQclear(rows);
	return NULL;
}

bool run_is_true(struct run *r, const char *doing, const char *sql, const char *a, bool *answer)
{
	PGresult *rows = run_ask(r, doing, sql, a, NULL);
	if (!rows)
		return false;
	*answer = PQntuples(rows) > 0 && PQgetvalue(rows, 0, 0)[0] == 't';
	PQclear(rows);
	return true;
}

bool run_sql(struct run *r, const char *doing, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool run_sql(struct run *r, const char *doing, const char *fmt, ...)
{
	char sql[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	PGresult *result = PQexec(r->conn, sql);
	ExecStatusType status = PQresultStatus(result);
	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || run_refuse_as_said(r, doing);
}

static void drop_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

bool run_reach(struct run *r, const char *conninfo)
{
	r->conn = PQconnectdb(conninfo);
	if (PQstatus(r->conn) != CONNECTION_OK) {
		const char *why = PQerrorMessage(r->conn); /* advice on further lines */
		return run_refuse(r, EXIT_AWAY,
				  "cannot reach PostgreSQL: %.*s. Start it, or correct db.conninfo.",
				  (int)strcspn(why, "\n"), why);
	}
	PQsetNoticeProcessor(r->conn, drop_notice, NULL);
	return true;
}

/* In the plain C locale lower() and pg_trgm ignore Cyrillic, and every search for it would silently miss. */
bool run_refuse_locale(struct run *r)
{
	PGresult *rows = run_ask(r, "reading the locale",
				 "SELECT current_database(), pg_encoding_to_char(encoding), datctype, "
				 "pg_encoding_to_char(encoding) = 'UTF8' AND lower(U&'\\0416') = U&'\\0436' "
				 "FROM pg_database WHERE datname = current_database()",
				 NULL, NULL);
	if (!rows)
		return false;
	bool fine = PQgetvalue(rows, 0, 3)[0] == 't';
	if (!fine)
		run_refuse(
			r, EXIT_OPERATOR,
			"database \"%s\" has encoding %s and character type %s, which do not fold Cyrillic "
			"letters. "
			"Make it again: "
			"createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 %s",
			PQgetvalue(rows, 0, 0), PQgetvalue(rows, 0, 1), PQgetvalue(rows, 0, 2),
			PQgetvalue(rows, 0, 0));
	PQclear(rows);
	return fine;
}

/*
 * Polled, because a blocking pg_advisory_lock holds a snapshot while it waits, and CREATE INDEX CONCURRENTLY
 * of the runner that has the lock waits for old snapshots: a deadlock.
 */
bool run_lock(struct run *r)
{
	const struct timespec pause = {.tv_nsec = 50 * MILLISECOND_NS};
	for (time_t end = time(NULL) + LOCK_WAIT_S; time(NULL) <= end; nanosleep(&pause, NULL)) {
		bool locked;
		if (!run_is_true(r, "locking", "SELECT pg_try_advisory_lock(" LOCK_KEY ")", NULL, &locked))
			return false;
		if (locked)
			return true;
	}
	return run_refuse(
		r, EXIT_AWAY,
		"another migration has been running for %d seconds. Wait for it, or end its session "
		"(select pid from pg_locks where locktype = 'advisory').",
		LOCK_WAIT_S);
}
