/* Calls to worker threads: done, refused, taken back, waited for. */
#include "core/for_tests.h"
#include "core/memory/sanitizer.h"
#include "core/scene.h"
#include "support/test.h"
#include "vobe/lent.h"

#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void count_one(void *arg)
{
	++*(int *)arg;
}

static atomic_int at_work, done;
static atomic_bool gate_open;

static void wait_at_gate(void *arg)
{
	at_work++;
	while (!gate_open)
		usleep(500);
	done++;
	*(int *)arg = 7;
}

struct caller {
	struct probe probe;
	int value;
};

static err offload_to_gate(struct ctx *cx, void *arg)
{
	struct caller *c = arg;

	return offload(cx, wait_at_gate, &c->value);
}

static void close_gate(void)
{
	at_work = done = 0;
	gate_open = false;
}

static void call(struct caller *c)
{
	*c = (struct caller){0};
	probe_start(&c->probe, offload_to_gate);
}

static void await_workers(int count)
{
	while (at_work < count)
		usleep(500);
}

static int order[16], ordered; /* numbers of callers, as their work was done */

static void note_order(void *arg)
{
	order[ordered++] = *(const int *)arg;
}

static err offload_order(struct ctx *cx, void *arg)
{
	struct caller *c = arg;

	return offload(cx, note_order, &c->value);
}

static void call_of(struct caller *c, uint64_t source, int number)
{
	*c = (struct caller){.value = number};
	c->probe.cx.source = source;
	probe_start(&c->probe, offload_order);
}

static err offload_count(struct ctx *cx, void *arg)
{
	return offload(cx, count_one, arg);
}

SCENE(open_scene, close_scene);

TEST(work_is_done_on_a_worker)
{
	int count = 0;

	workers_open(2, 4);
	for (int i = 0; i < 100; i++)
		ck_assert_ptr_null(loop_call(offload_count, &count, 10000));
	ck_assert_int_eq(count, 100);
	workers_close();
}

TEST(beyond_the_queue_work_is_refused)
{
	struct caller c[5];

	close_gate();
	workers_open(1, 3);
	call(&c[0]);
	await_workers(1);
	for (int i = 1; i < 5; i++)
		call(&c[i]);
	ck_assert(c[4].probe.ended && problem_is(c[4].probe.result, UNAVAILABLE));
	gate_open = true;
	for (int i = 0; i < 4; i++) {
		ck_assert(loop_until(&c[i].probe.ended, 10000));
		ck_assert_ptr_null(c[i].probe.result);
		ck_assert_int_eq(c[i].value, 7);
	}
	workers_close();
}

TEST(networks_are_served_in_turn)
{
	static const int expected[] = {10, 20, 30, 11, 31, 12, 13};
	struct caller busy, c[7];

	close_gate();
	ordered = 0;
	workers_open(1, 8);
	call(&busy);
	await_workers(1);
	for (int i = 0; i < 4; i++)
		call_of(&c[i], 1, 10 + i); /* one network has asked for four before the others come */
	call_of(&c[4], 2, 20);
	call_of(&c[5], 3, 30);
	call_of(&c[6], 3, 31);
	gate_open = true;
	for (int i = 0; i < 7; i++) {
		ck_assert(loop_until(&c[i].probe.ended, 10000));
		ck_assert_ptr_null(c[i].probe.result);
	}
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(order[i], expected[i]);
	workers_close();
}

TEST(greediest_network_makes_room)
{
	struct caller busy, flood[6], other, second;

	close_gate();
	ordered = 0;
	workers_open(1, 4);
	call(&busy);
	await_workers(1);
	for (int i = 0; i < 6; i++)
		call_of(&flood[i], 1, i);
	ck_assert(flood[4].probe.ended &&
		  problem_is(flood[4].probe.result, UNAVAILABLE)); /* its own room is full */
	ck_assert(flood[5].probe.ended && !flood[3].probe.ended);
	call_of(&other, 2, 20);
	ck_assert(!other.probe.ended);
	tasks_run_ready();
	ck_assert(flood[3].probe.ended &&
		  problem_is(flood[3].probe.result, UNAVAILABLE)); /* the newest has to go */
	call_of(&second, 2, 21);
	tasks_run_ready();
	ck_assert(flood[2].probe.ended && !flood[1].probe.ended && !second.probe.ended);
	call_of(&flood[3], 1, 3); /* nobody has more: who comes last is refused */
	ck_assert(flood[3].probe.ended && problem_is(flood[3].probe.result, UNAVAILABLE));
	gate_open = true;
	ck_assert(loop_until(&second.probe.ended, 10000) && loop_until(&flood[1].probe.ended, 10000));
	ck_assert(loop_until(&other.probe.ended, 10000));
	ck_assert(!other.probe.result && !second.probe.result && !flood[0].probe.result &&
		  !flood[1].probe.result);
	workers_close();
}

