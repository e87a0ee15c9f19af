/* Branches: together() with everything that may happen to it, and many tasks doing all of it at random. */
#include "core/for_tests.h"
#include "core/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

static err sleep_20(struct ctx *cx, void *arg)
{
	TRY(wait_ms(cx, 20));
	*(int *)arg += 1;
	return *(int *)arg == 2 ? CONFLICT : NULL;
}

static err sleep_together(struct ctx *cx, void *arg)
{
	enum { COUNT = 5 };
	struct branch branches[COUNT];
	int64_t begin = clock_mono_now();
	int conflicts = 0;

	for (int i = 0; i < COUNT; i++)
		branches[i] = (struct branch){.run = sleep_20, .arg = arg};
	together(cx, branches, COUNT);
	ck_assert_int_ge(clock_mono_now() - begin, 20000);
	for (int i = 0; i < COUNT; i++)
		conflicts += problem_is(branches[i].result, CONFLICT);
	ck_assert_int_eq(conflicts, 1);
	return NULL;
}

SCENE(open_scene, close_scene);

TEST(branches_run_at_once)
{
	int slept = 0;

	ck_assert_ptr_null(loop_call(sleep_together, &slept, 5000));
	ck_assert_int_eq(slept, 5);
}

static err count_one(struct ctx *cx, void *arg)
{
	(void)cx;
	++*(int *)arg;
	return NOT_FOUND;
}

static err no_and_one_branch(struct ctx *cx, void *arg)
{
	struct branch one = {count_one, arg, NULL};

	together(cx, NULL, 0);
	together(cx, &one, 1);
	return one.result;
}

TEST(no_branch_and_one_branch)
{
	int count = 0;

	ck_assert(problem_is(loop_call(no_and_one_branch, &count, 5000), NOT_FOUND));
	ck_assert_int_eq(count, 1);
}

struct tree {
	int depth;
	int leaves;
	int most_live;
};

struct node {
	struct tree *tree;
	int depth;
};

static err grow_tree(struct ctx *cx, void *arg)
{
	const struct node *n = arg;
	struct node below = {n->tree, n->depth - 1};
	struct branch branches[3] = {{grow_tree, &below, 0}, {grow_tree, &below, 0}, {grow_tree, &below, 0}};

	if (tasks_live() > n->tree->most_live)
		n->tree->most_live = tasks_live();
	TRY(wait_ms(cx, n->depth % 2));
	if (!n->depth) {
		n->tree->leaves++;
		return NULL;
	}
	together(cx, branches, 3);
	for (int i = 0; i < 3; i++)
		TRY(branches[i].result);
	return NULL;
}

TEST(branches_of_branches)
{
	struct tree tree = {0};
	struct node root = {&tree, 4};

	ck_assert_ptr_null(loop_call(grow_tree, &root, 20000));
	ck_assert_int_eq(tree.leaves, 81);
	ck_assert_int_gt(tree.most_live, 10); /* 81, were all of them as fast */
}

TEST(branches_beyond_the_cap_run_on_their_parent)
{
	struct tree tree = {0};
	struct node root = {&tree, 4};

	tasks_open(10, STACK);
	ck_assert_ptr_null(loop_call(grow_tree, &root, 20000));
	ck_assert_int_eq(tree.leaves, 81);
	ck_assert_int_eq(tree.most_live, 10);
}

static err count_cancelled(struct ctx *cx, void *arg)
{
	err e = task_wait(cx);

	*(int *)arg += problem_is(e, CANCELLED);
	return e;
}

static err wait_in_branches(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {
		{count_cancelled, arg, 0}, {count_cancelled, arg, 0}, {count_cancelled, arg, 0}};

	together(cx, branches, 3);
	return branches[0].result;
}

static err wait_in_branches_of_branches(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {
		{wait_in_branches, arg, 0}, {wait_in_branches, arg, 0}, {count_one, arg, 0}};

	together(cx, branches, 3);
	return task_wait(cx);
}

