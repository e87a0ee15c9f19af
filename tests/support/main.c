/*
 * The one main of all C tests: the suite is the table that TEST and SCENE have filled.
 * x_test [--list] [WORD...] runs, or names, the tests whose names hold one of the words; without words all.
 * What libcheck takes from the environment (CK_FORK=no for a debugger, CK_TIMEOUT_MULTIPLIER) holds.
 */
#include "support/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 120 };

extern const struct test_row *const __start_vobe_tests[], *const __stop_vobe_tests[];

static int by_line(const void *a, const void *b)
{
	const struct test_row *const *x = a, *const *y = b;
	return (*x)->test.line - (*y)->test.line;
}

/* The rows as they stand in the file: the order of a section is the compiler's. */
static const struct test_row **rows_in_order(size_t *count)
{
	*count = (size_t)(__stop_vobe_tests - __start_vobe_tests);
	const struct test_row **rows = calloc(*count, sizeof *rows);
	memcpy(rows, __start_vobe_tests, *count * sizeof *rows);
	qsort(rows, *count, sizeof *rows, by_line);
	for (size_t i = 0; i < *count; i++)
		if (strcmp(rows[i]->test.file, rows[0]->test.file) != 0) {
			fprintf(stderr,
				"%s and %s are one binary: tests stand in one file, else no order tells "
				"their scenes\n",
				rows[0]->test.file, rows[i]->test.file);
			exit(EXIT_FAILURE);
		}
	return rows;
}

static bool is_wanted(const struct test_row *row, char *const *words)
{
	for (char *const *word = words; *word; word++)
		if (strstr(row->test.name, *word))
			return true;
	return !*words;
}

static TCase *case_of(const struct test_row *scene)
{
	TCase *tc = tcase_create(scene->test.name);
	tcase_add_checked_fixture(tc, scene->open, scene->close);
	tcase_set_timeout(tc, scene->seconds ? scene->seconds : SECONDS);
	return tc;
}

/* Without a body: a scene. */
static bool is_scene(const struct test_row *row)
{
	return !row->test.fn;
}

static void names_print(const struct test_row *const *rows, size_t count, char *const *words)
{
	for (size_t i = 0; i < count; i++)
		if (!is_scene(rows[i]) && is_wanted(rows[i], words))
			puts(rows[i]->test.name);
}

static Suite *suite_of(const struct test_row *const *rows, size_t count, char *const *words)
{
	static const struct test_row bare = {.test = {.name = "no scene"}};
	Suite *suite = suite_create(program_invocation_short_name);
	const struct test_row *scene = &bare;
	TCase *tc = NULL;

	for (size_t i = 0; i < count; i++) {
		if (is_scene(rows[i])) {
			scene = rows[i];
			tc = NULL;
		} else if (is_wanted(rows[i], words)) {
			if (!tc)
				suite_add_tcase(suite, tc = case_of(scene));
			tcase_add_loop_test_raise_signal(tc, &rows[i]->test, rows[i]->signal, 0,
							 rows[i]->times);
		}
	}
	return suite;
}

/* Whether all that ran held; that nothing ran is no success. */
static bool run(const struct test_row *const *rows, size_t count, char *const *words)
{
	SRunner *runner = srunner_create(suite_of(rows, count, words));
	srunner_run_all(runner, CK_ENV);
	bool held = srunner_ntests_run(runner) > 0 && srunner_ntests_failed(runner) == 0;
	srunner_free(runner);
	return held;
}

int main(int argc, char **argv)
{
	const bool lists = argc > 1 && !strcmp(argv[1], "--list");
	char *const *words = argv + (lists ? 2 : 1);
	size_t count;
	const struct test_row **rows = rows_in_order(&count);
	bool held = true;

	if (lists)
		names_print(rows, count, words);
	else
		held = run(rows, count, words);
	free(rows);
	return held ? EXIT_SUCCESS : EXIT_FAILURE;
}
