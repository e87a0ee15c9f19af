/* Migrations against a real server: what is applied, what is refused, who may do what afterwards. */
#include "db/migrate/migrate.h"
#include "support/pg.h"
#include "support/test.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const two[] = {"red", "blue", NULL};
static const char *const red_only[] = {"red", NULL};

static const struct migration first_set[] = {
	{"blue", 1, "0001_things.sql", "CREATE TABLE things (id bigint PRIMARY KEY);", "b1"},
	{"every", 1, "0001_common.sql", "CREATE TABLE common (id bigserial PRIMARY KEY);", "e1"},
	{"red", 1, "0001_things.sql",
	 "CREATE TABLE things (id bigint PRIMARY KEY);\nCREATE TABLE audit (id bigint);\n"
	 "COMMENT ON TABLE audit IS 'rights: SELECT, INSERT';",
	 "r1"},
	{"red", 2, "0002_index.sql",
	 "-- no transaction\nCREATE INDEX CONCURRENTLY things_again ON things (id)", "r2"},
	{NULL, 0, NULL, NULL, NULL},
};

static void assert_value(const char *conninfo, const char *sql, const char *wanted)
{
	char *value = test_sql(conninfo, "%s", sql);
	ck_assert_msg(value && strcmp(value, wanted) == 0, "%s: %s instead of %s", sql,
		      value ? value : "null", wanted);
	free(value);
}

static void assert_up(const struct migration *set, const char *conninfo, const char *const *modules,
		      int applied)
{
	struct migrate_report report;
	ck_assert_msg(migrate_up_with(set, conninfo, modules, &report), "%s", report.fault);
	ck_assert_int_eq(report.applied, applied);
	ck_assert_int_eq(report.pending, 0);
	ck_assert_str_eq(report.fault, "");
	ck_assert_int_eq(report.exit_code, 0);
}

static void assert_refused(const struct migration *set, const char *conninfo, const char *const *modules,
			   const char *word)
{
	struct migrate_report report;
	ck_assert(!migrate_up_with(set, conninfo, modules, &report));
	ck_assert_msg(strstr(report.fault, word) != NULL, "fault: %s", report.fault);
	ck_assert_int_eq(report.exit_code, 78);
}

/* What the server says to `sql` as that role; NULL when it is allowed. */
static char *refusal_as(const char *conninfo, const char *role, const char *sql)
{
	PGconn *conn = PQconnectdb(conninfo);
	char set_role[100];
	snprintf(set_role, sizeof set_role, "SET ROLE %s", role);
	PQclear(PQexec(conn, set_role));
	PGresult *result = PQexec(conn, sql);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	char *copy = state ? strdup(state) : NULL;
	PQclear(result);
	PQfinish(conn);
	return copy;
}

static void assert_rights(const char *conninfo, const char *role, const char *sql, const char *wanted)
{
	char *state = refusal_as(conninfo, role, sql);
	ck_assert_msg(wanted ? state && strcmp(state, wanted) == 0 : !state, "%s as %s: %s", sql, role,
		      state ? state : "allowed");
	free(state);
}

TEST(applies_once_in_order)
{
	const char *db = test_database(NULL);
	assert_up(first_set, db, two, 5);
	assert_value(db,
		     "SELECT string_agg(folder || '/' || number, ' ' ORDER BY applied_at, folder, number) "
		     "FROM vobe_meta.migrations WHERE schema = 'red'",
		     "every/1 red/1 red/2");
	assert_value(db,
		     "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'red.things_again'::regclass",
		     "true");
	assert_up(first_set, db, two, 0);
}

