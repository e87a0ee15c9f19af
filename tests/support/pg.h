/* A database for a test, on the private server that tests/run started (VOBE_TEST_PG). */
#ifndef SUPPORT_PG_H
#define SUPPORT_PG_H

/*
 * The conninfo of a fresh database, migrated for these modules (NULL-terminated; NULL: none, empty database).
 * Made from a template that the first caller of the run builds. Dropped at exit. Without VOBE_TEST_PG prints
 * how to run the test and exits 1.
 */
const char *test_database(const char *const *modules);

/* Runs SQL as the superuser; ends the test on an error. Returns the first value of the first row as malloc'd
 * text, or NULL. */
char *test_sql(const char *conninfo, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
