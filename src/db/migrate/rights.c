/* Rights as one query: what is wrong with a module's role, and the statement that mends it. */
#include "db/migrate/rights.h"

#include "db/migrate/sql.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#define MILLISECOND_NS INT64_C(1000000)

enum { ROUNDS = 20 };

enum { GRAVE, LACK, MEND };

static bool is_grave(const PGresult *gaps, int row)
{
	return PQgetvalue(gaps, row, GRAVE)[0] == 't';
}

static PGresult *gaps_of(struct run *r, const char *module)
{
	return run_ask(r, "reading the rights of the module's role", RIGHTS_GAPS_SQL, module);
}

static int grave_count(const PGresult *gaps)
{
	int n = 0;
	for (int row = 0; row < PQntuples(gaps); row++)
		n += is_grave(gaps, row);
	return n;
}

/* Nothing is mended by halves: what a refusal leaves is seen by the next look. */
static void mend_once(struct run *r, const PGresult *gaps)
{
	for (int row = 0; row < PQntuples(gaps); row++)
		run_sql(r, "mending rights", "%s", PQgetvalue(gaps, row, MEND));
}

static bool refuse_unmended(struct run *r, const char *module, const char *lack)
{
	char why[256];
	snprintf(why, sizeof why, "%.*s", (int)strcspn(r->report->fault, "\n"), r->report->fault);
	return run_refuse(r, EXIT_OPERATOR,
			  "role vobe_%s %s, and this login could not mend it (%s). As a superuser: "
			  "`vobemusic migrate roles | sudo -u postgres psql -d vobemusic`, then "
			  "`vobemusic migrate up` again.",
			  module, lack, why);
}

/*
 * In rounds, because one gap hides others (a role that is missing has no rights), and because roles belong to
 * the cluster and our lock to one database: another database's migration may change the same role at this
 * moment, and the loser's error ("tuple concurrently updated") passes when asked again.
 */
bool rights_mend(struct run *r, const char *module)
{
	for (int round = 0;; round++) {
		PGresult *gaps = gaps_of(r, module);
		if (!gaps)
			return false;
		bool last = round == ROUNDS,
		     fine = grave_count(gaps) == 0 && (round > 0 || PQntuples(gaps) == 0);
		if (fine) {
			run_forgive(r); /* a round before */
		} else if (last) {
			refuse_unmended(r, module, PQgetvalue(gaps, 0, LACK));
		} else {
			if (round > 1)
				nanosleep(&(struct timespec){.tv_nsec = 20 * MILLISECOND_NS}, NULL);
			mend_once(r, gaps);
		}
		PQclear(gaps);
		if (fine || last)
			return fine;
	}
}

static void tell(struct run *r, const char *module, const PGresult *gaps, int row, FILE *out)
{
	const char *lack = PQgetvalue(gaps, row, LACK);
	if (out)
		fprintf(out, "%-10s role vobe_%s %s: %s;\n", module, module, lack,
			PQgetvalue(gaps, row, MEND));
	if (!is_grave(gaps, row)) {
		snprintf(r->report->warning, sizeof r->report->warning, "role vobe_%s %s", module, lack);
		return;
	}
	if (r->report->lacking++ == 0)
		snprintf(r->report->lack, sizeof r->report->lack, "role vobe_%s %s", module, lack);
}

bool rights_look(struct run *r, const char *module, FILE *out)
{
	PGresult *gaps = gaps_of(r, module);
	for (int row = 0; row < PQntuples(gaps); row++)
		tell(r, module, gaps, row, out);
	PQclear(gaps);
	return gaps != NULL;
}

void rights_print_roles(const char *const *modules, FILE *out)
{
	fputs("-- The roles VobeMusic's modules log in as, and nothing but that. For a superuser.\n"
	      "\\set ON_ERROR_STOP on\n",
	      out);
	for (; *modules; modules++)
		fprintf(out,
			"\nSELECT 'CREATE ROLE vobe_%1$s' WHERE NOT EXISTS "
			"(SELECT FROM pg_roles WHERE rolname = 'vobe_%1$s') \\gexec\n"
			"ALTER ROLE vobe_%1$s LOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB "
			"NOREPLICATION NOBYPASSRLS;\n"
			"ALTER ROLE vobe_%1$s SET log_error_verbosity = terse; "
			"-- no values of rows in PostgreSQL's log\n"
			"SELECT format('REVOKE %%s FROM vobe_%1$s', roleid::regrole) FROM pg_auth_members "
			"WHERE member = 'vobe_%1$s'::regrole \\gexec\n",
			*modules);
}