TEST(cancelled_work_is_taken_back_or_waited_for)
{
	enum { RUNNING, FIRST, MIDDLE, LAST, LATER };
	struct caller c[5];
	bool never = false;

	close_gate();
	workers_open(1, 3);
	for (int i = RUNNING; i <= LAST; i++) {
		call(&c[i]);
		await_workers(1);
	}
	task_cancel(c[RUNNING].probe.cx.task);
	task_cancel(c[MIDDLE].probe.cx.task);
	task_cancel(c[LAST].probe.cx.task);
	tasks_run_ready();
	ck_assert(problem_is(c[MIDDLE].probe.result, CANCELLED) &&
		  problem_is(c[LAST].probe.result, CANCELLED));
	call(&c[LATER]);
	ck_assert(!loop_until(&never, 20));
	ck_assert(!c[RUNNING].probe.ended && !c[FIRST].probe.ended && !c[LATER].probe.ended);
	gate_open = true;
	ck_assert(loop_until(&c[LATER].probe.ended, 10000));
	ck_assert(c[RUNNING].probe.ended && c[FIRST].probe.ended);
	ck_assert(!c[RUNNING].probe.result && !c[FIRST].probe.result && !c[LATER].probe.result);
	ck_assert_int_eq(c[RUNNING].value, 7);
	ck_assert_int_eq(done, 3);
	workers_close();
}

static err offload_after_a_stray_wake(struct ctx *cx, void *arg)
{
	task_wake(cx->task);
	return offload(cx, wait_at_gate, arg);
}

static void open_gate(void *arg)
{
	(void)arg;
	gate_open = true;
}

TEST(a_stray_wake_does_not_end_the_wait_for_the_work)
{
	struct loop_timer *t;
	int value = 0;

	close_gate();
	workers_open(1, 3);
	t = loop_after_ms(20, open_gate, NULL);
	ck_assert_ptr_null(loop_call(offload_after_a_stray_wake, &value, 10000));
	ck_assert_int_eq(value, 7);
	loop_timer_stop(t);
	workers_close();
}

TEST(without_workers_work_is_refused)
{
	int count = 0;

	ck_assert(problem_is(loop_call(offload_count, &count, 1000), UNAVAILABLE));
	ck_assert_int_eq(count, 0);
}

enum { PIECE = 19 << 20 }; /* what a hash takes */

#if !defined WITH_ASAN && !defined WITH_TSAN /* there every library maps its own */
static void *map_piece(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* ENOMEM: nothing is mapped there (msync(2)). */
static bool is_mapped(void *at)
{
	return msync(at, 4096, MS_ASYNC) == 0;
}

struct borrowing {
	char *first, *second, *again, *larger, *later; /* where each was */
	char of_first, of_again;
	bool second_went;
};

/* As a library would: one that gives back, one beside it, one more, one that needs more. */
static void borrow(void *arg)
{
	struct borrowing *b = arg;

	lent_begin();
	b->first = map_piece(PIECE);
	b->of_first = *b->first = 'x';
	b->second = map_piece(PIECE);
	*b->second = 'y';
	munmap(b->first, PIECE);
	munmap(b->second, PIECE);
	b->second_went = !is_mapped(b->second);
	b->again = map_piece(PIECE);
	b->of_again = *b->again;
	munmap(b->again, PIECE);
	b->larger = map_piece(2 * PIECE);
	memset(b->larger, 'z', 2 * PIECE);
	munmap(b->larger, 2 * PIECE);
	lent_end();
	b->later = map_piece(PIECE);
	munmap(b->later, PIECE);
}

static err offload_borrowing(struct ctx *cx, void *arg)
{
	return offload(cx, borrow, arg);
}

TEST(a_worker_lends_its_region_until_it_idles)
{
	struct borrowing b = {0};
	bool never = false;

	workers_open(1, 4);
	ck_assert_ptr_null(loop_call(offload_borrowing, &b, 10000));
	ck_assert_ptr_eq(b.first, b.again);
	ck_assert_int_eq(b.of_again, b.of_first); /* the same pages: nobody has cleared them */
	ck_assert_ptr_ne(b.first, b.second);
	ck_assert(b.second_went && is_mapped(b.larger));
	ck_assert_ptr_ne(b.later, b.larger);
	for (int i = 0; i < 100 && is_mapped(b.larger); i++)
		loop_until(&never, 100);
	ck_assert(!is_mapped(b.larger));
	workers_close();
}

static void keep_one(void *arg)
{
	lent_begin();
	*(char **)arg = map_piece(PIECE);
	lent_end();
}

static err offload_keeping(struct ctx *cx, void *arg)
{
	return offload(cx, keep_one, arg);
}

TEST(what_a_library_keeps_stays_its_own)
{
	char *kept[2];

	workers_open(1, 4);
	ck_assert_ptr_null(loop_call(offload_keeping, &kept[0], 10000));
	ck_assert_ptr_null(loop_call(offload_keeping, &kept[1], 10000));
	workers_close();
	for (int i = 0; i < 2; i++) {
		ck_assert(is_mapped(kept[i]));
		munmap(kept[i], PIECE);
	}
	ck_assert_ptr_ne(kept[0], kept[1]);
}
#endif

/* RFC 9106 has no vector for these parameters: what is lent must not show in what is computed. */
static void hash_twice(void *arg)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES] = "sixteen of salt";
	unsigned char out[2][32];

	for (int i = 0; i < 2; i++) {
		if (i)
			lent_begin();
		for (int times = 0; times < 2; times++) /* the second over what the first left */
			ck_assert_int_eq(crypto_pwhash(out[i], 32, "a password", 10, salt, 2, PIECE,
						       crypto_pwhash_ALG_ARGON2ID13),
					 0);
	}
	lent_end();
	*(bool *)arg = memcmp(out[0], out[1], 32) == 0;
}

static err offload_hashes(struct ctx *cx, void *arg)
{
	return offload(cx, hash_twice, arg);
}

TEST(a_hash_over_lent_memory_is_the_same)
{
	bool same = false;

	workers_open(1, 4);
	ck_assert_ptr_null(loop_call(offload_hashes, &same, 10000));
	ck_assert(same);
	workers_close();
}
