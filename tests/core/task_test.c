/* Tasks: waiting, waking, cancelling, deadlines, branches, recycling. The same for both back ends. */
#include "core/loop.h"
#include "core/task.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <check.h>
#include <stdlib.h>

enum { STACK = 65536, CAP = 20000 };

static void open_all(void)
{
	loop_open();
	tasks_open(CAP, STACK);
}

static void close_all(void)
{
	tasks_close();
	loop_close();
}

static err sleep_a_little(struct ctx *cx, void *arg)
{
	TRY(wait_ms(cx, 5));
	*(int *)arg += 1;
	return NULL;
}

START_TEST(a_call_returns_what_the_task_returned)
{
	int slept = 0;

	ck_assert_ptr_null(loop_call(sleep_a_little, &slept, 1000));
	ck_assert_int_eq(slept, 1);
}
END_TEST

static err both(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{sleep_a_little, arg, 0}, {sleep_a_little, arg, 0}, {sleep_a_little, arg, 0}};

	together(cx, branches, 3);
	return branches[0].result ? branches[0].result : branches[1].result;
}

START_TEST(branches_run_at_once)
{
	int slept = 0;

	ck_assert_ptr_null(loop_call(both, &slept, 1000));
	ck_assert_int_eq(slept, 3);
}
END_TEST

static void work(void *arg)
{
	*(int *)arg = 7;
}

static err offload_work(struct ctx *cx, void *arg)
{
	return offload(cx, work, arg);
}

START_TEST(offloaded_work_is_done)
{
	int n = 0;

	workers_open(2, 4);
	ck_assert_ptr_null(loop_call(offload_work, &n, 1000));
	ck_assert_int_eq(n, 7);
	workers_close();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("task");
	TCase *tc = tcase_create("task");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, open_all, close_all);
	tcase_add_test(tc, a_call_returns_what_the_task_returned);
	tcase_add_test(tc, branches_run_at_once);
	tcase_add_test(tc, offloaded_work_is_done);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
