/* The inside of migrations: one run, and what its files do for one another. */
#ifndef DB_MIGRATE_RUN_H
#define DB_MIGRATE_RUN_H

#include "db/migrate/migrate.h"

#include <libpq-fe.h>

enum {
	EXIT_AWAY = 69,     /* sysexits EX_UNAVAILABLE */
	EXIT_OPERATOR = 78, /* sysexits EX_CONFIG */
	LOCK_WAIT_S = 60,   /* for a lock, in tries of ... */
	LOCK_MS = 3000,
};

#define EVERY "every" /* the folder that each module's schema gets first */

struct run {
	PGconn *conn;
	const struct migration *set;
	const char *const *modules;
	struct migrate_report *report;
	bool is_owner;    /* else it looks as a module's role */
	char sqlstate[6]; /* of the last refusal; empty: none */
};

/* run.c. Each but the first returns false, or NULL, with the report's fault set: `doing` says at what. */
bool run_refuse(struct run *r, int exit_code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool run_refuse_as_said(struct run *r, const char *doing); /* by the server */

int run_exit_code(const struct run *r); /* what the last refusal is: away for now, or an operator's matter */
void run_forgive(struct run *r);        /* forgets it: it will be tried again */
bool run_waits_for_lock(const struct run *r);        /* the last refusal was a lock that somebody holds */
PGresult *run_note(struct run *r, PGresult *result); /* keeps its SQLSTATE */

/* Rows of a query; `a` is its $1, if it has any. PQclear is the caller's. */
PGresult *run_ask(struct run *r, const char *doing, const char *sql, const char *a);
bool run_is_true(struct run *r, const char *doing, const char *sql, const char *a, bool *answer);
bool run_sql(struct run *r, const char *doing, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Connects as that user (NULL: whom the conninfo names). A login that is refused needs an operator, a server
 * away time. */
bool run_reach(struct run *r, const char *conninfo, const char *user);

/* A database that is not UTF-8, or whose locale does not fold Cyrillic. */
bool run_refuse_locale(struct run *r);

/* One runner at a time. */
bool run_lock(struct run *r);

/* compare.c: counts what is pending; what is altered or ahead is a fault. `out`: one line a file, or NULL. */
bool run_compare(struct run *r, FILE *out);
PGresult *run_recorded(struct run *r, const char *module);
int migration_find_recorded(const struct migration *m, const PGresult *recorded); /* -1: not applied */

#endif
