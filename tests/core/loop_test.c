/* The loop: turns, hooks, timers, posts from other threads, sleeping without spinning. */
#include "core/for_tests.h"
#include "core/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void set_flag(void *arg)
{
	*(bool *)arg = true;
}

static void count_one(void *arg)
{
	++*(int *)arg;
}

/* --- timers --- */

SCENE(open_scene, close_scene);

TEST(a_timer_fires_once_and_in_time)
{
	int64_t begin = clock_mono_now();
	int fired = 0;
	bool never = false;
	struct loop_timer *t = loop_after_ms(20, count_one, &fired);

	ck_assert(!loop_until(&never, 100));
	ck_assert_int_eq(fired, 1);
	ck_assert_int_ge(clock_mono_now() - begin, 100000 - 5000);
	loop_timer_stop(t);
	loop_timer_stop(NULL);
}

TEST(a_stopped_timer_does_not_fire)
{
	int fired = 0;
	bool never = false;

	loop_timer_stop(loop_after_ms(1, count_one, &fired));
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(fired, 0);
}

struct stopper {
	struct loop_timer *timer;
	int fired;
	bool done;
};

static void stop_at_three(void *arg)
{
	struct stopper *s = arg;

	if (++s->fired < 3)
		return;
	loop_timer_stop(s->timer);
	s->done = true;
}

TEST(a_repeated_timer_stops_itself)
{
	struct stopper s = {0};
	bool never = false;

	s.timer = loop_every_ms(2, stop_at_three, &s);
	ck_assert(loop_until(&s.done, 5000));
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(s.fired, 3);
}

/* --- hooks --- */

static char order[64];
static int work_to_make;

static bool hook_a(void)
{
	strcat(order, "a");
	return work_to_make-- > 0;
}

static bool hook_b(void)
{
	strcat(order, "b");
	return false;
}

TEST(hooks_run_in_order_and_again_while_one_made_work)
{
	bool done = true, soon = false;

	loop_at_turn_end(hook_a);
	loop_at_turn_end(hook_b);
	order[0] = '\0';
	work_to_make = 2;
	loop_post(set_flag, &soon);
	ck_assert(loop_until(&soon, 5000));
	ck_assert_str_eq(order, "ababab");
	ck_assert(loop_until(&done, 5000)); /* true already: no turn */
	ck_assert_str_eq(order, "ababab");
}

static struct task *sleeper;
static int wakes_left;

static bool hook_wakes(void)
{
	if (sleeper && wakes_left-- > 0)
		task_wake(sleeper);
	return false;
}

static err count_wakes(struct ctx *cx, void *arg)
{
	sleeper = cx->task;
	for (int i = 0; i < 100; i++) {
		task_wait_certain(cx);
		++*(int *)arg;
	}
	sleeper = NULL;
	return NULL;
}

TEST(a_task_woken_by_a_hook_runs_before_the_loop_sleeps)
{
	int64_t begin = clock_mono_now();
	int wakes = 0;

	wakes_left = 100;
	loop_at_turn_end(hook_wakes);
	ck_assert_ptr_null(loop_call(count_wakes, &wakes, 5000));
	ck_assert_int_eq(wakes, 100);
	ck_assert_int_lt(clock_mono_now() - begin, 4000000);
}

static bool hook_without_end(void)
{
	return true;
}

TEST(a_hook_that_always_makes_work_does_not_starve_events)
{
	bool fired = false;
	struct loop_timer *t;

	loop_at_turn_end(hook_without_end);
	t = loop_after_ms(10, set_flag, &fired);
	ck_assert(loop_until(&fired, 5000));
	loop_timer_stop(t);
}

/* --- sleeping --- */

static int turns;

static bool count_turns(void)
{
	turns++;
	return false;
}

static int64_t processor_us(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * SECOND_US + use.ru_utime.tv_usec +
	       use.ru_stime.tv_usec;
}