TEST(cancel_reaches_all_branches)
{
	struct ctx cx = {.arena = arena_new(), .request_id = "x"};
	int cancelled = 0;

	ck_assert(task_start(&cx, wait_in_branches_of_branches, &cancelled, NULL));
	ck_assert_int_eq(tasks_live(), 7);
	ck_assert_int_eq(cancelled, 1); /* count_one */
	task_cancel(cx.task);
	tasks_run_ready();
	ck_assert_int_eq(tasks_live(), 0);
	ck_assert_int_eq(cancelled, 7);
	arena_free(cx.arena);
}

static err branch_after_cancel(struct ctx *cx, void *arg)
{
	task_cancel(cx->task);
	return wait_in_branches(cx, arg);
}

TEST(branches_of_a_cancelled_task_are_cancelled)
{
	int cancelled = 0;

	ck_assert(problem_is(loop_call(branch_after_cancel, &cancelled, 5000), CANCELLED));
	ck_assert_int_eq(cancelled, 3);
}

TEST(the_deadline_holds_for_branches)
{
	int cancelled = 0;

	ck_assert(problem_is(loop_call(wait_in_branches, &cancelled, 15), DEADLINE_PASSED));
	ck_assert_int_eq(cancelled, 0);
}

static err wait_for_own_wake(struct ctx *cx, void *arg)
{
	struct probe *p = arg;

	TRY(task_wait(cx));
	p->woken++;
	return NULL;
}

static err end_soon(struct ctx *cx, void *arg)
{
	(void)arg;
	return wait_ms(cx, 1);
}

static err branch_beside_own_wait(struct ctx *cx, void *arg)
{
	struct branch branches[3] = {{end_soon, arg, 0}, {end_at_once, arg, 0}, {wait_for_own_wake, arg, 0}};

	together(cx, branches, 3);
	return branches[2].result;
}

TEST(the_end_of_a_branch_does_not_end_the_parents_own_wait)
{
	struct probe p = {.cx.arena = arena_new()};
	bool never = false;

	probe_start(&p, branch_beside_own_wait);
	ck_assert(!loop_until(&never, 20));
	ck_assert_int_eq(p.woken, 0);
	task_wake(p.cx.task);
	ck_assert(loop_until(&p.ended, 5000));
	ck_assert_int_eq(p.woken, 1);
	arena_free(p.cx.arena);
}

/* --- all of it at random --- */

struct actor {
	struct probe probe;
	unsigned dice;
	int depth;
};

static int roll(struct actor *a, int sides)
{
	a->dice = a->dice * 1103515245 + 12345;
	return (int)((a->dice >> 16) % (unsigned)sides);
}

static err act(struct ctx *cx, void *arg);

static void act_together(struct ctx *cx, struct actor *a)
{
	struct actor one = {.dice = a->dice + 1, .depth = a->depth - 1},
		     two = {.dice = a->dice + 2, .depth = a->depth - 1};
	struct branch branches[2] = {{act, &one, 0}, {act, &two, 0}};

	if (a->depth)
		together(cx, branches, 2);
}

static err act(struct ctx *cx, void *arg)
{
	struct actor *a = arg;

	for (int i = 0; i < 5; i++)
		switch (roll(a, 5)) {
		case 0: act_together(cx, a); break;
		case 1:
			task_wake(cx->task);
			TRY(task_wait(cx));
			break;
		default: TRY(wait_ms(cx, roll(a, 3)));
		}
	return NULL;
}

TEST(many_actors)
{
	enum { ACTORS = 60 };
	static struct actor actors[ACTORS];

	for (int i = 0; i < ACTORS; i++) {
		actors[i] = (struct actor){.dice = (unsigned)i * 7919, .depth = 3};
		actors[i].probe.cx.arena = arena_new();
		actors[i].probe.cx.request_id = "actor";
		if (i % 3 == 0)
			actors[i].probe.cx.deadline_us = clock_mono_now() + i * 200;
		ck_assert(task_start(&actors[i].probe.cx, act, &actors[i], probe_ended));
		if (i % 5 == 0 && !actors[i].probe.ended)
			task_cancel(actors[i].probe.cx.task);
	}
	for (int i = 0; i < ACTORS; i++) {
		ck_assert(loop_until(&actors[i].probe.ended, 20000));
		arena_free(actors[i].probe.cx.arena);
	}
	ck_assert_int_eq(tasks_live(), 0);
}
