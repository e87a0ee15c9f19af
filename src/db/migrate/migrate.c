/* Migrations, blocking, over one connection of their own: refuse, lock, roles and rights, then file by file.
 */
#include "db/migrate/rights.h"
#include "db/migrate/run.h"

#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char NO_TRANSACTION[] = "-- no transaction";

/* --- Schemas --- */

/* Extensions have a schema of their own: `public` is nobody's, and is on no search_path. */
static bool create_meta(struct run *r)
{
	return run_sql(r, "creating vobe_meta",
		       "CREATE SCHEMA IF NOT EXISTS vobe_meta;"
		       "CREATE TABLE IF NOT EXISTS vobe_meta.migrations ("
		       "	schema text NOT NULL, folder text NOT NULL, number integer NOT NULL,"
		       "	name text NOT NULL, checksum text NOT NULL,"
		       "	applied_at timestamptz NOT NULL DEFAULT now(),"
		       "	PRIMARY KEY (schema, folder, number));"
		       "CREATE SCHEMA IF NOT EXISTS extensions;"
		       "REVOKE ALL ON SCHEMA public FROM PUBLIC");
}

/*
 * The role comes first: files may name it. Default privileges, so that it can work with a table from the
 * moment it is there; rights_mend() has the last word. The view lets it see what was applied to its schema,
 * and nothing of others.
 */
static bool create_schema(struct run *r, const char *module)
{
	return rights_mend(r, module) &&
	       run_sql(r, "creating the module's schema",
		       "CREATE SCHEMA IF NOT EXISTS \"%1$s\";"
		       "ALTER DEFAULT PRIVILEGES IN SCHEMA \"%1$s\" "
		       "	GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \"vobe_%1$s\";"
		       "ALTER DEFAULT PRIVILEGES IN SCHEMA \"%1$s\" "
		       "	GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO \"vobe_%1$s\";"
		       "CREATE OR REPLACE VIEW \"%1$s\".migrations AS "
		       "	SELECT schema, folder, number, name, checksum FROM vobe_meta.migrations "
		       "	WHERE schema = '%1$s'",
		       module);
}

static bool create_schemas(struct run *r)
{
	for (const char *const *module = r->modules; *module; module++)
		if (!create_schema(r, *module))
			return false;
	return true;
}

/* --- Applying --- */

/* The line of the file that a syntax or name error points at; 0: unknown. Positions count characters from 1.
 */
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
	PGresult *result = run_note(r, PQexec(r->conn, m->sql));
	ExecStatusType status = PQresultStatus(result);
	bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
	if (!fine)
		run_refuse(r, run_exit_code(r), "sql/%s/%s line %d, in schema %s: %s", m->schema, m->name,
			   fault_line(result, m->sql), module, PQresultErrorMessage(result));
	PQclear(result);
	return fine;
}

static bool record(struct run *r, const char *module, const struct migration *m)
{
	char number[16];
	snprintf(number, sizeof number, "%d", m->number);
	const char *const values[] = {module, m->schema, number, m->name, m->sha256};
	PGresult *result =
		PQexecParams(r->conn,
			     "INSERT INTO vobe_meta.migrations (schema, folder, number, name, checksum) "
			     "VALUES ($1, $2, $3, $4, $5)",
			     5, NULL, values, NULL, NULL, 0);
	bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	return fine || run_refuse_as_said(r, "recording a migration");
}

/* A file outside of a transaction leaves traces when it is cut short: it waits for as long as it takes. */
static bool apply_once(struct run *r, const char *module, const struct migration *m)
{
	bool whole = strncmp(m->sql, NO_TRANSACTION, sizeof NO_TRANSACTION - 1) != 0;
	if (!run_sql(r, "setting search_path", "SET search_path = \"%s\", extensions, public", module))
		return false;
	if (whole)
		return run_sql(r, "beginning", "BEGIN") && run_file(r, module, m) && record(r, module, m) &&
		       run_sql(r, "committing", "COMMIT");
	return run_sql(r, "setting lock_timeout", "SET lock_timeout = 0") && run_file(r, module, m) &&
	       record(r, module, m) && run_sql(r, "setting lock_timeout", "SET lock_timeout = %d", LOCK_MS);
}