TEST(roles_reach_their_own_schema_only)
{
	const char *db = test_database(NULL);
	assert_up(first_set, db, two, 5);
	assert_rights(db, "vobe_red", "INSERT INTO red.things VALUES (1)", NULL);
	assert_rights(db, "vobe_red", "INSERT INTO red.common DEFAULT VALUES", NULL);
	assert_rights(db, "vobe_red", "INSERT INTO red.audit VALUES (1)", NULL);
	assert_rights(db, "vobe_red", "DELETE FROM red.audit", "42501");
	assert_rights(db, "vobe_red", "SELECT * FROM blue.things", "42501");
	assert_rights(db, "vobe_red", "CREATE TABLE red.own ()", "42501");
	assert_rights(db, "vobe_red", "CREATE TABLE public.own ()", "42501");
	assert_rights(db, "vobe_red", "SELECT * FROM vobe_meta.migrations", "42501");
	assert_up(first_set, db, two, 0); /* a second run gives nothing that the comment does not say */
	assert_rights(db, "vobe_red", "DELETE FROM red.audit", "42501");
}

/* Each is found by status, named, and mended by the next run; nothing is left for a third. */
TEST(rights_are_looked_at_and_mended)
{
	static const struct {
		const char *plant, *lack;
	} plants[] = {
		{"ALTER ROLE vobe_mended NOLOGIN", "may not log in"},
		{"ALTER ROLE vobe_mended CREATEROLE", "may make roles"},
		{"ALTER ROLE vobe_mended SUPERUSER", "is a superuser"},
		{"ALTER ROLE vobe_mended INHERIT", "would inherit rights"},
		{"GRANT pg_execute_server_program TO vobe_mended",
		 "is a member of pg_execute_server_program"},
		{"ALTER TABLE mended.things OWNER TO vobe_mended", "owns 1 objects"},
		{"REVOKE ALL ON mended.things FROM vobe_mended",
		 "has nothing on mended.things in place of SELECT, INSERT"},
		{"GRANT TRUNCATE ON mended.things TO PUBLIC", "TRUNCATE on mended.things"},
		{"GRANT DELETE ON mended.audit TO vobe_mended", "on mended.audit in place of SELECT, INSERT"},
		{"REVOKE ALL ON SCHEMA mended FROM vobe_mended", "may not use schema mended"},
		{"GRANT USAGE ON SCHEMA vobe_meta TO vobe_mended", "may use schema vobe_meta"},
		{"GRANT CREATE ON SCHEMA extensions TO PUBLIC", "may create in schema extensions"},
		{"GRANT USAGE ON SCHEMA public TO PUBLIC", "may use schema public"},
		{"DO $$BEGIN EXECUTE 'GRANT TEMPORARY ON DATABASE ' || current_database() || "
		 "' TO PUBLIC'; END$$",
		 "temporary tables"},
	};
	static const char *const modules[] = {"mended", NULL};
	static const struct migration set[] = {
		{"mended", 1, "0001_a.sql",
		 "CREATE TABLE things (id bigint);\nCREATE TABLE audit (id bigint);\n"
		 "COMMENT ON TABLE audit IS 'rights: SELECT, INSERT';",
		 "1"},
		{NULL, 0, NULL, NULL, NULL},
	};
	const char *db = test_database(NULL);
	struct migrate_report report;
	assert_up(set, db, modules, 1);
	for (size_t i = 0; i < sizeof plants / sizeof *plants; i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);
		free(test_sql(db, "%s", plants[i].plant));
		ck_assert_msg(migrate_status_with(set, db, modules, out, &report), "%s", report.fault);
		fclose(out);
		ck_assert_msg(report.lacking > 0 && strstr(text, plants[i].lack), "%s: %s", plants[i].plant,
			      text);
		free(text);
		assert_up(set, db, modules, 0);
		ck_assert(migrate_status_with(set, db, modules, NULL, &report));
		ck_assert_msg(report.lacking == 0 && !report.warning[0], "%s: %s", plants[i].plant,
			      report.lack);
	}
}

