/*
 * A test is run because it is written: TEST puts it into a table that the linker gathers, and the one main
 * of all C tests walks the table (tests/support/main.c). There is no list to keep.
 *
 *	SCENE(open_shop, close_shop);
 *
 *	TEST(an_empty_shop_sells_nothing)
 *	{
 *		ck_assert_int_eq(sold(), 0);
 *	}
 *
 * Each test runs in a process of its own, with its scene around it; one that dies or
 * hangs takes no other along.
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <check.h>

/* A test or, without a body, the scene of the tests below it in the file. */
struct test_row {
	TTest test; /* name, body, file, line */
	int times, signal;
	void (*open)(void), (*close)(void);
	int seconds; /* that a test of the scene may take; 0: two minutes */
};

/*
 * The table holds pointers: they have no padding, whatever a compiler or sanitizer does to the rows.
 * Its section's name makes the linker define __start_vobe_tests and __stop_vobe_tests.
 */
#define TEST_ROW(id, ...)                                                                                    \
	static const struct test_row id##_row = {__VA_ARGS__};                                               \
	__attribute__((used, \
	  section("vobe_tests"))) static const struct test_row *const id##_entry = &id##_row

#define TEST_BODY(name, index, ...)                                                                          \
	static void name(int index);                                                                         \
	TEST_ROW(name, .test = {#name, name, __FILE__, __LINE__}, __VA_ARGS__);                              \
	static void name(__attribute__((unused)) int index)

#define TEST(name) TEST_BODY(name, test_index_, .times = 1)

/* Runs `count` times, each time with the next index from 0. */
#define TEST_EACH(name, index, count) TEST_BODY(name, index, .times = (int)(count))

/* Holds if the process dies of that signal. */
#define TEST_DIES(name, by) TEST_BODY(name, test_index_, .times = 1, .signal = (by))

/*
 * SCENE(open, close[, .seconds = 180]): `open` runs before each test that stands below, until the next SCENE,
 * and `close` after it, in the test's process. Either may be NULL.
 */
#define SCENE(start, end, ...)                                                                               \
	SCENE_ROW(__LINE__, .test = {#start, NULL, __FILE__, __LINE__}, .open = start, \
	  .close = end, __VA_ARGS__)
#define SCENE_ROW(line, ...) SCENE_ROW_NAMED(line, __VA_ARGS__)
#define SCENE_ROW_NAMED(line, ...) TEST_ROW(scene_of_line_##line, __VA_ARGS__)

#endif
