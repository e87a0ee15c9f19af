/* One run's conversation with the server: reach it, ask it, refuse what does not fit, wait for the lock. */
#include "db/migrate/run.h"

#include "db/pool/op.h"

#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MILLISECOND_NS INT64_C(1000000)

enum { CONNECT_MS = 10 * 1000 };

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

/* Judged as everywhere: what passes by itself is no fault of an operator's. */
int run_exit_code(const struct run *r)
{
	bool passes = PQstatus(r->conn) != CONNECTION_OK || ending_passes(sqlstate_ending(r->sqlstate));
	return passes ? EXIT_AWAY : EXIT_OPERATOR;
}

void run_forgive(struct run *r)
{
	r->report->fault[0] = '\0';
	r->report->exit_code = 0;
}

bool run_refuse_as_said(struct run *r, const char *doing)
{
	const char *why = PQerrorMessage(r->conn);
	return run_refuse(r, run_exit_code(r), "%s: %.*s%s", doing, (int)strcspn(why, "\n"), why,
			  run_waits_for_lock(r) ? "; another session holds the lock (pg_locks says which)"
						: "");
}

bool run_waits_for_lock(const struct run *r)
{
	return strcmp(r->sqlstate, "55P03") == 0;
}

PGresult *run_note(struct run *r, PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	snprintf(r->sqlstate, sizeof r->sqlstate, "%s", sqlstate ? sqlstate : "");
	return result;
}

PGresult *run_ask(struct run *r, const char *doing, const char *sql, const char *a)
{
	PGresult *rows = run_note(r, PQexecParams(r->conn, sql, a ? 1 : 0, NULL, &a, NULL, NULL, 0));
	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		return rows;
	run_refuse_as_said(r, doing);
	PQclear(rows);
	return NULL;
}

bool run_is_true(struct run *r, const char *doing, const char *sql, const char *a, bool *answer)
{
	PGresult *rows = run_ask(r, doing, sql, a);
	if (!rows)
		return false;
	*answer = PQntuples(rows) > 0 && PQgetvalue(rows, 0, 0)[0] == 't';
	PQclear(rows);
	return true;
}

bool run_sql(struct run *r, const char *doing, const char *fmt, ...)
{
	char sql[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	PGresult *result = run_note(r, PQexec(r->conn, sql));
	ExecStatusType status = PQresultStatus(result);
	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || run_refuse_as_said(r, doing);
}

static void drop_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* By hand, because only between the start and the first answer libpq can be told to name the SQLSTATE of a
 * refusal. */
static bool connect_as(struct run *r, const char *conninfo, const char *user)
{
	const char *const keywords[] = {"dbname", "client_encoding", user ? "user" : NULL, NULL};
	const char *const values[] = {conninfo, "UTF8", user, NULL};
	r->conn = PQconnectStartParams(keywords, values, 1);
	if (!r->conn || PQstatus(r->conn) == CONNECTION_BAD)
		return false;
	PQsetErrorVerbosity(r->conn, PQERRORS_VERBOSE);
	PQsetNoticeProcessor(r->conn, drop_notice, NULL);
	for (PostgresPollingStatusType wants = PGRES_POLLING_WRITING; wants != PGRES_POLLING_OK;
	     wants = PQconnectPoll(r->conn)) {
		struct pollfd server = {PQsocket(r->conn), wants == PGRES_POLLING_READING ? POLLIN : POLLOUT,
					0};
		if (wants == PGRES_POLLING_FAILED || poll(&server, 1, CONNECT_MS) <= 0)
			return false;
	}
	PQsetErrorVerbosity(r->conn, PQERRORS_DEFAULT);
	return run_sql(r, "setting lock_timeout", "SET lock_timeout = %d", LOCK_MS);
}

/* Classes of SQLSTATE that time does not mend: who may log in, and who may connect to this database. */
static bool is_login_refused(const char *why)
{
	return strstr(why, ":  28") || strstr(why, ":  42501");
}

bool run_reach(struct run *r, const char *conninfo, const char *user)
{
	if (connect_as(r, conninfo, user))
		return true;
	const char *why = r->conn ? PQerrorMessage(r->conn) : "out of memory\n";
	int first_line = (int)strcspn(why, "\n"); /* advice on further lines */
	if (is_login_refused(why))
		return run_refuse(
			r, EXIT_OPERATOR,
			"PostgreSQL lets %s not in: %.*s. `vobemusic migrate up` makes what is missing; what "
			"pg_hba.conf and pg_ident.conf must say stands in docs/operations.md.",
			user ? user : "the owner", first_line, why);
	return run_refuse(r, EXIT_AWAY, "cannot reach PostgreSQL: %.*s. Start it, or correct db.conninfo.",
			  first_line, *why ? why : "no answer\n");
}

/* In the plain C locale lower() and pg_trgm ignore Cyrillic, and every search for it would silently miss. */
bool run_refuse_locale(struct run *r)
{
	PGresult *rows = run_ask(r, "reading the locale",
				 "SELECT current_database(), pg_encoding_to_char(encoding), datctype, "
				 "pg_encoding_to_char(encoding) = 'UTF8' AND lower(U&'\\0416') = U&'\\0436' "
				 "FROM pg_database WHERE datname = current_database()",
				 NULL);
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