/* As an owner that may not make roles: told who can, and nothing done. */
TEST(owner_that_may_not_mend_says_who_can)
{
	static const char *const modules[] = {"unmended", NULL};
	static const struct migration set[] = {
		{"unmended", 1, "0001_a.sql", "CREATE TABLE things (id bigint);", "1"},
		{NULL, 0, NULL, NULL, NULL},
	};
	const char *db = test_database(NULL);
	char plain[512];
	free(test_sql(db, "CREATE ROLE plain_owner LOGIN; "
			  "DO $$BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || "
			  "' OWNER TO plain_owner'; END$$"));
	snprintf(plain, sizeof plain, "%s user=plain_owner", db);
	assert_refused(set, plain, modules, "role vobe_unmended does not exist");
	assert_refused(set, plain, modules, "vobemusic migrate roles");
	free(test_sql(db, "CREATE ROLE vobe_unmended LOGIN NOINHERIT"));
	assert_up(set, plain, modules, 1); /* what is left is only warned of */
	free(test_sql(
		db,
		"DROP OWNED BY plain_owner CASCADE; DROP OWNED BY vobe_unmended; DROP ROLE vobe_unmended"));
	free(test_sql(
		db,
		"DO $$BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' OWNER TO vobemusic'; END$$; "
		"DROP ROLE plain_owner"));
}

TEST(altered_file_is_refused)
{
	const char *db = test_database(NULL);
	assert_up(first_set, db, two, 5);
	struct migration altered[sizeof first_set / sizeof *first_set];
	memcpy(altered, first_set, sizeof first_set);
	altered[2].sha256 = "other";
	assert_refused(altered, db, two, "sql/red/0001_things.sql was changed");
}

TEST(database_ahead_is_refused)
{
	const char *db = test_database(NULL);
	assert_up(first_set, db, two, 5);
	struct migration older[sizeof first_set / sizeof *first_set];
	memcpy(older, first_set, sizeof first_set);
	older[3] = older[4];
	assert_refused(older, db, two, "newer version");
}

TEST(faulty_file_leaves_nothing_and_names_the_line)
{
	static const struct migration faulty[] = {
		{"red", 1, "0001_a.sql", "CREATE TABLE kept (id bigint);", "1"},
		{"red", 2, "0002_b.sql", "CREATE TABLE lost (id bigint);\n\nALTER TABLE nowhere ADD x int;",
		 "2"},
		{"red", 3, "0003_c.sql", "CREATE TABLE ш (id bigint);\nSELECT 'ы' FROM nowhere;", "3"},
		{NULL, 0, NULL, NULL, NULL},
	};
	const char *db = test_database(NULL);
	assert_refused(faulty, db, red_only, "sql/red/0002_b.sql");
	assert_value(db,
		     "SELECT coalesce(to_regclass('red.kept')::text, 'none') || "
		     "coalesce(to_regclass('red.lost')::text, ' none')",
		     "red.kept none");
	struct migration rest[3] = {faulty[0], faulty[2], faulty[3]};
	assert_refused(rest, db, red_only, "0003_c.sql line 2,");
}

TEST(locale_that_ignores_cyrillic_is_refused)
{
	const char *server = getenv("VOBE_TEST_PG");
	char name[64], conninfo[512];
	ck_assert_ptr_nonnull(server);
	snprintf(name, sizeof name, "test_plain_c_%d", (int)getpid());
	snprintf(conninfo, sizeof conninfo, "%s dbname=%s", server, name);
	free(test_sql(server,
		      "CREATE DATABASE %s TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'UTF8'",
		      name));
	assert_refused(first_set, conninfo, two, "--locale=C.UTF-8");
	free(test_sql(server, "DROP DATABASE %s", name));
}

TEST(server_away_is_69)
{
	struct migrate_report report;
	ck_assert(!migrate_up_with(first_set, "host=/nowhere dbname=x", two, &report));
	ck_assert_int_eq(report.exit_code, 69);
	ck_assert_ptr_nonnull(strstr(report.fault, "/nowhere"));
}

