/* Arenas: alignment, zeroing, growth, recycling, disposers, and sizes that make no sense. */
#include "core/for_tests.h"
#include "vobe/arena.h"

#include "core/memory/sanitizer.h"
#include "support/test.h"

#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_filled(const unsigned char *p, int with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] != with)
			return false;
	return true;
}

TEST(every_piece_is_aligned_and_zero)
{
	/* The second arena works in the memory that the first one has dirtied. */
	for (int use = 0; use < 2; use++) {
		struct arena *a = arena_new();

		for (size_t size = 0; size < 5000; size += 7) {
			unsigned char *p = arena_alloc(a, size);

			ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
			ck_assert(is_filled(p, 0, size));
			memset(p, 0xa5, size);
		}
		arena_free(a);
	}
}

TEST(pieces_do_not_overlap)
{
	enum { PIECES = 2000 };
	struct arena *a = arena_new();
	unsigned char *pieces[PIECES];

	for (int i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(a, 1 + (size_t)i * 3);
		memset(pieces[i], i & 0xff, 1 + (size_t)i * 3);
	}
	for (int i = 0; i < PIECES; i++)
		ck_assert(is_filled(pieces[i], i & 0xff, 1 + (size_t)i * 3));
	arena_free(a);
}

TEST(copies_end_with_a_nul)
{
	struct arena *a = arena_new();
	int numbers[] = {1, 2, 3};

	ck_assert_str_eq(arena_str(a, "abc"), "abc");
	ck_assert_str_eq(arena_str(a, ""), "");
	ck_assert_ptr_null(arena_str(a, NULL));
	ck_assert_str_eq(arena_strn(a, "abcdef", 3), "abc");
	ck_assert_mem_eq(arena_copy(a, numbers, sizeof numbers), numbers, sizeof numbers);
	ck_assert_ptr_nonnull(arena_copy(a, NULL, 0));
	arena_free(a);
}

TEST(formats_of_any_length)
{
	struct arena *a = arena_new();

	ck_assert_str_eq(arena_fmt(a, "%d %s", 7, "seven"), "7 seven");
	for (int width = 250; width < 260; width++)
		ck_assert_uint_eq(strlen(arena_fmt(a, "%*d", width, 1)), width);
	ck_assert_uint_eq(strlen(arena_fmt(a, "%100000d", 1)), 100000);
	arena_free(a);
}

TEST(the_last_piece_grows_in_place)
{
	struct arena *a = arena_new();
	char *p = arena_resize(a, NULL, 0, 100), *moved;

	memset(p, 'x', 100);
	ck_assert_ptr_eq(arena_resize(a, p, 100, 1000), p);
	arena_alloc(a, 1);
	moved = arena_resize(a, p, 1000, 1500);
	ck_assert_ptr_ne(moved, p);
	ck_assert_mem_eq(moved, p, 100);
	moved = arena_resize(a, moved, 1500, 100000);
	ck_assert_mem_eq(moved, p, 100);
	memset(moved, 'y', 100000);
	arena_free(a);
}

TEST(a_large_piece_leaves_no_smaller_ones_behind)
{
	struct arena *a = arena_new();
	size_t size = 3000;
	char *p = arena_alloc(a, size);

	for (; size < 3000000; size *= 2) {
		memset(p, (int)(size & 0x7f), size);
		p = arena_resize(a, p, size, size * 2);
		ck_assert_int_eq(p[size - 1], (int)(size & 0x7f));
		arena_alloc(a, 8);
	}
	ck_assert_uint_lt(arena_size(a), size + 20000);
	arena_free(a);
}

static char order[8];

static void note(void *arg)
{
	strcat(order, arg);
}

static void note_and_allocate(void *arg)
{
	arena_alloc(arg, 100);
	strcat(order, "a");
}

TEST(disposers_run_backwards)
{
	struct arena *a = arena_new();

	order[0] = '\0';
	arena_on_free(a, note, (char[]){"1"});
	arena_on_free(a, note_and_allocate, a);
	arena_on_free(a, note, (char[]){"2"});
	arena_free(a);
	ck_assert_str_eq(order, "2a1");
	arena_free(NULL);
}

static void work_a_little(void)
{
	struct arena *a = arena_new();

	for (int i = 0; i < 50; i++)
		arena_alloc(a, 500);
	arena_free(a);
}

TEST(the_steady_state_costs_no_malloc)
{
	struct mallinfo2 before, after;

	work_a_little();
	before = mallinfo2();
	for (int i = 0; i < 100; i++)
		work_a_little();
	after = mallinfo2();
	ck_assert_uint_eq(before.uordblks, after.uordblks);
}

TEST(the_size_counts_what_is_held)
{
	struct arena *a = arena_new();
	size_t empty = arena_size(a);

	arena_alloc(a, 10);
	ck_assert_uint_eq(arena_size(a), empty);
	arena_alloc(a, 100000);
	ck_assert_uint_ge(arena_size(a), empty + 100000);
	arena_free(a);
}

TEST_DIES(a_product_that_overflows_ends_the_process, SIGABRT)
{
	arena_array(arena_new(), SIZE_MAX / 8, 9);
}

TEST_DIES(a_size_beyond_all_memory_ends_the_process, SIGABRT)
{
	volatile size_t size = SIZE_MAX - 4;

	arena_alloc(arena_new(), size);
}

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>

TEST(unused_memory_is_poisoned)
{
	struct arena *a = arena_new();
	char *p = arena_alloc(a, 24);

	ck_assert(!__asan_address_is_poisoned(p + 23));
	ck_assert(__asan_address_is_poisoned(p + 24));
	arena_free(a);
	ck_assert(__asan_address_is_poisoned(p));
}
#endif