/* Beside a lock it waits and says so, in short tries: who comes behind us in the lock's queue waits too. */
static bool apply(struct run *r, const char *module, const struct migration *m)
{
	time_t end = time(NULL) + LOCK_WAIT_S;
	while (!apply_once(r, module, m)) {
		if (!run_waits_for_lock(r) || time(NULL) > end)
			return false;
		log_warn("migration_waits", "%s; trying again", r->report->fault);
		run_forgive(r);
		if (!run_sql(r, "rolling back", "ROLLBACK"))
			return false;
	}
	r->report->applied++;
	r->report->pending--;
	return true;
}

/* The folders are sorted by name: first what every schema has, then the module's own. */
static bool apply_folder(struct run *r, const char *module, const char *folder, const PGresult *recorded)
{
	for (const struct migration *m = r->set; m->schema; m++)
		if (strcmp(m->schema, folder) == 0 && migration_find_recorded(m, recorded) < 0 &&
		    !apply(r, module, m))
			return false;
	return true;
}

static bool apply_module(struct run *r, const char *module)
{
	PGresult *recorded = run_recorded(r, module);
	bool fine = recorded && apply_folder(r, module, EVERY, recorded) &&
		    apply_folder(r, module, module, recorded);
	PQclear(recorded);
	return fine && rights_mend(r, module);
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
	struct run r = {.set = set, .modules = modules, .report = report, .is_owner = true};
	*report = (struct migrate_report){0};
	bool fine = run_reach(&r, conninfo, NULL) && run_refuse_locale(&r) && run_lock(&r) &&
		    run_compare(&r, NULL) && create_meta(&r) && create_schemas(&r) && apply_all(&r);
	PQfinish(r.conn);
	return fine;
}

static bool look_at_rights(struct run *r, FILE *out)
{
	for (const char *const *module = r->modules; *module; module++)
		if (!rights_look(r, *module, out))
			return false;
	return true;
}

/* Whoever has the owner's login has what the owner may do; only told, since nothing is broken by it. */
static bool look_at_owner(struct run *r, FILE *out)
{
	PGresult *rows = run_ask(r, "reading the owner's rights",
				 "SELECT rolname, CASE WHEN rolsuper"
				 " THEN 'is a superuser; let one that is none own the database'"
				 " ELSE format('may make roles: ALTER ROLE %I NOCREATEROLE;', rolname) END "
				 "FROM pg_roles WHERE rolname = session_user AND (rolsuper OR rolcreaterole)",
				 NULL);
	bool fine = rows != NULL;
	if (fine && out && PQntuples(rows))
		fprintf(out, "owner      %s needs no such right, but %s\n", PQgetvalue(rows, 0, 0),
			PQgetvalue(rows, 0, 1));
	PQclear(rows);
	return fine;
}

bool migrate_status_with(const struct migration *set, const char *conninfo, const char *const *modules,
			 FILE *out, struct migrate_report *report)
{
	struct run r = {.set = set, .modules = modules, .report = report, .is_owner = true};
	*report = (struct migrate_report){0};
	bool fine = run_reach(&r, conninfo, NULL) && run_refuse_locale(&r) && run_compare(&r, out) &&
		    look_at_rights(&r, out) && look_at_owner(&r, out);
	PQfinish(r.conn);
	return fine;
}

bool migrate_look(const char *conninfo, const char *module, struct migrate_report *report)
{
	const char *const modules[] = {module, NULL};
	struct run r = {.set = migrations, .modules = modules, .report = report};
	char role[64];
	*report = (struct migrate_report){0};
	snprintf(role, sizeof role, "vobe_%s", module);
	bool fine = run_reach(&r, conninfo, role) && run_refuse_locale(&r) && run_compare(&r, NULL) &&
		    (report->pending || look_at_rights(&r, NULL));
	PQfinish(r.conn);
	return fine;
}

bool migrate_up(const char *conninfo, const char *const *modules, struct migrate_report *report)
{
	return migrate_up_with(migrations, conninfo, modules, report);
}

bool migrate_status(const char *conninfo, const char *const *modules, FILE *out,
		    struct migrate_report *report)
{
	return migrate_status_with(migrations, conninfo, modules, out, report);
}

void migrate_print_roles(const char *const *modules, FILE *out)
{
	rights_print_roles(modules, out);
}