TEST(an_idle_loop_sleeps)
{
	int64_t before = processor_us();
	bool never = false;

	turns = 0;
	loop_at_turn_end(count_turns);
	ck_assert(!loop_until(&never, 300));
	ck_assert_int_le(turns, 4);
	ck_assert_int_lt(processor_us() - before, 100000);
}

static err sleep_50(struct ctx *cx, void *arg)
{
	(void)arg;
	return wait_ms(cx, 50);
}

TEST(a_loop_that_waits_for_a_deadline_sleeps)
{
	turns = 0;
	loop_at_turn_end(count_turns);
	for (int i = 0; i < 3; i++)
		ck_assert_ptr_null(loop_call(sleep_50, NULL, 10000));
	ck_assert_int_le(turns, 15); /* a few per sleep: libevent's clock is coarse */
}

static err wait_for_ever(struct ctx *cx, void *arg)
{
	(void)arg;
	return task_wait(cx);
}

TEST(what_was_left_from_outside_is_done_before_the_first_sleep)
{
	int64_t begin = clock_mono_now();
	struct probe p = {0};

	probe_start(&p, wait_for_ever);
	task_wake(p.cx.task);
	ck_assert(loop_until(&p.ended, 10000));
	ck_assert_int_lt(clock_mono_now() - begin, 9000000);
}

/* --- posts --- */

enum { POSTERS = 4, POSTS = 2000 };

static int next_number[POSTERS], arrived;
static bool all_arrived;

struct posted {
	int poster, number;
};

static void arrive(void *arg)
{
	struct posted *p = arg;

	ck_assert_int_eq(p->number, next_number[p->poster]++);
	free(p);
	all_arrived = ++arrived == POSTERS * POSTS;
}

static void *post_many(void *arg)
{
	for (int i = 0; i < POSTS; i++) {
		struct posted *p = malloc(sizeof *p);

		*p = (struct posted){.poster = *(int *)arg, .number = i};
		loop_post(arrive, p);
	}
	return NULL;
}

TEST(posts_of_each_thread_arrive_in_order)
{
	pthread_t threads[POSTERS];
	int numbers[POSTERS];

	for (int i = 0; i < POSTERS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, post_many, &numbers[i]), 0);
	}
	ck_assert(loop_until(&all_arrived, 30000));
	for (int i = 0; i < POSTERS; i++)
		pthread_join(threads[i], NULL);
}

static void post_again(void *arg)
{
	if (++*(int *)arg < 5)
		loop_post(post_again, arg);
}

TEST(a_post_may_post)
{
	bool never = false;
	int count = 0;

	loop_post(post_again, &count);
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(count, 5);
}

TEST(posts_that_never_ran_are_freed)
{
	static int count;

	loop_post(count_one, &count); /* the fixture closes the loop; LeakSanitizer would tell */
}

/* --- running, stopping, calling --- */

static void stop(void *arg)
{
	(void)arg;
	loop_stop();
}

static void *stop_soon(void *arg)
{
	usleep(20000);
	loop_stop();
	return arg;
}

TEST(the_loop_runs_until_it_is_stopped)
{
	struct loop_timer *t = loop_after_ms(10, stop, NULL);
	pthread_t thread;

	loop_run();
	loop_timer_stop(t);
	ck_assert_int_eq(pthread_create(&thread, NULL, stop_soon, NULL), 0);
	loop_run();
	pthread_join(thread, NULL);
	loop_stop();
	loop_run(); /* stopped already */
}

static err fail_in_words(struct ctx *cx, void *arg)
{
	TRY(wait_ms(cx, 1));
	return problem_detail(cx, CONFLICT, "It is %s.", (const char *)arg);
}

TEST(a_call_returns_words_of_the_occurrence)
{
	char word[] = "so";
	err e = loop_call(fail_in_words, word, 1000);

	ck_assert(problem_is(e, CONFLICT));
	ck_assert_str_eq(e->detail, "It is so.");
	ck_assert(problem_is(loop_call(wait_for_ever, NULL, 10), DEADLINE_PASSED));
}