TEST(status_changes_nothing)
{
	const char *db = test_database(NULL);
	struct migrate_report report;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	ck_assert(migrate_status_with(first_set, db, two, out, &report));
	fclose(out);
	ck_assert_int_eq(report.pending, 5);
	ck_assert_ptr_nonnull(strstr(text, "every/0001_common.sql"));
	free(text);
	assert_value(db, "SELECT count(*)::text FROM pg_namespace WHERE nspname IN ('red', 'vobe_meta')",
		     "0");
	assert_up(first_set, db, red_only, 3);
	ck_assert(migrate_status_with(first_set, db, two, NULL, &report));
	ck_assert_int_eq(report.pending, 2);
}

/* Of several runners at once each file is applied by exactly one; roles race across databases too. */
TEST(parallel_runners_share_the_work)
{
	enum { RUNNERS = 6 };
	const char *const dbs[] = {test_database(NULL), test_database(NULL)};
	for (int i = 0; i < RUNNERS; i++) {
		if (fork() == 0) {
			struct migrate_report report;
			bool fine = migrate_up_with(first_set, dbs[i % 2], two, &report);
			if (!fine)
				fprintf(stderr, "%s\n", report.fault);
			_exit(fine ? 0 : 1);
		}
	}
	for (int i = 0; i < RUNNERS; i++) {
		int status;
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	assert_value(dbs[0], "SELECT count(*)::text FROM vobe_meta.migrations", "5");
	assert_value(dbs[1], "SELECT count(*)::text FROM vobe_meta.migrations", "5");
}

/* The embedded files, as every module test uses them. */
TEST(databases_are_copies_of_a_migrated_template)
{
	const char *db = test_database(red_only);
	assert_value(db, "SELECT red.expect_rows(1, 1)::text", "true");
	struct migrate_report report;
	ck_assert(migrate_status(db, red_only, NULL, &report));
	ck_assert_int_eq(report.pending, 0);
	const char *other = test_database(red_only);
	ck_assert_str_ne(db, other);
}

/* --- Beside a lock --- */

static PGconn *holder_of(const char *db, const char *table)
{
	char sql[200];
	PGconn *conn = PQconnectdb(db);
	snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", table);
	PGresult *r = PQexec(conn, sql);
	ck_assert_int_eq(PQresultStatus(r), PGRES_COMMAND_OK);
	PQclear(r);
	return conn;
}

static const struct migration wider_set[] = {
	{"every", 1, "0001_common.sql", "CREATE TABLE common (id bigserial PRIMARY KEY);", "e1"},
	{"every", 2, "0002_name.sql", "ALTER TABLE common ADD name text;", "e2"},
	{"red", 1, "0001_things.sql", "SELECT 1;", "r1"},
	{"red", 2, "0002_index.sql", "SELECT 1;", "r2"},
	{NULL, 0, NULL, NULL, NULL},
};

TEST(migration_waits_for_a_lock)
{
	const char *db = test_database(NULL);
	int status;
	assert_up(first_set, db, red_only, 3);
	PGconn *holder = holder_of(db, "red.common");
	pid_t runner = fork();
	if (runner == 0) {
		struct migrate_report report;
		bool fine = migrate_up_with(wider_set, db, red_only, &report);
		_exit(fine && report.applied == 1 && !report.exit_code ? 0 : 1);
	}
	sleep(5); /* longer than one try */
	ck_assert_int_eq(waitpid(runner, &status, WNOHANG), 0);
	PQclear(PQexec(holder, "COMMIT"));
	ck_assert_int_eq(waitpid(runner, &status, 0), runner);
	ck_assert_int_eq(status, 0);
	PQfinish(holder);
}

TEST(look_beside_a_lock_is_no_matter_for_an_operator)
{
	const char *db = test_database(NULL);
	struct migrate_report report;
	assert_up(first_set, db, red_only, 3);
	PGconn *holder = holder_of(db, "vobe_meta.migrations");
	ck_assert(!migrate_status_with(first_set, db, red_only, NULL, &report));
	ck_assert_int_eq(report.exit_code, 69);
	ck_assert_ptr_nonnull(strstr(report.fault, "lock"));
	PQfinish(holder);
}
