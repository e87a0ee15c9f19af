/* What the database says was applied, compared with the files of this binary. */
#include "db/migrate/run.h"

#include <stdlib.h>
#include <string.h>

static bool migration_is_of(const struct migration *m, const char *module)
{
	return strcmp(m->schema, EVERY) == 0 || strcmp(m->schema, module) == 0;
}

static bool migration_is_same(const struct migration *m, const PGresult *recorded, int row)
{
	return strcmp(PQgetvalue(recorded, row, 0), m->schema) == 0 &&
	       atoi(PQgetvalue(recorded, row, 1)) == m->number;
}

/* The recorded row of the file, or -1. */
int migration_find_recorded(const struct migration *m, const PGresult *recorded)
{
	for (int row = 0; row < PQntuples(recorded); row++)
		if (migration_is_same(m, recorded, row))
			return row;
	return -1;
}

static const struct migration *find_file(const struct run *r, const PGresult *recorded, int row)
{
	for (const struct migration *m = r->set; m->schema; m++)
		if (migration_is_same(m, recorded, row))
			return m;
	return NULL;
}

/* The owner reads the table; a module's role the view of it in its own schema. */
PGresult *run_recorded(struct run *r, const char *module)
{
	const char *schema = r->is_owner ? "vobe_meta" : module;
	char rows[160] = "SELECT '', 0, '', '' WHERE false";
	bool exists;
	if (!run_is_true(r, "reading what was migrated",
			 "SELECT count(*) = 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
			 "WHERE n.nspname = $1 AND c.relname = 'migrations'",
			 schema, &exists))
		return NULL;
	if (exists)
		snprintf(rows, sizeof rows,
			 "SELECT folder, number, name, checksum FROM \"%s\".migrations "
			 "WHERE schema = '%s' ORDER BY 1, 2",
			 schema, module);
	return run_ask(r, "reading what was migrated", rows, NULL);
}

static bool refuse_ahead(struct run *r, const char *module, const PGresult *recorded)
{
	for (int row = 0; row < PQntuples(recorded); row++)
		if (!find_file(r, recorded, row))
			return run_refuse(
				r, EXIT_OPERATOR,
				"schema %s has %s/%s, which this binary does not know: the database was "
				"migrated by a newer version. Run that version.",
				module, PQgetvalue(recorded, row, 0), PQgetvalue(recorded, row, 2));
	return true;
}

static bool compare_file(struct run *r, const char *module, const struct migration *m,
			 const PGresult *recorded, FILE *out)
{
	int row = migration_find_recorded(m, recorded);
	bool altered = row >= 0 && strcmp(PQgetvalue(recorded, row, 3), m->sha256) != 0;
	if (out)
		fprintf(out, "%-10s %s/%-32s %s\n", module, m->schema, m->name,
			altered    ? "ALTERED"
			: row >= 0 ? "applied"
				   : "pending");
	if (row < 0)
		r->report->pending++;
	return !altered ||
	       run_refuse(
		       r, EXIT_OPERATOR,
		       "sql/%s/%s was changed after it had been applied to schema %s. Restore the file and "
		       "put the change into a new one with the next number.",
		       m->schema, m->name, module);
}

static bool compare_module(struct run *r, const char *module, FILE *out)
{
	PGresult *recorded = run_recorded(r, module);
	bool fine = recorded && refuse_ahead(r, module, recorded);
	for (const struct migration *m = r->set; fine && m->schema; m++)
		fine = !migration_is_of(m, module) || compare_file(r, module, m, recorded, out);
	PQclear(recorded);
	return fine;
}

bool run_compare(struct run *r, FILE *out)
{
	r->report->pending = 0;
	for (const char *const *module = r->modules; *module; module++)
		if (!compare_module(r, *module, out))
			return false;
	return true;
}
