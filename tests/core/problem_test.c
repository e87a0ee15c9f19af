/* Problems of one occurrence: what is kept of the constant, what is added. */
#include "support/test.h"
#include "vobe/arena.h"
#include "vobe/ctx.h"
#include "vobe/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ctx cx;

static void open_arena(void)
{
	cx.arena = arena_new();
}

static void close_arena(void)
{
	arena_free(cx.arena);
}

SCENE(open_arena, close_arena);

TEST(problems_are_the_same_by_code)
{
	PROBLEM(OTHER_NOT_FOUND, 404, "not_found", "Another object's", "constant");

	ck_assert(problem_is(NOT_FOUND, OTHER_NOT_FOUND));
	ck_assert(!problem_is(NOT_FOUND, CONFLICT));
	ck_assert(!problem_is(NULL, CONFLICT));
	ck_assert(!problem_is(NULL, NULL));
}

TEST(a_detail_replaces_only_the_detail)
{
	err e = problem_detail(&cx, CONFLICT, "Post %d is locked.", 7);

	ck_assert(problem_is(e, CONFLICT));
	ck_assert_int_eq(e->status, 409);
	ck_assert_str_eq(e->title, CONFLICT->title);
	ck_assert_str_eq(e->detail, "Post 7 is locked.");
	ck_assert_str_ne(CONFLICT->detail, e->detail);
}

TEST(what_is_kept_outlives_the_arena_it_was_made_in)
{
	struct ctx inner = {.arena = arena_new()};
	struct faults fs = {0};

	fault_add(inner.arena, &fs, arena_fmt(inner.arena, "/tags/%d", 3), "too_long", "At most %d.", 5);
	err e = problem_with(inner.arena, CONFLICT, &fs);
	e = problem_cause(&inner,
			  problem_members(&inner, problem_detail(&inner, e, "It is %d.", 7), "\"now\":%d", 1),
			  "SQLSTATE %d", 40001);
	e = problem_keep(&cx, e);
	arena_free(inner.arena);
	struct arena *next = arena_new(); /* of the same chunk */
	memset(arena_alloc(next, 2000), 'x', 2000);

	ck_assert(problem_is(e, CONFLICT));
	ck_assert_str_eq(e->detail, "It is 7.");
	ck_assert_str_eq(e->members, "\"now\":1");
	ck_assert_str_eq(e->cause, "SQLSTATE 40001");
	ck_assert_int_eq(e->fault_count, 1);
	ck_assert_str_eq(e->faults[0].pointer, "/tags/3");
	ck_assert_str_eq(e->faults[0].detail, "At most 5.");
	ck_assert_ptr_null(problem_keep(&cx, NULL));
	arena_free(next);
}

TEST(members_add_up)
{
	err e = problem_members(&cx, CONFLICT, "\"allowed\":[%d]", 1);

	ck_assert_str_eq(e->members, "\"allowed\":[1]");
	ck_assert_str_eq(problem_members(&cx, e, "\"now\":\"%s\"", "x")->members,
			 "\"allowed\":[1],\"now\":\"x\"");
	ck_assert_str_eq(problem_detail(&cx, e, "Words.")->members, "\"allowed\":[1]");
}

TEST(faults_are_copied_and_kept_in_order)
{
	struct faults fs = {0};
	char pointer[16];
	err e;

	ck_assert_ptr_null(faults_problem(cx.arena, &fs));
	for (int i = 0; i < 50; i++) {
		snprintf(pointer, sizeof pointer, "/tags/%d", i);
		fault_add(cx.arena, &fs, pointer, "too_long", "At most %d characters.", i);
	}
	e = faults_problem(cx.arena, &fs);
	ck_assert(problem_is(e, VALIDATION_FAILED));
	ck_assert_int_eq(e->fault_count, 50);
	ck_assert_str_eq(e->faults[0].pointer, "/tags/0");
	ck_assert_str_eq(e->faults[49].pointer, "/tags/49");
	ck_assert_str_eq(e->faults[49].code, "too_long");
	ck_assert_str_eq(e->faults[49].detail, "At most 49 characters.");
}

TEST(one_fault_makes_a_problem)
{
	err e = problem_fault(&cx, "/title", "required", "Send a title of %d characters.", 3);

	ck_assert(problem_is(e, VALIDATION_FAILED));
	ck_assert_int_eq(e->fault_count, 1);
	ck_assert_str_eq(e->faults->detail, "Send a title of 3 characters.");
}

PROBLEM(NAME_TAKEN, 409, "name_taken", "Name taken", "Another has it.");
PROBLEM(PLACE_TAKEN, 409, "place_taken", "Place taken", "Another is there.");
PROBLEM(NAME_UNKNOWN, 422, "name_unknown", "No such name", "Nobody is called so.");

static err together_of(err one, err other)
{
	struct faults fs = {0};

	faults_take(cx.arena, &fs, one);
	faults_take(cx.arena, &fs, other);
	return faults_problem(cx.arena, &fs);
}

TEST(faults_of_one_kind_are_a_problem_of_that_kind)
{
	err e = together_of(problem_at(&cx, NAME_UNKNOWN, "/a"), problem_at(&cx, NAME_UNKNOWN, "/b"));

	ck_assert(problem_is(e, NAME_UNKNOWN));
	ck_assert_int_eq(e->fault_count, 2);
	ck_assert_str_eq(e->faults[1].code, "name_unknown");
	ck_assert(problem_is(together_of(NULL, problem_at(&cx, NAME_TAKEN, "/a")), NAME_TAKEN));
	ck_assert_ptr_null(together_of(NULL, NOT_FOUND));
}

TEST(conflicts_alone_are_a_conflict_and_with_others_they_are_not)
{
	err name = problem_at(&cx, NAME_TAKEN, "/a"), place = problem_at(&cx, PLACE_TAKEN, "/b");
	err unknown = problem_at(&cx, NAME_UNKNOWN, "/c"),
	    invalid = problem_fault(&cx, "/d", "too_long", "Shorter.");

	ck_assert(problem_is(together_of(place, name), PLACE_TAKEN));
	ck_assert(problem_is(together_of(together_of(place, name), name), PLACE_TAKEN));
	ck_assert(problem_is(together_of(name, unknown), VALIDATION_FAILED));
	ck_assert(problem_is(together_of(invalid, name), VALIDATION_FAILED));
	ck_assert_str_eq(together_of(invalid, name)->faults[1].code, "name_taken");
}

TEST(a_place_has_one_fault)
{
	err e = together_of(problem_fault(&cx, "/a", "too_long", "Shorter."),
			    problem_at(&cx, NAME_TAKEN, "/a"));

	ck_assert_int_eq(e->fault_count, 1);
	ck_assert_str_eq(e->faults[0].code, "too_long");
}
